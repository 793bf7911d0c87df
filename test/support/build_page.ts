import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { buildDemo } from './demo_page.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the built page. */
    demoFolder: string;
  }
}

/** Global set-up of the tests that walk the page. It builds the page once for a project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // A project without settings of its own has no `env` here, whatever the type says.
  const env: Partial<NodeJS.ProcessEnv> | undefined = project.config.env;
  const folder = await buildDemo(env?.PATHLIGHT_TEST_TILES === 'narrow' ? 'narrow' : 'wide');
  project.provide('demoFolder', folder);
  return () => rm(folder, { recursive: true, force: true });
}
