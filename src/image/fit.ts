import { checkArgument, type OptionKinds } from '../tensor/arguments.js';
import { itemAt } from '../tensor/items.js';
import { checkPicture, composite, isTransparent, MATTES, type Matte, type Picture, toColour, toGrey } from './picture.js';
import { INTERPOLATIONS, type Interpolation, resize } from './resize.js';

/**
 * The size and channels that a picture is fitted to.
 *
 * @example const size: PictureSize = { width: 224, height: 224, channels: 3 };
 */
export interface PictureSize {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** 1: grey; 3: red, green, blue. */
  readonly channels: number;
}

/**
 * How a picture of another shape fills a model's input. `cover` keeps the aspect and cuts off what is outside. `contain` keeps the aspect
 * and adds borders in the picture's own background: in each channel, the median of the outermost pixels. `stretch` changes the aspect.
 */
export const FITS = ['cover', 'contain', 'stretch'] as const;
export type FitMode = (typeof FITS)[number];

/**
 * How pictures are fitted to a size.
 *
 * @example const fitting: Fitting = { fit: 'contain', interpolation: 'bicubic', matte: 'grey' };
 */
export interface Fitting {
  /**
   * `cover` (the default) keeps the aspect and cuts off what is outside; `contain` keeps the aspect and adds borders; `stretch` changes the
   * aspect.
   */
  readonly fit?: FitMode;
  /**
   * Shorter side in pixels before the centre is cropped (with `stretch`: both sides). By default as large as the size needs. Not with
   * `contain`.
   */
  readonly resize?: number;
  /** `bilinear` (the default), `bicubic`, `lanczos` or `nearest`. */
  readonly interpolation?: Interpolation;
  /** The colour behind transparent pixels: `white` (the default), `black` or `grey`. */
  readonly matte?: Matte;
}

/**
 * A picture of a model's size.
 *
 * @example const { picture, note }: Fitted = fitPicture(photo, session.preprocessing);
 */
export interface Fitted {
  readonly picture: Picture;
  /** What was done, for readers: `224x224 from 640x480: resized to 341x256, centre crop`; empty if nothing was. */
  readonly note: string;
}

/**
 * Fits a picture to the size and the channels of a model's input. Transparency is composited onto the matte; colour becomes grey by luma,
 * or grey becomes three equal channels; the picture is resized and its centre is cropped. This is pure arithmetic, so the browser and Node
 * give the same pixels.
 *
 * @throws PathlightError for a picture whose bytes do not fit its size, and for a size or a fitting that does not exist.
 * @example fitPicture(photo, { width: 224, height: 224, channels: 3, resize: 256 }); // torchvision's Resize(256), CenterCrop(224)
 */
export function fitPicture(picture: Picture, size: PictureSize & Fitting): Fitted {
  const given = checkPicture(picture);
  checkSize(size);
  const { fit = 'cover', interpolation = 'bilinear', matte = 'white' } = size;
  const steps: string[] = [];
  if (isTransparent(given)) steps.push(`transparency onto ${matte}`);
  const opaque = composite(given, matte);
  if (opaque.channels !== 1 && size.channels === 1) steps.push('colour to grey (BT.601 luma)');
  if (opaque.channels === 1 && size.channels === 3) steps.push('grey to three equal channels');
  const converted = size.channels === 1 ? toGrey(opaque) : toColour(opaque);
  const { width, height } = resizedTo(picture, size, fit);
  if (width === picture.width && height === picture.height && width === size.width && height === size.height) {
    return { picture: converted, note: steps.join(', ') };
  }
  steps.push(`resized to ${width}x${height}${interpolation === 'bilinear' ? '' : ` (${interpolation})`}`);
  const note = (after: string[]) =>
    `${size.width}x${size.height} from ${picture.width}x${picture.height}: ${[...steps, ...after].join(', ')}`;
  if (width < size.width || height < size.height) {
    const small = resize(converted, width, height, { width, height }, interpolation);
    return { picture: place(small, size, borderColour(converted)), note: note(['borders added']) };
  }
  const cropped = width > size.width || height > size.height;
  return { picture: resize(converted, width, height, size, interpolation), note: note(cropped ? ['centre crop'] : []) };
}

const FIT_KINDS: OptionKinds<PictureSize & Fitting> = {
  width: 'size',
  height: 'size',
  channels: 'channels of models',
  fit: FITS,
  resize: 'size',
  interpolation: INTERPOLATIONS,
  matte: MATTES,
};

function checkSize(size: PictureSize & Fitting): void {
  checkArgument('size', size, 'object');
  for (const [name, kind] of Object.entries(FIT_KINDS)) {
    const value: unknown = Reflect.get(size, name);
    const isNeeded = name === 'width' || name === 'height' || name === 'channels';
    if (value !== undefined || isNeeded) checkArgument(name, value, kind);
  }
}

/** The size before cropping. As in torchvision's `Resize`, the side that follows from the aspect is rounded down to a whole number. */
function resizedTo({ width, height }: Picture, size: PictureSize & Fitting, fit: FitMode): { width: number; height: number } {
  if (fit === 'stretch') return { width: size.resize ?? size.width, height: size.resize ?? size.height };
  if (fit === 'contain') {
    const scale = Math.min(size.width / width, size.height / height);
    const within = (length: number, full: number) => Math.min(full, Math.max(1, Math.round(length * scale)));
    return { width: within(width, size.width), height: within(height, size.height) };
  }
  const byWidth = size.resize === undefined ? size.width * height >= size.height * width : width <= height;
  if (byWidth) {
    const across = size.resize ?? size.width;
    return { width: across, height: Math.max(size.height, Math.floor((across * height) / width)) };
  }
  const down = size.resize ?? size.height;
  return { width: Math.max(size.width, Math.floor((down * width) / height)), height: down };
}

/** Puts a picture in the middle of a larger one of one colour. */
function place(picture: Picture, { width, height }: PictureSize, colour: readonly number[]): Picture {
  const { channels } = picture;
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => itemAt(colour, i % channels));
  const left = Math.floor((width - picture.width) / 2);
  const top = Math.floor((height - picture.height) / 2);
  const row = picture.width * channels;
  for (let y = 0; y < picture.height; y++) {
    data.set(picture.data.subarray(y * row, (y + 1) * row), ((top + y) * width + left) * channels);
  }
  return { width, height, channels, data };
}

/** The median of the outermost ring of pixels, channel by channel; the lower of two medians. Counts, not lists: a ring may have 100 million pixels. */
function borderColour({ width, height, channels, data }: Picture): number[] {
  return Array.from({ length: channels }, (_, c) => {
    const counts = new Uint32Array(256);
    let size = 0;
    const add = (pixel: number) => {
      const level = data[pixel * channels + c] ?? 0;
      counts[level] = (counts[level] ?? 0) + 1;
      size++;
    };
    for (let x = 0; x < width; x++) {
      add(x);
      add((height - 1) * width + x);
    }
    for (let y = 1; y < height - 1; y++) {
      add(y * width);
      add((y + 1) * width - 1);
    }
    let below = 0;
    return counts.findIndex((count) => {
      below += count;
      return below > (size - 1) >> 1;
    });
  });
}
