import { PathlightError } from '../errors.js';
import { firstOf, lastOf } from '../tensor/items.js';
import type { Picture } from './picture.js';

/**
 * How a picture is resampled. `bilinear`, `bicubic` and `lanczos` are antialiased: when shrinking by a factor, the filter is widened by it.
 * `nearest` takes the pixel that contains the centre.
 */
export const INTERPOLATIONS = ['bilinear', 'bicubic', 'lanczos', 'nearest'] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];

export interface Crop {
  readonly width: number;
  readonly height: number;
}

/**
 * Resizes a picture by separable filtering, with weights in 22 bits of fixed point. Rows come first, and values are rounded to 8 bits
 * between the two passes. This is Pillow's `Image.resize` bit for bit (src/libImaging/Resample.c), and so torchvision's and timm's `Resize`
 * of PIL images. Only the centre `crop` of the resized picture is computed. Its offset is torchvision's: half of the remaining pixels, a
 * half rounded to even. Throws PathlightError for a crop that does not fit.
 */
export function resize(
  picture: Picture,
  width: number,
  height: number,
  crop: Crop = { width, height },
  interpolation: Interpolation = 'bilinear',
): Picture {
  if (crop.width > width || crop.height > height) {
    throw new PathlightError('image.crop', { crop: [crop.width, crop.height], size: [width, height] });
  }
  const columns = tapsOf(interpolation, picture.width, width, centreOffset(width - crop.width), crop.width);
  const rows = tapsOf(interpolation, picture.height, height, centreOffset(height - crop.height), crop.height);
  const { channels, data } = picture;
  const stride = crop.width * channels;
  const firstRow = firstOf(rows).first;
  const lastTaps = lastOf(rows);
  const lastRow = lastTaps.first + lastTaps.weights.length;
  const narrow = new Uint8Array((lastRow - firstRow) * stride);
  for (let y = firstRow; y < lastRow; y++) {
    let to = (y - firstRow) * stride;
    for (const { first, weights } of columns) {
      const from = (y * picture.width + first) * channels;
      for (let c = 0; c < channels; c++) {
        let sum = HALF;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * data[from + k * channels + c]!;
        narrow[to++] = toByte(sum);
      }
    }
  }
  const result = new Uint8Array(crop.height * stride);
  for (const [y, { first, weights }] of rows.entries()) {
    const from = (first - firstRow) * stride;
    for (let i = 0; i < stride; i++) {
      let sum = HALF;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * narrow[from + k * stride + i]!;
      result[y * stride + i] = toByte(sum);
    }
  }
  return { width: crop.width, height: crop.height, channels, data: result };
}

/** Python's `int(round(rest / 2))`, which rounds halves to even. */
function centreOffset(rest: number): number {
  const half = Math.floor(rest / 2);
  return rest % 2 === 1 && half % 2 === 1 ? half + 1 : half;
}

/**
 * Bits after the point. 255 times the sum of absolute weights stays below 2^31 for every filter here: the negative lobes of `lanczos` add
 * 0.4 to the sum of 1.
 */
const PRECISION = 22;
const HALF = 2 ** (PRECISION - 1);

function toByte(fixed: number): number {
  return Math.min(255, Math.max(0, fixed >> PRECISION));
}

interface Filter {
  /** Distance at which the weight falls to 0, in pixels of the result. */
  readonly support: number;
  weight(distance: number): number;
}

const FILTERS: Record<Exclude<Interpolation, 'nearest'>, Filter> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  /** Keys' cubic convolution with a = -1/2. */
  bicubic: {
    support: 2,
    weight(x) {
      const d = Math.abs(x);
      if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
      return d < 2 ? -0.5 * (((d - 5) * d + 8) * d - 4) : 0;
    },
  },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

interface Taps {
  readonly first: number;
  /** In fixed point. */
  readonly weights: Int32Array;
}

/** The taps of the `count` outputs from `offset` on, for an axis of `from` elements resampled to `to`. */
function tapsOf(interpolation: Interpolation, from: number, to: number, offset: number, count: number): Taps[] {
  const factor = from / to;
  if (interpolation === 'nearest') {
    const weights = Int32Array.of(2 ** PRECISION);
    return Array.from({ length: count }, (_, i) => ({ first: Math.min(from - 1, Math.floor((offset + i + 0.5) * factor)), weights }));
  }
  const filter = FILTERS[interpolation];
  const widening = Math.max(1, factor);
  const support = filter.support * widening;
  return Array.from({ length: count }, (_, i) => {
    const centre = (offset + i + 0.5) * factor;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    // Loops, since a line of 50 million pixels has as many taps, and callbacks take 10 times as long.
    const exact = new Float64Array(end - first);
    let total = 0;
    for (let k = 0; k < exact.length; k++) {
      const weight = filter.weight((first + k + 0.5 - centre) / widening);
      exact[k] = weight;
      total += weight;
    }
    const weights = new Int32Array(exact.length);
    for (let k = 0; k < weights.length; k++) weights[k] = toFixed((exact[k] ?? Number.NaN) / total);
    return { first, weights };
  });
}

function toFixed(weight: number): number {
  return Math.trunc(weight * 2 ** PRECISION + (weight < 0 ? -0.5 : 0.5));
}
