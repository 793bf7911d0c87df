import { describe, expect, test } from 'vitest';
import { compareImages } from '../../src/doctor/compare.js';
import { convolutionBlocks } from '../../src/doctor/networks/blocks.js';
import { epilogues, gatedNetwork, networkOfEpilogue } from '../../src/doctor/networks/epilogues.js';
import { graphOfNetwork, type Network } from '../../src/doctor/networks/network.js';
import { pathSchedule } from '../../src/gpu/requests/path/path_schedule.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { useDevice } from '../support/gpu.js';
import { mulberry32, uniformArray } from '../support/random.js';

/** Sums of at most 225 terms in two convolutions one after the other, in float32 (6e-8 each). */
const TOLERANCE = 3e-6;
/**
 * Quads that are not full: four lanes, over which loads are shared, and one, where tiles of a plane share them. The forward pass and the gradient get as many samples, so
 * that both run the same texts: tiles depend on their number.
 */
const IMAGES = [14, 3];

describe('convolutions with what follows them', () => {
  const shared = useDevice();

  /** Compares outputs and gradients with the reference, and returns the template constants of the kernels. */
  async function compare(network: Network) {
    const graph = graphOfNetwork('network', network);
    const rewritten = canonicalise(graph);
    for (const count of IMAGES) {
      const images = Float32Array.from(uniformArray(mulberry32(43), count * sizeOf(graph.input.shape), -1, 1));
      const { outputs, gradients } = await compareImages(graph, images, count, shared.source);
      expect(outputs).toBeLessThan(TOLERANCE);
      expect(gradients).toBeLessThan(TOLERANCE);
    }
    const constants = pathSchedule(rewritten).dispatches.flatMap(({ kernel, constants = {} }) => {
      const direction = constants.BACKWARD || /_(?:backward|phases)$/.test(kernel) ? 'backward' : 'forward';
      return [`kernel ${kernel}`, ...Object.entries(constants).map(([name, value]) => `${direction} ${name} ${value}`)];
    });
    return constants;
  }

  test.each(Object.entries(epilogues))('%s', async (_, each) => {
    const constants = await compare(networkOfEpilogue(each));
    // With the default limits tiles are narrow (vitest.config.ts). Constants of a schedule do not depend on limits.
    if (shared.limits === 'adapter') expect(constants).toEqual(expect.arrayContaining([...each.expected]));
  });

  // Blocks are here for the pairs of constants of wide tiles (test/ops/wide_tiles.test.ts). With the default limits tiles are narrow.
  const blocks = process.env.PATHLIGHT_TEST_LIMITS === 'default' ? [] : Object.entries(convolutionBlocks);
  test.each(blocks)('%s', async (_, block) => {
    expect(await compare(block)).toContain('kernel conv_tile_forward');
  });

  test('gates are applied by all that write a cotangent, in any planes', async () => {
    const constants = await compare(gatedNetwork);
    expect(constants.filter((constant) => constant === 'backward GATED 1')).toHaveLength(2);
  });
});
