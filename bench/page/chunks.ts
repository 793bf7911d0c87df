/** The ranges of `count` things, at most `size` at once. */
export function chunksOf(count: number, size: number): { first: number; count: number }[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, index) => ({
    first: index * size,
    count: Math.min(size, count - index * size),
  }));
}
