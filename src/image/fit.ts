import { PathlightError } from '../errors.js';
import { compositeOnWhite, isTransparent, type Picture, toColour, toGrey } from './picture.js';

/** What a model wants to be shown. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/**
 * How a picture of another shape fills a model's input: `cover` keeps the aspect and cuts off what is outside, `contain` keeps it and adds
 * borders in the picture's own background (the median of its outermost pixels, a channel), `stretch` does not keep it.
 */
export const FITS = ['cover', 'contain', 'stretch'] as const;
export type FitMode = (typeof FITS)[number];

export interface Fitted {
  readonly picture: Picture;
  /** What was done, for a person: `224x224 from 640x480: resized to 299x224, centre crop`; empty where nothing was. */
  readonly note: string;
}

/**
 * Brings a picture to the size and the channels of a model's input: transparency onto white, colour to grey by luma or grey to three equal
 * channels, then a resize: by default the smallest that covers the size with the aspect kept, and the centre of it. Pure arithmetic, so that
 * the browser and Node see the same pixels.
 */
export function fitPicture(picture: Picture, size: PictureSize, mode: FitMode = 'cover'): Fitted {
  const steps: string[] = [];
  if (isTransparent(picture)) steps.push('transparency onto white');
  const opaque = compositeOnWhite(picture);
  if (opaque.channels !== 1 && size.channels === 1) steps.push('colour to grey (BT.601 luma)');
  if (opaque.channels === 1 && size.channels === 3) steps.push('grey to three equal channels');
  const converted = size.channels === 1 ? toGrey(opaque) : toColour(opaque);
  if (picture.width === size.width && picture.height === size.height) return { picture: converted, note: steps.join(', ') };

  const across = size.width / picture.width;
  const down = size.height / picture.height;
  const scale = mode === 'contain' ? Math.min(across, down) : Math.max(across, down);
  const resized = (length: number, full: number) =>
    mode === 'stretch'
      ? full
      : mode === 'cover'
        ? Math.max(full, Math.round(length * scale))
        : Math.min(full, Math.max(1, Math.round(length * scale)));
  const width = resized(picture.width, size.width);
  const height = resized(picture.height, size.height);
  const note = (after: string[]) =>
    `${size.width}x${size.height} from ${picture.width}x${picture.height}: ${[...steps, `resized to ${width}x${height}`, ...after].join(', ')}`;
  if (width < size.width || height < size.height) {
    return { picture: place(resize(converted, width, height), size, borderColour(converted)), note: note(['borders added']) };
  }
  const cropped = width > size.width || height > size.height;
  return { picture: resize(converted, width, height, size), note: note(cropped ? ['centre crop'] : []) };
}

/** A picture in the middle of a larger one of one colour. */
function place(picture: Picture, { width, height }: PictureSize, colour: readonly number[]): Picture {
  const { channels } = picture;
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => colour[i % channels]!);
  const left = Math.floor((width - picture.width) / 2);
  const top = Math.floor((height - picture.height) / 2);
  const row = picture.width * channels;
  for (let y = 0; y < picture.height; y++) {
    data.set(picture.data.subarray(y * row, (y + 1) * row), ((top + y) * width + left) * channels);
  }
  return { width, height, channels, data };
}

/** The median of the outermost ring of pixels, channel by channel (the lower one of two). */
function borderColour({ width, height, channels, data }: Picture): number[] {
  const ring: number[] = [];
  for (let x = 0; x < width; x++) ring.push(x, (height - 1) * width + x);
  for (let y = 1; y < height - 1; y++) ring.push(y * width, (y + 1) * width - 1);
  return Array.from(
    { length: channels },
    (_, c) => ring.map((p) => data[p * channels + c]!).sort((a, b) => a - b)[(ring.length - 1) >> 1]!,
  );
}

/**
 * Separable resampling with a triangle filter, widened by the factor when shrinking (antialiased bilinear, as Pillow's and torchvision's):
 * out(x) = sum_i w_i in(i) / sum_i w_i, w_i = max(0, 1 - |i + 1/2 - centre| / support), centre = (x + 1/2) / factor.
 * Only the centre `crop` of the resized picture is computed.
 */
export function resize(
  picture: Picture,
  width: number,
  height: number,
  crop: { width: number; height: number } = { width, height },
): Picture {
  if (crop.width > width || crop.height > height) {
    throw new PathlightError(`a crop of ${crop.width}x${crop.height} from ${width}x${height}`, 'a crop that fits');
  }
  const columns = filterTaps(picture.width, width, Math.floor((width - crop.width) / 2), crop.width);
  const rows = filterTaps(picture.height, height, Math.floor((height - crop.height) / 2), crop.height);
  const { channels, data } = picture;
  const stride = crop.width * channels;
  const firstRow = rows[0]!.first;
  const lastRow = rows.at(-1)!.first + rows.at(-1)!.weights.length;
  const narrow = new Float32Array((lastRow - firstRow) * stride);
  for (let y = firstRow; y < lastRow; y++) {
    for (let x = 0; x < crop.width; x++) {
      const { first, weights } = columns[x]!;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * data[(y * picture.width + first + k) * channels + c]!;
        narrow[(y - firstRow) * stride + x * channels + c] = sum;
      }
    }
  }
  const result = new Uint8Array(crop.height * stride);
  for (let y = 0; y < crop.height; y++) {
    const { first, weights } = rows[y]!;
    for (let i = 0; i < stride; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * narrow[(first - firstRow + k) * stride + i]!;
      result[y * stride + i] = Math.min(255, Math.max(0, Math.round(sum)));
    }
  }
  return { width: crop.width, height: crop.height, channels, data: result };
}

interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/** The taps of `count` outputs from `offset` on, of an axis of `from` elements resampled to `to`. */
function filterTaps(from: number, to: number, offset: number, count: number): Taps[] {
  const factor = from / to;
  const support = Math.max(1, factor);
  return Array.from({ length: count }, (_, i) => {
    const centre = (offset + i + 0.5) * factor;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(from, Math.floor(centre + support + 0.5));
    const weights = new Float64Array(end - first);
    for (let k = 0; k < weights.length; k++) weights[k] = Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / support);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map((weight) => weight / total) };
  });
}
