import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Several projects need the build, but a run builds once. */
const BUILT = Symbol.for('pathlight.test.dist');
const run = globalThis as { [BUILT]?: Promise<unknown> };

/** Global set-up of the tests that run dist/. It builds dist/, so that they never test a stale build. */
export default async function setup(): Promise<void> {
  run[BUILT] ??= build({ root: fileURLToPath(new URL('../../', import.meta.url)), logLevel: 'warn' });
  await run[BUILT];
}
