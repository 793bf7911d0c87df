/** The largest finite float32. */
const LARGEST = 3.4028234663852886e38;

/** The nearest number that a kernel may be given: no infinity passes through WGSL safely. */
export function clampToFloat32(x: number): number {
  return Math.min(Math.max(x, -LARGEST), LARGEST);
}
