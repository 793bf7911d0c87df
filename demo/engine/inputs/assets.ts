import digitsSide from '../../../models/digits.json?raw';
import digitsModel from '../../../models/digits.onnx?url';
import naiveSide from '../../../models/digits-naive.json?raw';
import naiveModel from '../../../models/digits-naive.onnx?url';
import scenesSide from '../../../models/scenes.json?raw';
import scenesModel from '../../../models/scenes.onnx?url';
import naiveScenesSide from '../../../models/scenes-naive.json?raw';
import naiveScenesModel from '../../../models/scenes-naive.onnx?url';
import digitsUrl from '../../.cache/digits.bin?url';

/** The models that are shipped with the page. Vite puts a hash of the content into the names of the files. */
export const MODELS = {
  digits: { url: digitsModel, sideFile: digitsSide },
  'digits-naive': { url: naiveModel, sideFile: naiveSide },
  scenes: { url: scenesModel, sideFile: scenesSide },
  'scenes-naive': { url: naiveScenesModel, sideFile: naiveScenesSide },
} as const;

/** The strip of test digits. demo/build/digits.ts makes the file, digit_strip.ts beside this one reads it. */
export const DIGITS = digitsUrl;
