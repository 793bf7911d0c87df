import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { chosenDrivers, DRIVER_VARIABLE, findSwiftShader } from './src/node/vulkan.js';
import { narrowTiles } from './test/support/narrow/plugin.js';

/**
 * Eight projects, by what a test needs. Those that wait for Chrome or for another process run first, a file more at a time than there are cores; then the others,
 * one a core: twice as many took a quarter more processor time, since each process compiles the kernels of its files anew. Files of the page that measure
 * what a visitor waits for run alone.
 *
 *   unit                 Node alone: everything that is in no other project
 *   gpu                  *.gpu.test.ts: WebGPU in Node, SwiftShader, the adapter's limits; narrow tiles, which compile in a tenth of the time
 *   gpu-wide             of the same files those that compare convolutions with the reference in every way: with the tiles that ship
 *   gpu-alone            of the same files the one that must not share a process
 *   gpu-default-limits   of the same files those for which the device makes a difference, on one with the default limits; tiles of two rows
 *   browser              test/browser: WebGPU in a real Chrome; the page beside the command line of dist/, which is built first
 *   browser-alone        of the same files those that measure times
 *   built                test/cli, test/whole/package.test.ts and naga.test.ts: run what is in dist/, which is built first
 *
 * Files of `unit`, and those of a `gpu` project, share a process and what it has loaded and compiled (`isolate: false`): loading the modules anew
 * for each file is a third of the processor time of `unit`, and a convolution's kernel compiles for seconds.
 *
 * Networks at full size are a command of their own: test/large/vitest.config.ts.
 */

const CORES = availableParallelism();
const WAITS = { maxWorkers: CORES + 1, sequence: { groupOrder: 0 } } as const;
const COMPUTES = { maxWorkers: CORES, sequence: { groupOrder: 1 } } as const;
const MEASURES = { maxWorkers: 1, sequence: { groupOrder: 2 } } as const;

/** Milliseconds. They end what hangs, and measure nothing: a machine with other work takes four times as long as an idle one. */
/** `expect.poll` waits as long as a machine with other work may take; it ends when what is expected is there. */
const polls = { expect: { poll: { timeout: 60_000 } } } as const;
const long = { pool: 'forks', testTimeout: 300_000, hookTimeout: 300_000, ...COMPUTES } as const;
/** On lavapipe LLVM compiles a convolution with all its taps for minutes, the first time; later Mesa's cache on the disk has it. */
const patient = { ...long, testTimeout: 1_800_000, hookTimeout: 1_800_000 } as const;
const GPU = ['test/**/*.gpu.test.ts'];
/** Every shape of a convolution, with tiles of two rows. */
const SHAPES = ['test/agreement/convolutions.gpu.test.ts'];
/**
 * What a device with the default limits changes: how large a chunk is, and that no loads are shared (src/gpu/device/device.ts). The kernels and
 * what an operator makes of odd shapes are the same; that every variant keeps the default limits is asked of Dawn's null backend (test/ops/kernels.test.ts).
 */
const WITH_LIMITS = [
  ...['support/gpu', 'gpu/gpu_executor', 'agreement/conv_epilogues', 'agreement/products'].map((name) => `test/${name}.gpu.test.ts`),
  ...SHAPES,
];
/** Every pair of constants that a network's kernels have is in one of them (test/ops/wide_tiles.test.ts). */
const WIDE = ['conv_epilogues', 'operators', 'graphs', 'products', 'candidates'].map((name) => `test/agreement/${name}.gpu.test.ts`);
/** In a process of its own, whose bytes it counts. */
const ALONE = ['test/agreement/weights.gpu.test.ts'];
const BROWSER = ['test/browser/**/*.test.ts'];
const MEASURED = ['test/browser/demo_times.test.ts'];
const BUILT = ['test/cli/**/*.test.ts', 'test/whole/package.test.ts', 'test/whole/naga.test.ts'];

/** `--mode wide` runs everything with the tiles that ship. */
const tilesOf = (mode: string, rows: 1 | 2) => (mode === 'wide' ? [] : [narrowTiles({ rows })]);

/**
 * `--mode lavapipe` runs tests on Mesa's driver for processors. All others run on SwiftShader whatever else is installed, unless the environment names an
 * adapter or a driver: PATHLIGHT_TEST_ADAPTER=hardware is a GPU.
 */
async function adapterOf(mode: string): Promise<Record<string, string>> {
  if (mode === 'lavapipe') return { PATHLIGHT_TEST_ADAPTER: 'lavapipe' };
  if (process.env.PATHLIGHT_TEST_ADAPTER !== undefined || chosenDrivers() !== undefined) return {};
  const swiftShader = await findSwiftShader();
  return swiftShader === undefined ? {} : { [DRIVER_VARIABLE]: swiftShader.manifest };
}

export default defineConfig(async ({ mode }) => {
  const env = await adapterOf(mode);
  const onGpu = mode === 'lavapipe' ? patient : long;
  return {
    test: {
      reporters: ['./test/support/reporter.ts'],
      experimental: { fsModuleCache: true },
      projects: [
        {
          test: {
            name: 'unit',
            ...COMPUTES,
            pool: 'forks',
            isolate: false,
            include: ['test/**/*.test.ts'],
            exclude: [...GPU, ...BROWSER, ...BUILT, 'test/large/**'],
            globalSetup: 'test/support/install_oracle.ts',
            testTimeout: 180_000,
            hookTimeout: 300_000,
          },
        },
        {
          plugins: tilesOf(mode, 1),
          test: {
            ...onGpu,
            name: 'gpu',
            isolate: false,
            env,
            include: GPU,
            exclude: [...ALONE, ...WIDE, ...SHAPES],
            globalSetup: 'test/support/install_oracle.ts',
          },
        },
        { test: { ...onGpu, name: 'gpu-wide', isolate: false, env, include: WIDE, globalSetup: 'test/support/install_oracle.ts' } },
        {
          plugins: tilesOf(mode, 1),
          test: { ...onGpu, name: 'gpu-alone', env, include: ALONE },
        },
        {
          plugins: tilesOf(mode, 2),
          test: {
            ...onGpu,
            name: 'gpu-default-limits',
            isolate: false,
            include: WITH_LIMITS,
            env: { ...env, PATHLIGHT_TEST_LIMITS: 'default' },
          },
        },
        {
          test: {
            ...long,
            ...WAITS,
            ...polls,
            name: 'browser',
            include: BROWSER,
            exclude: MEASURED,
            env: { PATHLIGHT_TEST_TILES: 'narrow' },
            globalSetup: ['test/support/build.ts', 'test/support/build_page.ts'],
          },
        },
        {
          test: {
            ...long,
            ...MEASURES,
            ...polls,
            name: 'browser-alone',
            include: MEASURED,
            fileParallelism: false,
            globalSetup: 'test/support/build_page.ts',
          },
        },
        { test: { ...long, ...WAITS, name: 'built', env, include: BUILT, globalSetup: 'test/support/build.ts' } },
      ],
    },
  };
});
