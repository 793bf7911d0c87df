import { PathlightError } from '../errors.js';
import { checkArgument, type ImageValues, toFloat32 } from '../tensor/arguments.js';
import { itemAt } from '../tensor/items.js';
import { channelOf, elementOf, type PixelLayout } from '../tensor/pixels.js';
import { checkPicture, type Picture } from './picture.js';
import { inputValue, type Preprocessing, pictureChannel, pixelLayout, validRange } from './preprocessing/preprocess.js';

/**
 * The model's input for a picture, as float32: value = (lo + pixel / 255 (hi - lo) - mean_c) / std_c.
 *
 * @param picture of the model's size and channels, as `fitPicture` makes it.
 * @returns [elements] in the layout of the model's input.
 * @throws PathlightError for a picture of another size.
 * @example
 * const { picture } = fitPicture(photo, session.preprocessing);
 * const image = toValues(picture, session.preprocessing);
 */
export function toValues(picture: Picture, preprocessing: Preprocessing): Float32Array {
  const { data } = checkPicture(picture);
  checkArgument('preprocessing', preprocessing, 'preprocessing');
  const { width, height, channels } = preprocessing;
  if (picture.width !== width || picture.height !== height || picture.channels !== channels) {
    throw new PathlightError('image.size', {
      size: [picture.width, picture.height, picture.channels],
      wanted: [width, height, channels],
      shape: preprocessing.shape,
    });
  }
  const layout = pixelLayout(preprocessing);
  const values = new Float32Array(width * height * channels);
  for (let c = 0; c < channels; c++) {
    const table = Float32Array.from({ length: 256 }, (_, pixel) => inputValue(preprocessing, pixel, c));
    const shown = pictureChannel(preprocessing, c);
    for (let p = 0; p < layout.pixels; p++) values[elementOf(layout, p, c)] = table[data[p * channels + shown]!]!;
  }
  return values;
}

/**
 * The picture for a model's input, the inverse of `toValues`. Values are rounded to the nearest of 256 steps; values outside the valid
 * range are clamped to it. NaN becomes black. Of an input that is no picture, it is the mean over channels in grey, black and white being the
 * least and the largest value.
 *
 * @param values [elements] in the model's input space.
 * @throws PathlightError for another number of values.
 * @example
 * const { edited } = await repair(session, image, { target: 7 });
 * const picture = toPicture(edited, session.preprocessing);
 */
export function toPicture(values: ImageValues, preprocessing: Preprocessing): Picture {
  checkArgument('preprocessing', preprocessing, 'preprocessing');
  const numbers = toFloat32(values, 'values');
  const { width, height, channels, range, mean, std } = preprocessing;
  if (numbers.length !== width * height * channels) {
    throw new PathlightError('image.values', { values: numbers.length, wanted: width * height * channels, shape: preprocessing.shape });
  }
  const layout = pixelLayout(preprocessing);
  if (!hasColours(channels)) return standInFor(numbers, preprocessing);
  // Uint8ClampedArray clamps, and rounds halves to even. An 8-bit picture never gives an exact half.
  const data = new Uint8ClampedArray(numbers.length);
  for (let c = 0; c < channels; c++) {
    const [deviation, middle] = [itemAt(std, c), itemAt(mean, c)];
    const shown = pictureChannel(preprocessing, c);
    channelOf(numbers, layout, c).forEach((normal, p) => {
      const value = normal * deviation + middle;
      data[p * channels + shown] = ((value - range[0]) / (range[1] - range[0])) * 255;
    });
  }
  return { width, height, channels, data: new Uint8Array(data.buffer) };
}

/** The mean over channels, from its least to its largest value. */
function standInFor(values: Float32Array, preprocessing: Preprocessing): Picture {
  const { width, height, channels } = preprocessing;
  const means = sumChannels(values, pixelLayout(preprocessing)).map((sum) => sum / channels);
  const [low, high] = means.reduce(([least, most], mean) => [Math.min(least, mean), Math.max(most, mean)], [Infinity, -Infinity]);
  const data = Uint8ClampedArray.from(means, (mean) => (high > low ? ((mean - low) / (high - low)) * 255 : 0));
  return { width, height, channels: 1, data: new Uint8Array(data.buffer) };
}

function hasColours(channels: number): channels is 1 | 3 {
  return channels === 1 || channels === 3;
}

/**
 * The background colour of an image, [channels] in the model's input space. In each channel it is the median of the outermost ring of
 * pixels, and the lower of two medians, so that the value occurs in the image. A stroke that touches the border does not disturb it. On
 * MNIST it is 0.
 */
export function backgroundColour(values: Float32Array, preprocessing: Preprocessing): Float32Array {
  const { width, height, channels } = preprocessing;
  const layout = pixelLayout(preprocessing);
  const ring: number[] = [];
  for (let p = 0; p < layout.pixels; p++) {
    const x = p % width;
    const y = (p - x) / width;
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) ring.push(p);
  }
  return Float32Array.from({ length: channels }, (_, c) => {
    const sorted = Float32Array.from(ring, (p) => itemAt(values, elementOf(layout, p, c))).sort();
    return itemAt(sorted, (sorted.length - 1) >> 1);
  });
}

/** How many values lie outside the range of an 8-bit picture by more than half of one of its steps. */
export function countOutside(values: Float32Array, preprocessing: Preprocessing): number {
  const { low, high } = validRange(preprocessing);
  const layout = pixelLayout(preprocessing);
  let outside = 0;
  for (let c = 0; c < layout.channels; c++) {
    const [least, most] = [itemAt(low, c), itemAt(high, c)];
    const slack = (most - least) / 510;
    for (const value of channelOf(values, layout, c)) if (value < least - slack || value > most + slack) outside++;
  }
  return outside;
}

/**
 * The attribution of every pixel: the sum over its channels.
 *
 * @param attribution [elements].
 * @returns [pixels], row by row.
 * @throws PathlightError for another number of values than the layout has.
 * @example const map = sumChannels(result.values, pixelLayout(session.preprocessing));
 */
export function sumChannels(attribution: ArrayLike<number>, layout: PixelLayout): Float32Array {
  checkArgument('layout', layout, 'layout');
  const values = toFloat32(attribution, 'attribution');
  const elements = layout.pixels * layout.channels;
  if (values.length !== elements)
    throw new PathlightError('image.numbers', { what: 'attribution', numbers: values.length, wanted: elements });
  return Float32Array.from({ length: layout.pixels }, (_, p) => {
    let sum = 0;
    for (let c = 0; c < layout.channels; c++) sum += itemAt(values, elementOf(layout, p, c));
    return sum;
  });
}
