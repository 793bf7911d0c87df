import type { Session } from '../index.js';

export { nameClass, percentage, short } from '../app.js';

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

/** What readers of probabilities that do not sum to 1 should know; empty where they do. */
export function classesNote({ multiLabel }: Pick<Session, 'multiLabel'>): string {
  return multiLabel ? ' (multi-label: each class has a probability of its own, and the largest counts)' : '';
}
