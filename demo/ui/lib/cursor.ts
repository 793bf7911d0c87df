/** A pixel of a picture; the first one is at the upper left. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

const MOVES: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [Number.NEGATIVE_INFINITY, 0],
  End: [Number.POSITIVE_INFINITY, 0],
  PageUp: [0, Number.NEGATIVE_INFINITY],
  PageDown: [0, Number.POSITIVE_INFINITY],
};

/** The pixel that a key moves to, inside the picture; undefined for keys that do not move. */
export function moveCursor({ x, y }: Pixel, key: string, width: number, height: number): Pixel | undefined {
  const move = MOVES[key];
  if (move === undefined) return undefined;
  const clamp = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
  return { x: clamp(x + move[0], width), y: clamp(y + move[1], height) };
}
