import { PathlightError } from '../errors.js';
import { fitPicture } from '../image/fit.js';
import { eachPixel } from '../image/picture.js';
import type { Preprocessing } from '../image/preprocessing/preprocess.js';
import { isArrayFile, readArrayFile } from './array_file.js';
import { decodePicture } from './codec.js';
import { readBytes } from './input.js';

/** The most patches of a picture. More colours are a photograph, or what compression makes of a mask. */
const MOST_COLOURS = 1000;

/**
 * Reads which pixels belong together from a file: a picture in which each patch has a colour of its own, or an `.npy` array of the rows and columns of the
 * model's input in which it has a number. A picture of another size is fitted as inputs are, but without new colours in between.
 *
 * @returns a number for each pixel of the model's input, row by row.
 * @throws PathlightError for a file that is none of them, for a picture of more than 1,000 colours, and for an array of another shape.
 * @example await attribute(session, image, { method: 'shapley', patch: { mask: await readMask('parts.png', session.preprocessing) } });
 */
export async function readMask(path: string, preprocessing: Preprocessing): Promise<Float64Array> {
  const { width, height } = preprocessing;
  const bytes = await readBytes(path);
  if (isArrayFile(path)) {
    const { shape, data } = readArrayFile(bytes, path);
    const axes = shape.filter((size) => size !== 1);
    if (axes.join() !== [height, width].filter((size) => size !== 1).join()) {
      throw new PathlightError('file.mask-shape', { path, shape, wanted: [height, width] });
    }
    return Float64Array.from(data);
  }
  const { picture } = await decodePicture(bytes, path);
  const fitted = fitPicture(picture, { ...preprocessing, channels: 3, interpolation: 'nearest' }).picture;
  const mask = new Float64Array(width * height);
  eachPixel(fitted, ({ red, green, blue }, pixel) => {
    mask[pixel] = (red * 256 + green) * 256 + blue;
  });
  const colours = new Set(mask).size;
  if (colours > MOST_COLOURS) throw new PathlightError('file.mask-colours', { path, colours, most: MOST_COLOURS });
  return mask;
}
