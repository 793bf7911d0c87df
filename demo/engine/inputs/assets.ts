import digitsSide from '../../../models/digits.json?raw';
import digitsModel from '../../../models/digits.onnx?url';
import naiveSide from '../../../models/digits-naive.json?raw';
import naiveModel from '../../../models/digits-naive.onnx?url';
import digitsUrl from '../.cache/digits.bin?url';

/** What is shipped with the page: files beside it whose names carry a hash of what is in them. */
export const MODELS = {
  digits: { url: digitsModel, sideFile: digitsSide },
  'digits-naive': { url: naiveModel, sideFile: naiveSide },
} as const;

/** The strip of test digits: demo/engine/inputs/digit_strip.ts reads it, demo/build/digits.ts makes it. */
export const DIGITS = digitsUrl;
