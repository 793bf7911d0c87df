import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { convolutionBlocks } from '../../src/doctor/networks/blocks.js';
import { epilogues, gatedNetwork, networkOfEpilogue } from '../../src/doctor/networks/epilogues.js';
import { graphOfNetwork, type Network } from '../../src/doctor/networks/network.js';
import type { PathRequest } from '../../src/executor.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { pathSchedule } from '../../src/gpu/requests/path/path_schedule.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { useDevice } from '../support/gpu.js';
import { mulberry32, uniformArray } from '../support/random.js';

/** Sums of at most 225 terms in two convolutions one after the other, in float32 (6e-8 each). */
const TOLERANCE = 3e-6;
const IMAGES = 7;
/** Of each image, along the path. The forward pass gets as many samples, so that both run the same texts: tiles depend on the number of samples. */
const ALPHAS = [1, 0.25];

describe('convolutions with what follows them', () => {
  const shared = useDevice();

  /** Relative distances from the reference, and the template constants of the kernels. */
  async function compare(network: Network) {
    const graph = graphOfNetwork('network', network);
    const rewritten = canonicalise(graph);
    const cpu = new CpuExecutor(graph);
    const gpu = await GpuExecutor.create(shared.source, rewritten);
    const random = mulberry32(43);
    const draw = (size: number) => Float32Array.from(uniformArray(random, IMAGES * size, -1, 1));
    const [inputs, seeds, baselines] = [draw(cpu.elements), draw(cpu.classes), draw(cpu.elements)];
    const request: PathRequest = {
      count: IMAGES,
      inputs,
      baselines,
      seeds,
      alphas: Float64Array.from(ALPHAS),
      weights: Float64Array.of(0.75, 0.25),
    };
    const [expected, actual] = [await cpu.pathGradient(request), await gpu.pathGradient(request)];
    const samples = Float32Array.of(...inputs, ...baselines);
    const { outputs } = await gpu.forward(samples, IMAGES * ALPHAS.length);
    gpu.destroy();
    const constants = pathSchedule(rewritten).dispatches.flatMap(({ kernel, constants = {} }) => {
      const direction = constants.BACKWARD || /_(?:backward|phases)$/.test(kernel) ? 'backward' : 'forward';
      return [`kernel ${kernel}`, ...Object.entries(constants).map(([name, value]) => `${direction} ${name} ${value}`)];
    });
    expect(relativeDistance(outputs, [...expected.outputsAtInput, ...expected.outputsAtBaseline])).toBeLessThan(TOLERANCE);
    expect(relativeDistance(actual.gradients, expected.gradients)).toBeLessThan(TOLERANCE);
    return constants;
  }

  test.each(Object.entries(epilogues))('%s', async (_, each) => {
    const constants = await compare(networkOfEpilogue(each));
    // With the default limits tiles are narrow (vitest.config.ts). Constants of a schedule do not depend on limits.
    if (shared.limits === 'adapter') expect(constants).toEqual(expect.arrayContaining([...each.expected]));
  });

  // Blocks are here for the pairs of constants of wide tiles (test/ops/convolution/wide_tiles.test.ts). With the default limits tiles are narrow.
  const blocks = process.env.PATHLIGHT_TEST_LIMITS === 'default' ? [] : Object.entries(convolutionBlocks);
  test.each(blocks)('%s', async (_, block) => {
    expect(await compare(block)).toContain('kernel conv_tile_forward');
  });

  test('gates are applied by all that write a cotangent, in any planes', async () => {
    const constants = await compare(gatedNetwork);
    expect(constants.filter((constant) => constant === 'backward GATED 1')).toHaveLength(2);
  });
});
