import { describe, expect, test } from 'vitest';
import { attributeTasks } from '../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { floatTensor, intTensor } from '../../support/onnx_builder.js';
import { graphOf, kinkedModel, maxoutNetwork } from '../../support/piecewise_networks.js';
import { mulberry32, uniformArray } from '../../support/random.js';

/** Max, Min, Abs and reductions to the largest: pieces that are chosen between several values computed from the image. */
describe('exact integrals through choices', () => {
  test('|x| from -1 to 3: 4 * (-1/4 + 3/4)', async () => {
    const task = { image: Float32Array.of(3, 0), baseline: Float32Array.of(-1, 0), target: 0 };
    const { attributions } = await attributeTasks(new CpuExecutor(kinkedModel('Abs')), [task], { method: 'ig', steps: 'exact' });
    expect(attributions[0]!.values[0]).toBeCloseTo(2, 6);
    expect(attributions[0]!.exact!.regions).toBe(2);
  });

  test.each([
    // x0 = 2a leads 1 - x1 = 1 - a from a = 1/3 on: x0 takes 2 * 2/3, x1 takes -1 * 1/3 of the way.
    ['Max', [4 / 3, -1 / 3]],
    ['Min', [2 / 3, -2 / 3]],
  ])('the %s of x0 and 1 - x1 from 0 to (2, 1)', async (op, expected) => {
    const graph = graphOf({
      inputs: { x: ['N', 2] },
      initializers: {
        signs: floatTensor([2, 4], [1, 1, 0, 0, 0, 0, -1, -1]),
        ones: floatTensor([4], [0, 0, 1, 1]),
        split: intTensor([2, 2]),
      },
      nodes: [
        { op: 'Gemm', inputs: ['x', 'signs', 'ones'], output: 'four' },
        { op: 'Reshape', inputs: ['four', 'split'], output: 'rows' },
        { op: `Reduce${op}`, inputs: ['rows'], output: 'y', attributes: { axes: [0], keepdims: 0 } },
      ],
      outputs: ['y'],
    });
    const task = { image: Float32Array.of(2, 1), baseline: new Float32Array(2), target: 0 };
    const { attributions } = await attributeTasks(new CpuExecutor(graph), [task], { method: 'ig', steps: 'exact' });
    expect(attributions[0]!.values[0]).toBeCloseTo(expected[0]!, 6);
    expect(attributions[0]!.values[1]).toBeCloseTo(expected[1]!, 6);
  });

  test.each([1, 2])('a random maxout network, number %i: complete, and what 8,192 midpoint steps come near to', async (seed) => {
    const executor = new CpuExecutor(maxoutNetwork(seed));
    const image = Float32Array.from(uniformArray(mulberry32(seed), 8, -2, 2));
    const task = { image, baseline: image.map((value, i) => -value + (i % 3)), target: seed % 3 };
    const [exact, fine] = await Promise.all(
      (['exact', 8192] as const).map(async (steps) => (await attributeTasks(executor, [task], { method: 'ig', steps })).attributions[0]!),
    );
    expect(exact!.exact!.regions).toBeGreaterThan(10);
    // Values are float32 of float64 sums.
    expect(Math.abs(exact!.delta)).toBeLessThan(1e-5);
    // The midpoint rule misplaces each breakpoint by up to 1/16,384 of the path, a few dozen of them, by jumps of about 1.
    exact!.values.forEach((value, i) => {
      expect(Math.abs(value - fine!.values[i]!)).toBeLessThan(0.01);
    });
  });
});
