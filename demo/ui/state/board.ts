import { signal } from '@preact/signals';
import type { Pixel } from '../lib/cursor.js';
import { contextOf } from '../lib/pixels.js';
import { BOARD, type Stroke, type Tool } from '../lib/strokes.js';

/** The widths of the pen and of the eraser. If a drawing fills the board, its strokes are about as wide as those of an MNIST digit. */
const WIDTHS: Readonly<Record<Tool, number>> = { pen: 24, eraser: 40 };

/** What is on the board. It stays while another source is chosen. */
export const strokes = signal<readonly Stroke[]>([]);
/** The boards before, which can be come back to. */
export const boardsBefore = signal<readonly (readonly Stroke[])[]>([]);

export function paintStrokes(context: CanvasRenderingContext2D, list: readonly Stroke[]): void {
  context.fillStyle = '#000';
  context.fillRect(0, 0, BOARD, BOARD);
  for (const { tool, points } of list) {
    for (const [i, point] of points.entries()) paintLine(context, tool, points[Math.max(0, i - 1)] ?? point, point);
  }
}

export function paintLine(context: CanvasRenderingContext2D, tool: Tool, from: Pixel, to: Pixel): void {
  context.strokeStyle = tool === 'pen' ? '#fff' : '#000';
  context.lineWidth = WIDTHS[tool];
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(from.x, from.y);
  // A line without length is not drawn, so a point is a very short line.
  context.lineTo(to.x + (from.x === to.x && from.y === to.y ? 0.01 : 0), to.y);
  context.stroke();
}

/** [BOARD][BOARD] What is on a canvas, 0 to 255; null where it is black. */
export function inkOf(context: CanvasRenderingContext2D): Uint8Array | null {
  const { data } = context.getImageData(0, 0, BOARD, BOARD);
  const pixels = Uint8Array.from({ length: BOARD * BOARD }, (_, p) => data[4 * p] ?? 0);
  return pixels.some((level) => level !== 0) ? pixels : null;
}

/** A drawing without the board being shown, as one that comes with an address. */
export function inkOfStrokes(list: readonly Stroke[]): Uint8Array | null {
  const canvas = document.createElement('canvas');
  canvas.width = BOARD;
  canvas.height = BOARD;
  const context = contextOf(canvas, { willReadFrequently: true });
  paintStrokes(context, list);
  return inkOf(context);
}
