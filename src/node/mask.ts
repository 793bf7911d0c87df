import { maskOfArray, maskOfPicture } from '../image/mask.js';
import type { Preprocessing } from '../image/preprocessing/preprocess.js';
import { isArrayFile, readArrayFile } from './array_file.js';
import { decodePicture } from './codec.js';
import { readBytes } from './input.js';

/**
 * Reads which pixels belong together from a file: a picture in which each patch has a colour of its own, or an `.npy` array of the rows and columns of the
 * model's input in which it has a number. A picture of another size is fitted as inputs are, but without new colours in between.
 *
 * @returns a number for each pixel of the model's input, row by row.
 * @throws PathlightError for a file that is none of them, for a picture of more than 1,000 colours, and for an array of another shape.
 * @example await attribute(session, image, { method: 'shapley', patch: { mask: await readMask('parts.png', session.preprocessing) } });
 */
export async function readMask(path: string, preprocessing: Preprocessing): Promise<Float64Array> {
  const bytes = await readBytes(path);
  if (isArrayFile(path)) return maskOfArray(readArrayFile(bytes, path), preprocessing, path);
  return maskOfPicture((await decodePicture(bytes, path)).picture, preprocessing, path);
}
