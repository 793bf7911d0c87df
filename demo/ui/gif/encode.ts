import { applyPalette, GIFEncoder, quantize } from 'gifenc';
import type { Picture } from '../../../src/index.js';
import { present } from '../../lib/present.js';

/** A frame, and the milliseconds for which it is shown. */
export interface Frame {
  readonly picture: Picture;
  readonly delay: number;
}

/** The most colours of a frame of a GIF. */
const COLOURS = 256;
/** How wide small pictures become, in pixels at least. */
const WIDTH = 160;

/**
 * An animated GIF that begins anew for ever, each pixel of small pictures enlarged to a square. Frames of up to 256 colours keep them as they are.
 * @param frames at least one, all of the same size.
 */
export function encodeGif(frames: readonly Frame[]): Uint8Array {
  const encoder = GIFEncoder();
  for (const { picture, delay } of frames) {
    const { width, height, data } = enlarge(picture, Math.max(1, Math.ceil(WIDTH / picture.height)));
    const exact = indexed(data);
    const palette = exact?.palette ?? quantize(data, COLOURS);
    encoder.writeFrame(exact?.index ?? applyPalette(data, palette), width, height, { palette, delay });
  }
  encoder.finish();
  return encoder.bytes();
}

/** The colours of a picture, and the colour of every pixel; undefined if there are too many for a GIF. */
function indexed(rgba: Uint8Array): { palette: [number, number, number][]; index: Uint8Array } | undefined {
  const places = new Map<number, number>();
  const palette: [number, number, number][] = [];
  const index = new Uint8Array(rgba.length / 4);
  for (let i = 0; i < index.length; i++) {
    const [red = 0, green = 0, blue = 0] = rgba.subarray(i * 4, i * 4 + 3);
    const colour = (red << 16) | (green << 8) | blue;
    let place = places.get(colour);
    if (place === undefined) {
      if (palette.length === COLOURS) return undefined;
      place = palette.push([red, green, blue]) - 1;
      places.set(colour, place);
    }
    index[i] = place;
  }
  return { palette, index };
}

/** The picture with red, green, blue and alpha, each pixel a square of `factor` pixels. */
function enlarge({ width, height, channels, data }: Picture, factor: number): Picture {
  const wide = width * factor;
  const large = new Uint8Array(wide * height * factor * 4).fill(255);
  for (let i = 0; i < large.length / 4; i++) {
    const from = (Math.floor(i / wide / factor) * width + Math.floor((i % wide) / factor)) * channels;
    for (let c = 0; c < 3; c++) large[i * 4 + c] = present(data[from + (channels < 3 ? 0 : c)], `sample ${from}`);
  }
  return { width: wide, height: height * factor, channels: 4, data: large };
}
