/** Parses what visitors type for the size of an input: a number of pixels for both sides, or height x width. null where it is neither. */
export function parseInputSize(typed: string): readonly [height: number, width: number] | null {
  const [, height, width = height] = /^\s*(\d{1,4})\s*(?:[x×]\s*(\d{1,4}))?\s*$/i.exec(typed) ?? [];
  const size = [Number(height), Number(width)] as const;
  return size.every((side) => side > 0) ? size : null;
}
