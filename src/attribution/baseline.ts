import { PathlightError } from '../errors.js';
import { type ImageValues, toFloat32 } from '../tensor/arguments.js';
import { itemAt } from '../tensor/items.js';
import type { ImageSpace } from '../tensor/pixels.js';
import { elementOf, type PixelLayout } from '../tensor/pixels.js';
import { Xoshiro128 } from '../tensor/random.js';
import { blurImage } from './blur.js';

/**
 * The named baselines, which a path can start from:
 *
 * - `zero`: 0 in the model's input space (after mean and standard deviation);
 * - `black`, `white`: the values of these colours, whichever is the larger;
 * - `background`, `mean`: the image's own background colour, its own mean colour;
 * - `opposite`: black + white - x, the opposite colour of every pixel;
 * - `blur`: the image, blurred until nothing can be recognised;
 * - `noise`: uniform between black and white, seeded.
 *
 * @example for (const baseline of BASELINES) await integratedGradients(session, image, { baseline });
 */
export const BASELINES = ['zero', 'black', 'white', 'background', 'mean', 'opposite', 'blur', 'noise'] as const;
/**
 * One of BASELINES.
 *
 * @example const name: BaselineName = 'background';
 */
export type BaselineName = (typeof BASELINES)[number];
/**
 * What a path starts from: a name, a number in the model's input space, or an image [elements].
 *
 * @example const baseline: Baseline = new Float32Array(image.length).fill(0.5);
 */
export type Baseline = BaselineName | number | ImageValues;
/** Standard deviation of the blur, as a share of the longer side. It is so large that no stroke or outline survives. */
export const BLUR_SHARE = 0.15;

/**
 * The baseline of one image, [elements], in the model's input space. BASELINES explains the names. `background` gives the image's own
 * background colour, [channels]. `blur` is a Gaussian that repeats the pixels at the edges.
 *
 * IG is exactly 0 wherever the image equals its baseline.
 *
 * @throws PathlightError for a baseline of another size, a number that is not finite, or an unknown name.
 */
export function makeBaseline(
  baseline: Baseline,
  image: Float32Array,
  space: ImageSpace,
  { background, seed = 0 }: { background: () => Float32Array; seed?: number },
): Float32Array {
  if (typeof baseline === 'number') {
    if (!Number.isFinite(baseline)) throw new PathlightError('baseline.not-finite', { baseline });
    return new Float32Array(image.length).fill(baseline);
  }
  if (typeof baseline !== 'string') {
    const values = toFloat32(baseline, 'baseline', 'baseline');
    if (values.length !== image.length) {
      throw new PathlightError('baseline.numbers', { numbers: values.length, wanted: image.length });
    }
    return values;
  }
  const { black, white } = space;
  switch (baseline) {
    case 'zero':
      return new Float32Array(image.length);
    case 'black':
      return perChannel(image, space, (c) => itemAt(black, c));
    case 'white':
      return perChannel(image, space, (c) => itemAt(white, c));
    case 'background': {
      const colour = background();
      return perChannel(image, space, (c) => itemAt(colour, c));
    }
    case 'mean': {
      const mean = new Float64Array(space.pixels.channels);
      eachElement(space.pixels, (e, c) => {
        mean[c] = itemAt(mean, c) + itemAt(image, e) / space.pixels.pixels;
      });
      return perChannel(image, space, (c) => itemAt(mean, c));
    }
    case 'opposite':
      return perChannel(image, space, (c, e) => itemAt(black, c) + itemAt(white, c) - itemAt(image, e));
    case 'blur':
      return Float32Array.from(blurImage(image, space, BLUR_SHARE * Math.max(space.width, space.height)));
    case 'noise': {
      const random = Xoshiro128.fromSeed(seed);
      return perChannel(image, space, (c) => itemAt(black, c) + random.uniform() * (itemAt(white, c) - itemAt(black, c)));
    }
    default:
      throw new PathlightError('baseline.unknown', { baseline: String(baseline), known: BASELINES });
  }
}

/** The distance from black to white, for the channel of every element: [elements]. */
export function elementRanges({ pixels, black, white }: ImageSpace): Float32Array {
  const ranges = new Float32Array(pixels.pixels * pixels.channels);
  eachElement(pixels, (element, channel) => {
    ranges[element] = Math.abs(itemAt(white, channel) - itemAt(black, channel));
  });
  return ranges;
}

function perChannel(image: Float32Array, { pixels }: ImageSpace, value: (channel: number, element: number) => number): Float32Array {
  const result = new Float32Array(image.length);
  eachElement(pixels, (element, channel) => {
    result[element] = value(channel, element);
  });
  return result;
}

function eachElement(layout: PixelLayout, visit: (element: number, channel: number) => void): void {
  for (let pixel = 0; pixel < layout.pixels; pixel++) {
    for (let channel = 0; channel < layout.channels; channel++) visit(elementOf(layout, pixel, channel), channel);
  }
}
