import { defineConfig } from 'vitest/config';

/**
 * Six projects, by what a test needs. Two files run at a time, since most of their time kernels compile, each on one core; those of the
 * page that measure what a visitor waits for run alone.
 *
 *   unit                 Node alone: everything that is in no other project
 *   gpu                  *.gpu.test.ts: WebGPU in Node, SwiftShader, the adapter's limits
 *   gpu-default-limits   of the same files those for which the device makes a difference, on one with the default limits
 *   browser              test/browser: WebGPU in a real Chrome; the page beside the command line of dist/, which is built first
 *   browser-alone        of the same files those that measure times
 *   built                test/cli, test/whole/package.test.ts: run what is in dist/, which is built first
 *
 * Networks at full size are a command of their own: test/large/vitest.config.ts.
 */
const long = { pool: 'forks', testTimeout: 120_000, hookTimeout: 300_000 } as const;
const GPU = ['test/**/*.gpu.test.ts'];
/**
 * What a device with the default limits changes: how large a chunk is, and that no loads are shared (src/gpu/device/device.ts). The kernels and
 * what an operator makes of odd shapes are the same; that every variant keeps the default limits is asked of Dawn's null backend (test/ops/kernels.test.ts).
 */
const WITH_LIMITS = ['support/gpu', 'gpu/gpu_executor', 'agreement/models', 'agreement/conv_epilogues', 'agreement/tokens'].map(
  (name) => `test/${name}.gpu.test.ts`,
);
const BROWSER = ['test/browser/**/*.test.ts'];
const MEASURED = ['demo', 'demo_engine'].map((name) => `test/browser/${name}.test.ts`);
const BUILT = ['test/cli/**/*.test.ts', 'test/whole/package.test.ts'];

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
      { test: { ...long, name: 'gpu', include: GPU, globalSetup: 'test/support/install_oracle.ts' } },
      { test: { ...long, name: 'gpu-default-limits', include: WITH_LIMITS, env: { PATHLIGHT_TEST_LIMITS: 'default' } } },
      { test: { ...long, name: 'browser', include: BROWSER, exclude: MEASURED, globalSetup: 'test/support/build.ts' } },
      { test: { ...long, name: 'browser-alone', include: MEASURED, fileParallelism: false } },
      { test: { ...long, name: 'built', include: BUILT, globalSetup: 'test/support/build.ts' } },
    ],
  },
});
