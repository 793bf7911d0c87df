import { measureCase } from './measure.js';
import type { Device } from './results.js';

/** What the parent process sends. */
export interface Task {
  readonly folder: string;
  readonly device: Device;
  /** What the case may take. */
  readonly seconds: number;
}

/** Measures the cases that the parent process sends, one after the other, until it disconnects. */
export function main(): Promise<void> {
  return new Promise((resolve) => {
    process.on('message', async ({ folder, device, seconds }: Task) => {
      process.send?.(await measureCase(folder, device, seconds));
    });
    process.on('disconnect', () => resolve());
    process.send?.('ready');
  });
}
