import { defineConfig } from 'vitest/config';

/**
 * Five projects, by what a test needs. Those with a GPU or a browser run one file at a time: SwiftShader and Chrome use every core there is.
 *
 *   unit                 Node alone: everything that is in no other project
 *   gpu                  test/gpu: WebGPU in Node, SwiftShader, the adapter's limits
 *   gpu-default-limits   the same files, but for those that read no limit, on a device with the default limits
 *   browser              test/browser: WebGPU in a real Chrome; the page beside the command line of dist/, which is built first
 *   built                test/cli, test/package.test.ts: run what is in dist/, which is built first
 *
 * Networks at full size are a command of their own: test/large/vitest.config.ts.
 */
const alone = { pool: 'forks', fileParallelism: false, testTimeout: 120_000, hookTimeout: 300_000 } as const;
const GPU = ['test/gpu/**/*.test.ts'];
/** What compiles hundreds of variants and reads no limit of the device: once is enough. */
const WITHOUT_LIMITS = [
  'races',
  'conv_epilogues',
  'regions',
  'planted',
  'kernels',
  'generated',
  'pointwise',
  'gates',
  'networks',
  'weights',
  'pace',
].map((name) => `test/gpu/${name}.test.ts`);
const BROWSER = ['test/browser/**/*.test.ts'];
const BUILT = ['test/cli/**/*.test.ts', 'test/package.test.ts'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['./test/support/reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          pool: 'forks',
          include: ['test/**/*.test.ts'],
          exclude: [...GPU, ...BROWSER, ...BUILT, 'test/large/**'],
          globalSetup: 'test/support/install_oracle.ts',
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      { test: { ...alone, name: 'gpu', include: GPU, globalSetup: 'test/support/install_oracle.ts' } },
      { test: { ...alone, name: 'gpu-default-limits', include: GPU, exclude: WITHOUT_LIMITS, env: { PATHLIGHT_TEST_LIMITS: 'default' } } },
      { test: { ...alone, name: 'browser', include: BROWSER, globalSetup: 'test/support/build.ts' } },
      { test: { ...alone, name: 'built', include: BUILT, globalSetup: 'test/support/build.ts' } },
    ],
  },
});
