import type { Pixel } from './cursor.js';

/** A line that was drawn in one go, on a board of BOARD x BOARD. */
export interface Stroke {
  readonly tool: Tool;
  /** Whole numbers from 0 to BOARD. */
  readonly points: readonly Pixel[];
}

export type Tool = 'pen' | 'eraser';

export const BOARD = 280;

/** The most characters of a drawing in an address. Browsers take more, messengers and QR codes do not. */
const LONGEST = 4000;

/** A point of the board: whole, and not outside it. So a drawing that was read from an address is drawn as it was. */
export function pointOn({ x, y }: Pixel): Pixel {
  const on = (value: number) => Math.min(BOARD, Math.max(0, Math.round(value)));
  return { x: on(x), y: on(y) };
}

/**
 * A drawing as text for an address: of each stroke the number of its points with the tool, the first point, and the way from each point to the
 * next, as numbers of seven bits a byte. Empty where there is nothing, or more than an address can hold.
 */
export function writeStrokes(strokes: readonly Stroke[]): string {
  const bytes: number[] = [];
  const write = (value: number) => {
    let rest = value;
    for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
    bytes.push(rest);
  };
  for (const { tool, points } of strokes) {
    write(2 * points.length + (tool === 'eraser' ? 1 : 0));
    let last: Pixel = { x: 0, y: 0 };
    for (const point of points) {
      for (const step of [point.x - last.x, point.y - last.y]) write(step < 0 ? -2 * step - 1 : 2 * step);
      last = point;
    }
  }
  const text = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  return text.length > LONGEST ? '' : text;
}

/** Reads what `writeStrokes` wrote. undefined for any other text. */
export function readStrokes(text: string): readonly Stroke[] | undefined {
  if (text === '' || text.length > LONGEST || !/^[\w-]+$/.test(text)) return undefined;
  const bytes = bytesOf(text);
  if (bytes.length === 0) return undefined;
  let at = 0;
  const read = (): number => {
    let value = 0;
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) return Number.NaN;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  const step = () => {
    const value = read();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  };
  const strokes: Stroke[] = [];
  while (at < bytes.length) {
    const head = read();
    const count = Math.floor(head / 2);
    if (!(count > 0 && count <= bytes.length)) return undefined;
    const points: Pixel[] = [];
    let last: Pixel = { x: 0, y: 0 };
    for (let i = 0; i < count; i++) {
      last = { x: last.x + step(), y: last.y + step() };
      if (![last.x, last.y].every((value) => value >= 0 && value <= BOARD)) return undefined;
      points.push(last);
    }
    strokes.push({ tool: head % 2 === 1 ? 'eraser' : 'pen', points });
  }
  return strokes;
}

function bytesOf(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
