import { PathlightError } from '../errors.js';
import { checkArgument, toBytes } from '../tensor/arguments.js';

/**
 * An 8-bit sRGB picture: rows from top to bottom, the channels of a pixel side by side ([height][width][channels]). Channels are grey; or
 * red, green, blue; or red, green, blue and alpha (not premultiplied).
 *
 * @example const grey: Picture = { width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) };
 */
export interface Picture {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** 1: grey; 3: red, green, blue; 4: red, green, blue, alpha. */
  readonly channels: 1 | 3 | 4;
  /** [height][width][channels], 0 to 255. */
  readonly data: Uint8Array;
}

/** A picture as a caller passed it. Throws PathlightError where its size, its channels and its bytes are none, or do not fit one another. */
export function checkPicture(picture: Picture, argument = 'picture'): Picture {
  checkArgument(argument, picture, 'object');
  const { width, height, channels } = picture;
  checkArgument(`${argument}.width`, width, 'size');
  checkArgument(`${argument}.height`, height, 'size');
  checkArgument(`${argument}.channels`, channels, 'channels');
  return createPicture(width, height, channels, toBytes(picture.data, `${argument}.data`));
}

/** Makes a picture, black unless `data` is given. Throws PathlightError where `data` does not fit the size. */
export function createPicture(width: number, height: number, channels: 1 | 3 | 4, data?: Uint8Array): Picture {
  const size = width * height * channels;
  if (data !== undefined && data.length !== size) {
    throw new PathlightError('image.bytes', { size: [width, height, channels], bytes: data.length, wanted: size });
  }
  return { width, height, channels, data: data ?? new Uint8Array(size) };
}

/** Whether two pictures are the same, byte for byte. */
export function samePicture(a: Picture, b: Picture): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.channels === b.channels &&
    a.data.length === b.data.length &&
    a.data.every((byte, i) => byte === b.data[i])
  );
}

/** A pixel, 0 to 255 each: a grey one has three equal channels, and one without an alpha channel is opaque. */
interface Pixel {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/** Visits the pixels row by row. */
export function eachPixel({ channels, data }: Picture, visit: (colour: Pixel, pixel: number) => void): void {
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let at = 0, pixel = 0; at < data.length; at += channels, pixel++) {
    const alpha = channels === 4 ? data[at + 3]! : 255;
    visit({ red: data[at]!, green: data[at + green]!, blue: data[at + blue]!, alpha }, pixel);
  }
}

/**
 * ITU-R BT.601 luma, 0.299 R + 0.587 G + 0.114 B, in 16 bits of fixed point. The weights sum to exactly 1, so a grey colour keeps its
 * value. They are the integers of Pillow's `convert('L')`, so models trained on Pillow's grey get the same values.
 */
export function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/** The picture in grey; alpha must have been composited before. */
export function toGrey(picture: Picture): Picture {
  const { width, height, channels } = picture;
  if (channels === 1) return picture;
  const grey = new Uint8Array(width * height);
  eachPixel(picture, ({ red, green, blue }, pixel) => {
    grey[pixel] = luma(red, green, blue);
  });
  return { width, height, channels: 1, data: grey };
}

/** The picture as red, green and blue; alpha must have been composited before. */
export function toColour(picture: Picture): Picture {
  const { width, height, channels } = picture;
  if (channels === 3) return picture;
  const colour = new Uint8Array(width * height * 3);
  eachPixel(picture, ({ red, green, blue }, pixel) => {
    colour[3 * pixel] = red;
    colour[3 * pixel + 1] = green;
    colour[3 * pixel + 2] = blue;
  });
  return { width, height, channels: 3, data: colour };
}

/** What is behind transparent pixels: 255, 0 or 128 in all channels. */
export const MATTES = ['white', 'black', 'grey'] as const;
export type Matte = (typeof MATTES)[number];

/** The grey value of each matte. */
export const MATTE_VALUES: Readonly<Record<Matte, number>> = { white: 255, black: 0, grey: 128 };

/** The picture on an opaque matte, as a browser shows it: c' = a c + (1 - a) matte. Without an alpha channel, the picture itself. */
export function composite(picture: Picture, matte: Matte): Picture {
  const { width, height, channels } = picture;
  if (channels !== 4) return picture;
  const behind = MATTE_VALUES[matte];
  const colour = new Uint8Array(width * height * 3);
  eachPixel(picture, ({ red, green, blue, alpha }, pixel) => {
    const share = alpha / 255;
    const over = (value: number) => Math.round(share * value + (1 - share) * behind);
    colour[3 * pixel] = over(red);
    colour[3 * pixel + 1] = over(green);
    colour[3 * pixel + 2] = over(blue);
  });
  return { width, height, channels: 3, data: colour };
}

/** Whether any pixel is not opaque. */
export function isTransparent(picture: Picture): boolean {
  if (picture.channels !== 4) return false;
  for (let i = 3; i < picture.data.length; i += 4) if (picture.data[i] !== 255) return true;
  return false;
}
