import { type Picture, toColour } from '../image/picture.js';
import { GLYPH_HEIGHT, glyphOf, textWidth } from './bitmap_font.js';
import type { Colour } from './colormap.js';

/** A colour picture filled with one colour. */
export function blank(width: number, height: number, colour: Colour): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = colour[i % 3]!;
  return { width, height, channels: 3, data };
}

/** Enlarges each pixel to a square of factor x factor. */
export function enlarge(picture: Picture, factor: number): Picture {
  if (factor === 1) return picture;
  const { width, height, channels, data } = picture;
  const result = new Uint8Array(data.length * factor * factor);
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * channels;
      for (let c = 0; c < channels; c++) result[(y * width * factor + x) * channels + c] = data[from + c]!;
    }
  }
  return { width: width * factor, height: height * factor, channels, data: result };
}

/** Copies a picture into another, with its top left corner at (left, top). */
export function place(onto: Picture, picture: Picture, left: number, top: number): void {
  const { width, height, data } = toColour(picture);
  for (let y = 0; y < height; y++) {
    onto.data.set(data.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * onto.width + left) * 3);
  }
}

/** Fills a rectangle, clipped to the picture. */
export function fill(onto: Picture, left: number, top: number, width: number, height: number, colour: Colour): void {
  for (let y = Math.max(0, top); y < Math.min(onto.height, top + height); y++) {
    for (let x = Math.max(0, left); x < Math.min(onto.width, left + width); x++) onto.data.set(colour, (y * onto.width + x) * 3);
  }
}

export interface TextStyle {
  readonly colour: Colour;
  /** Side of a font pixel, in pixels of the picture. */
  readonly scale: number;
  readonly align?: 'left' | 'centre' | 'right';
}

/** Writes one line. By `align`, (x, top) is the left end, the middle or the right end of its top edge. */
export function write(onto: Picture, text: string, x: number, top: number, { colour, scale, align = 'left' }: TextStyle): void {
  const width = textWidth(text) * scale;
  let left = x - (align === 'left' ? 0 : align === 'right' ? width : Math.floor(width / 2));
  for (const character of text) {
    const glyph = glyphOf(character);
    for (let row = 0; row < GLYPH_HEIGHT; row++) {
      glyph[row]!.forEach((ink, column) => {
        if (ink) fill(onto, left + column * scale, top + row * scale, scale, scale, colour);
      });
    }
    left += (glyph[0]!.length + 1) * scale;
  }
}

/** The text, cut and ended with two dots where it is too wide. */
export function clip(text: string, width: number, scale: number): string {
  if (textWidth(text) * scale <= width) return text;
  let length = text.length;
  while (length > 0 && textWidth(`${text.slice(0, length)}..`) * scale > width) length--;
  return `${text.slice(0, length)}..`;
}
