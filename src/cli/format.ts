export { nameClass } from '../app.js';

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

/** `8.4 ms`, `1.25 s`. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Number(milliseconds.toPrecision(2))} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** `25,818` */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `104.2 kB`, decimal units. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** `1 pixel`, `2 pixels` */
export function plural(number: number, noun: string, several = `${noun}s`): string {
  return `${count(number)} ${number === 1 ? noun : several}`;
}
