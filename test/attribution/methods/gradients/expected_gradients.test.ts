import { describe, expect, test } from 'vitest';
import { type AttributionTask, attributeTasks, type MethodOptions } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { importModel } from '../../../../src/onnx/import.js';
import { buildModel, floatTensor } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';

/** f = relu(x_0 - 1) + 2 relu(x_1 - 1) - 3 relu(x_2 - 1), and a class that is always 0. */
const hinges = new CpuExecutor(
  importModel(
    buildModel({
      inputs: { x: ['N', 3] },
      initializers: { one: floatTensor([1], [1]), w: floatTensor([3, 2], [1, 0, 2, 0, -3, 0]) },
      nodes: [
        { op: 'Sub', inputs: ['x', 'one'], output: 's' },
        { op: 'Relu', inputs: ['s'], output: 'r' },
        { op: 'MatMul', inputs: ['r', 'w'], output: 'y' },
      ],
      outputs: ['y'],
    }),
  ).graph,
);
const WEIGHTS = [1, 2, -3];
const task: AttributionTask = { image: Float32Array.of(3, 2, 1.5), baseline: new Float32Array(3), target: 0 };
const random = mulberry32(8);
const set = Array.from({ length: 5 }, () => Float32Array.from(uniformArray(random, 3, -1, 3)));
const baselines = set;

async function run(steps: number, options: Partial<MethodOptions> = {}) {
  const all = { method: 'expected-gradients', steps, baselines, ...options } as const;
  return (await attributeTasks(hinges, [task], all)).attributions[0]!;
}

describe('expected gradients', () => {
  test('of a sum of functions of one element each: the mean of their differences, whatever the path, to the width of a stratum', async () => {
    const exact = WEIGHTS.map((weight, e) => {
      const hinge = (x: number) => weight * Math.max(0, x - 1);
      return set.reduce((sum, b) => sum + (hinge(task.image[e]!) - hinge(b[e]!)) / set.length, 0);
    });
    for (const steps of [50, 1000]) {
      const { values } = await run(steps);
      // Each baseline meets a point in every (5 / steps)-th of its path, and its gradient jumps once.
      values.forEach((value, e) => {
        expect(Math.abs(value - exact[e]!)).toBeLessThan(4 * Math.abs(WEIGHTS[e]!) * (set.length / steps));
      });
    }
  });

  test('where all points of all paths are in one linear region it is weight x (x - mean of the baselines), and complete', async () => {
    const high = set.map((b) => b.map((value) => Math.abs(value) + 1.5));
    const { values, delta, outputAtBaseline } = await run(10, { baselines: high });
    const mean = (e: number) => high.reduce((sum, b) => sum + b[e]! / 5, 0);
    // Factors are differences in float32, of numbers up to 5.
    WEIGHTS.forEach((weight, e) => {
      expect(values[e]).toBeCloseTo(weight * (task.image[e]! - mean(e)), 5);
    });
    expect(outputAtBaseline).toBeCloseTo(
      WEIGHTS.reduce((sum, weight, e) => sum + weight * (mean(e) - 1), 0),
      5,
    );
    expect(delta).toBeCloseTo(0, 5);
  });

  test('draws depend on the seed, and are the same for every image of a batch', async () => {
    const options = { method: 'expected-gradients', steps: 7, baselines, seed: 4 } as const;
    const other = { ...task, image: Float32Array.of(0, 0, 2) };
    const { attributions } = await attributeTasks(hinges, [other, task], options);
    expect(attributions[1]!.values).toEqual((await run(7, { seed: 4 })).values);
    expect((await run(7, { seed: 5 })).values).not.toEqual(attributions[1]!.values);
    expect(attributions[1]).toMatchObject({ steps: 7, parameters: { baselines: 5, seed: 4 } });
  });

  test.each<[Partial<MethodOptions>, string]>([
    [{ baselines: [new Float32Array(2)] }, "baseline 0 of the set has 2 numbers (3, as the model's input)"],
    [{ steps: 0 }, 'steps 0 with the method expected-gradients (a whole number from 1 to 1000000)'],
    [{ steps: 'auto' }, 'steps auto with the method expected-gradients'],
    [{ rule: 'left' }, 'the rule left with the method expected-gradients (no rule)'],
  ])('%o is refused', async (options, message) => {
    await expect(run(3, options)).rejects.toThrow(message);
  });

  test('no baselines are refused', async () => {
    const bare = attributeTasks(hinges, [task], { method: 'expected-gradients', steps: 3 });
    await expect(bare).rejects.toThrow('expected gradients without baselines (a set of them, or their number)');
  });
});
