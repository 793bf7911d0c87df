import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { buildDemo } from './demo_page.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the page is built. */
    demoFolder: string;
  }
}

/** Several projects ask for it; one run builds once. */
const BUILT = Symbol.for('pathlight.test.page');
const run = globalThis as { [BUILT]?: Promise<string> };

/** Global set-up of the tests that walk the page: builds it, for all of them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  run[BUILT] ??= buildDemo();
  const folder = await run[BUILT];
  project.provide('demoFolder', folder);
  return () => rm(folder, { recursive: true, force: true });
}
