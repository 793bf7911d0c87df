import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { buildDemo } from './demo_page.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the built page. */
    demoFolder: string;
  }
}

/** Several projects need the page, but a run builds it once. */
const BUILT = Symbol.for('pathlight.test.page');
const run = globalThis as { [BUILT]?: Promise<string> };

/** Global set-up of the tests that walk the page. It builds the page once for all of them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  run[BUILT] ??= buildDemo();
  const folder = await run[BUILT];
  project.provide('demoFolder', folder);
  return () => rm(folder, { recursive: true, force: true });
}
