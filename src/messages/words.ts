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

/** A number with 4 significant digits. */
export function short(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 0.001 && size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}

/**
 * A share, 0 or above, as a percentage: `98.2%`. A share that is not quite 0 or 1 is never written as 0% or 100%. Errors relative to a
 * small sum may exceed 1: `250%`.
 */
export function percentage(share: number): string {
  const percent = 100 * share;
  if (share === 0 || share >= 1) return `${short(percent)}%`;
  if (percent < 0.01) return '<0.01%';
  if (percent > 99.99) return '>99.99%';
  return `${Number(percent.toPrecision(percent >= 99 ? 4 : 3))}%`;
}
