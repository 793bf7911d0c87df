/** A number in [0, 1) for every cell of the integer grid, the same in every run. */
export function cellNoise(x: number, y: number, salt = 0): number {
  let hash = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1) ^ Math.imul(salt | 0, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Value noise, from 0 to 1: the numbers of the four corners of a cell, blended smoothly. */
export function valueNoise(x: number, y: number, salt = 0): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [fade(x - column), fade(y - row)];
  const upper = blend(cellNoise(column, row, salt), cellNoise(column + 1, row, salt), u);
  const lower = blend(cellNoise(column, row + 1, salt), cellNoise(column + 1, row + 1, salt), u);
  return blend(upper, lower, v);
}

/** Three octaves of value noise, from 0 to 1. */
export function fractalNoise(x: number, y: number, salt = 0): number {
  return (4 * valueNoise(x, y, salt) + 2 * valueNoise(2.03 * x, 2.03 * y, salt + 1) + valueNoise(4.1 * x, 4.1 * y, salt + 2)) / 7;
}

function fade(t: number): number {
  return t * t * (3 - 2 * t);
}

function blend(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
