import type { FuzzCase } from './cases.js';
import type { Verdict } from './worker.js';

/** Does what the first argument of a case says, as a defect of Pathlight would. */
export function main(): Promise<void> {
  process.on('message', ({ args: [defect] }: FuzzCase) => {
    if (defect === 'exit') process.exit(3);
    if (defect === 'spin') for (;;);
    if (defect === 'fill') for (const kept: Uint8Array[] = []; ; ) kept.push(new Uint8Array(2 ** 24).fill(1));
    process.send?.({ problem: null, exitCode: 0, milliseconds: 0, stderr: '' } satisfies Verdict);
  });
  process.send?.('ready');
  return new Promise((resolve) => process.on('disconnect', resolve));
}
