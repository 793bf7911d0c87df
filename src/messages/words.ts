/** `[1,3,224,224]` as `1x3x224x224`; a scalar as `scalar`. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('x');
}

/** `3.5 MiB` of so many bytes. */
export function formatMegabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** A probability or percentage as it is told: three digits. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}
