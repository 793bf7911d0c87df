import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Global set-up of the tests that run what is in dist/: builds it, so that they never see a stale one. */
export default async function setup(): Promise<void> {
  await build({ root: fileURLToPath(new URL('../../', import.meta.url)), logLevel: 'warn' });
}
