import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Several projects ask for it; one run builds once. */
const BUILT = Symbol.for('pathlight.test.dist');
const run = globalThis as { [BUILT]?: Promise<unknown> };

/** Global set-up of the tests that run what is in dist/: builds it, so that they never see a stale one. */
export default async function setup(): Promise<void> {
  run[BUILT] ??= build({ root: fileURLToPath(new URL('../../', import.meta.url)), logLevel: 'warn' });
  await run[BUILT];
}
