import { PHOTOGRAPH } from '../../../src/app.js';
import { heatmap, overlay, type Picture } from '../../../src/index.js';
import { present } from '../../lib/present.js';

/** The 2d context of a canvas. Only a canvas that already has a context of another kind has none. */
export function contextOf(canvas: HTMLCanvasElement, settings?: CanvasRenderingContext2DSettings): CanvasRenderingContext2D {
  return present(canvas.getContext('2d', settings), 'the 2d context of a canvas');
}

/** What stands where there is no picture. */
export const EMPTY: Picture = { width: 28, height: 28, channels: 1, data: new Uint8Array(28 * 28) };

/** Draws a picture, one canvas pixel for each of its pixels. The style sheet enlarges the canvas (`image-rendering: pixelated`). */
export function paintPicture(canvas: HTMLCanvasElement, picture: Picture): void {
  const { width, height } = picture;
  canvas.width = width;
  canvas.height = height;
  contextOf(canvas).putImageData(imageDataOf(picture), 0, 0);
}

/** Draws a picture over what a canvas shows, from this column on. */
export function paintFrom(canvas: HTMLCanvasElement, picture: Picture, column: number): void {
  if (column >= picture.width) return;
  contextOf(canvas).putImageData(imageDataOf(picture), 0, 0, column, 0, picture.width - column, picture.height);
}

function imageDataOf({ width, height, channels, data }: Picture): ImageData {
  const image = new ImageData(width, height);
  image.data.fill(255);
  const painted = channels === 4 ? 4 : 3;
  for (let p = 0; p < width * height; p++) {
    for (let c = 0; c < painted; c++) image.data[4 * p + c] = data[p * channels + (channels === 1 ? 0 : c)]!;
  }
  return image;
}

/** Draws an attribution map [height][width], channels summed, in the colours of the library's `heatmap`. */
export function paintMap(canvas: HTMLCanvasElement, values: ArrayLike<number>, width: number, height: number, scale: number): void {
  paintPicture(canvas, heatmap(values, width, height, { scale, factor: 1 }));
}

/** Draws the map over the picture as the library does. `opacity`, 0 to 1, weakens the map; at 0 the picture is left. */
export function paintOverlay(canvas: HTMLCanvasElement, picture: Picture, values: Float32Array, scale: number, opacity: number): void {
  const shown = overlay(picture, values, { scale, factor: 1 });
  const bare = opacity < 1 ? overlay(picture, new Float32Array(values.length), { scale: 1, factor: 1 }) : shown;
  paintPicture(canvas, opacity < 1 ? mixPictures(bare, shown, opacity) : shown);
}

/** Whether a picture has so many pixels that its maps are drawn as those of photographs are. */
export function isPhotograph({ width, height }: Pick<Picture, 'width' | 'height'>): boolean {
  return width * height >= PHOTOGRAPH.pixels;
}

/** The picture `to` where a pixel is marked with 1, and `from` elsewhere. Both have the same size and channels. */
export function blendPictures(from: Picture, to: Picture, marks: ArrayLike<number>): Picture {
  const data = from.data.slice();
  const { channels } = from;
  for (let p = 0; p < from.width * from.height; p++) {
    if (marks[p] === 1) data.set(to.data.subarray(p * channels, (p + 1) * channels), p * channels);
  }
  return { ...from, data };
}

/** The picture at `share` (0 to 1) of the way from one to the other. Both have the same size and channels. */
export function mixPictures(from: Picture, to: Picture, share: number): Picture {
  return { ...from, data: from.data.map((value, i) => Math.round(value + share * (to.data[i]! - value))) };
}
