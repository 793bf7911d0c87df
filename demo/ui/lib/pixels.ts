import { heatmap, type Picture } from '../../../src/index.js';

/** Draws a picture at one canvas pixel a pixel; the style sheet enlarges it (`image-rendering: pixelated`). */
export function paintPicture(canvas: HTMLCanvasElement, { width, height, channels, data }: Picture): void {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let p = 0; p < width * height; p++) {
    for (let c = 0; c < 3; c++) image.data[4 * p + c] = data[p * channels + (channels === 1 ? 0 : c)]!;
    image.data[4 * p + 3] = channels === 4 ? data[4 * p + 3]! : 255;
  }
  canvas.getContext('2d')!.putImageData(image, 0, 0);
}

/** Draws an attribution map [height][width], channels summed, in the colours of the library's `heatmap`. */
export function paintMap(canvas: HTMLCanvasElement, values: ArrayLike<number>, width: number, height: number, scale: number): void {
  paintPicture(canvas, heatmap(values, width, height, { scale, factor: 1 }));
}

/** The largest |value| over several maps: the one scale that they share. */
export function sharedScale(maps: readonly ArrayLike<number>[]): number {
  let largest = 0;
  for (const map of maps) for (let i = 0; i < map.length; i++) largest = Math.max(largest, Math.abs(map[i]!));
  return largest;
}

/** One picture where a pixel is marked with 1, the other elsewhere. Both have the same size and channels. */
export function blendPictures(from: Picture, to: Picture, marks: ArrayLike<number>): Picture {
  const data = from.data.slice();
  const { channels } = from;
  for (let p = 0; p < from.width * from.height; p++) {
    if (marks[p] === 1) data.set(to.data.subarray(p * channels, (p + 1) * channels), p * channels);
  }
  return { ...from, data };
}
