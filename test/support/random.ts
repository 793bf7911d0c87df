/** Seeded uniform numbers in [0, 1): mulberry32 by Tommy Ettinger, 32 bits of state. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers from uniform ones (Box-Muller). */
export function normal(uniform: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** `count` numbers of [low, high). */
export function uniformArray(uniform: () => number, count: number, low = 0, high = 1): Float64Array {
  return Float64Array.from({ length: count }, () => low + (high - low) * uniform());
}

/** `count` standard normal numbers. */
export function normalArray(uniform: () => number, count: number): Float64Array {
  const next = normal(uniform);
  return Float64Array.from({ length: count }, () => next());
}
