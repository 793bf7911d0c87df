import type { DeviceRecord } from '../app.js';
import { nameClass, percentage, short } from '../app.js';
import type { Cost, Session } from '../index.js';

export { nameClass, percentage, short };

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

/** What mixed precision cost in digits. `mixed`: whether it was asked for. Undefined where it was not. */
export function precisionNote({ mixedError }: Cost, mixed: boolean): string | undefined {
  if (!mixed) return undefined;
  return mixedError === undefined
    ? 'nothing was stored in 16 bits: no request for gradients along paths was made (--precision mixed)'
    : `activations were stored in 16 bits: at 16 points of a path gradients are ${short(100 * mixedError)}% off those with 32 bits (--precision mixed)`;
}

/** Why a call took longer than it would with more GPU memory. Undefined where memory sufficed. */
export function memoryNote({ streamedBytes, recomputed }: Cost, { memoryBudget = 0 }: DeviceRecord): string | undefined {
  const budget = `${byteSize(memoryBudget)} of GPU memory`;
  if (streamedBytes !== undefined) {
    const again = recomputed ? ', and most of the forward pass ran twice' : '';
    return `the weights do not fit into ${budget} at once: ${byteSize(streamedBytes)} were uploaded in turn${again}, which is slower (--memory)`;
  }
  return recomputed
    ? `what the backward pass reads does not fit into ${budget} at once: most of the forward pass ran twice, which is slower (--memory)`
    : undefined;
}
