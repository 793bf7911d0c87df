import { type Picture, toColour } from '../image/picture.js';
import { firstOf } from '../tensor/items.js';
import { glyphOf, textWidth } from './bitmap_font.js';
import type { Colour } from './colormap.js';

/** A colour picture filled with one colour. */
export function blank(width: number, height: number, colour: Colour): Picture {
  const data = new Uint8Array(width * height * 3);
  for (const [c, value] of colour.entries()) for (let i = c; i < data.length; i += 3) data[i] = value;
  return { width, height, channels: 3, data };
}

/** Enlarges each pixel to a square of factor x factor. */
export function enlarge(picture: Picture, factor: number): Picture {
  if (factor === 1) return picture;
  const { width, height, channels, data } = picture;
  const result = new Uint8Array(data.length * factor * factor);
  const across = width * factor * channels;
  data.forEach((value, i) => {
    const c = i % channels;
    const pixel = (i - c) / channels;
    const corner = Math.floor(pixel / width) * factor * across + (pixel % width) * factor * channels + c;
    for (let y = 0; y < factor; y++) for (let x = 0; x < factor; x++) result[corner + y * across + x * channels] = value;
  });
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
    for (const [row, inks] of glyph.entries()) {
      for (const [column, ink] of inks.entries()) if (ink) fill(onto, left + column * scale, top + row * scale, scale, scale, colour);
    }
    left += (firstOf(glyph).length + 1) * scale;
  }
}

/** The text, cut and ended with two dots where it is too wide. */
export function clip(text: string, width: number, scale: number): string {
  if (textWidth(text) * scale <= width) return text;
  let length = text.length;
  while (length > 0 && textWidth(`${text.slice(0, length)}..`) * scale > width) length--;
  return `${text.slice(0, length)}..`;
}
