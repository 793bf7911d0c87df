import { PathlightError } from '../errors.js';
import { compositeOnWhite, isTransparent, type Picture, toColour, toGrey } from './picture.js';

/** What a model wants to be shown. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

export interface Fitted {
  readonly picture: Picture;
  /** What was done, for a person: `224x224 from 640x480: resized to 299x224, centre crop`; empty where nothing was. */
  readonly note: string;
}

/**
 * Brings a picture to the size and the channels of a model's input: transparency onto white, colour to grey by luma or grey to three equal
 * channels, then the smallest resize that covers the size with the aspect kept, and the centre of it. Pure arithmetic, so that the browser and
 * Node see the same pixels.
 */
export function fitPicture(picture: Picture, size: PictureSize): Fitted {
  const steps: string[] = [];
  if (isTransparent(picture)) steps.push('transparency onto white');
  const opaque = compositeOnWhite(picture);
  if (opaque.channels !== 1 && size.channels === 1) steps.push('colour to grey (BT.601 luma)');
  if (opaque.channels === 1 && size.channels === 3) steps.push('grey to three equal channels');
  const converted = size.channels === 1 ? toGrey(opaque) : toColour(opaque);
  if (picture.width === size.width && picture.height === size.height) return { picture: converted, note: steps.join(', ') };

  const scale = Math.max(size.width / picture.width, size.height / picture.height);
  const width = Math.max(size.width, Math.round(picture.width * scale));
  const height = Math.max(size.height, Math.round(picture.height * scale));
  steps.push(`resized to ${width}x${height}`);
  if (width !== size.width || height !== size.height) steps.push('centre crop');
  return {
    picture: resize(converted, width, height, size),
    note: `${size.width}x${size.height} from ${picture.width}x${picture.height}: ${steps.join(', ')}`,
  };
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
