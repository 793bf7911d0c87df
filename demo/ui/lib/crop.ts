import type { Pixel } from './cursor.js';

/** A pixel of a square around another one; null beyond the picture. */
export type Cropped = number | null;

/** The indices of the pixels of a square with this side around a pixel, row by row. */
export function squareAround({ x, y }: Pixel, side: number, width: number, height: number): readonly Cropped[] {
  const half = side >> 1;
  return Array.from({ length: side * side }, (_, i) => {
    const column = x + (i % side) - half;
    const row = y + Math.floor(i / side) - half;
    return column >= 0 && row >= 0 && column < width && row < height ? row * width + column : null;
  });
}
