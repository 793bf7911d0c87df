import { PathlightError } from '../errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { fitPicture } from './fit.js';
import { eachPixel, type Picture } from './picture.js';
import type { Preprocessing } from './preprocessing/preprocess.js';

/** The most patches of a picture. More colours are a photograph, or what compression makes of a mask. */
const MOST_COLOURS = 1000;

/**
 * Which pixels belong together, from a picture in which each patch has a colour of its own. A picture of another size is fitted as inputs are, but without
 * new colours in between. Returns a number for each pixel of the model's input, row by row. Throws PathlightError for more than 1,000 colours.
 * @param source the name of the file; null where nobody knows it.
 */
export function maskOfPicture(picture: Picture, preprocessing: Preprocessing, source: string | null): Float64Array {
  const fitted = fitPicture(picture, { ...preprocessing, channels: 3, interpolation: 'nearest' }).picture;
  const mask = new Float64Array(preprocessing.width * preprocessing.height);
  eachPixel(fitted, ({ red, green, blue }, pixel) => {
    mask[pixel] = (red * 256 + green) * 256 + blue;
  });
  const colours = new Set(mask).size;
  if (colours > MOST_COLOURS) throw new PathlightError('picture.mask-colours', { source, colours, most: MOST_COLOURS });
  return mask;
}

/** The same from an array of rows and columns, in which each patch has a number. Throws PathlightError for another shape. */
export function maskOfArray({ shape, data }: Tensor, { width, height }: Preprocessing, source: string | null): Float64Array {
  const axes = shape.filter((size) => size !== 1);
  if (axes.join() !== [height, width].filter((size) => size !== 1).join()) {
    throw new PathlightError('picture.mask-shape', { source, shape, wanted: [height, width] });
  }
  return Float64Array.from(data);
}
