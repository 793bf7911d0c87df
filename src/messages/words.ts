/** `[1,3,224,224]` as `1x3x224x224`; a scalar as `scalar`. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('x');
}

/** Bytes as `3.5 MiB`. */
export function formatMegabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** A probability or percentage, with three significant digits. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}
