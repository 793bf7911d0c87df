import { describe, expect, test, vi } from 'vitest';
import { findPathRegions } from '../../../src/attribution/integral/linear_regions.js';
import { type AttributionTask, attributeTasks, type MethodOptions } from '../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import type { Graph } from '../../../src/graph/graph.js';
import { float, floatTensor } from '../../support/onnx_builder.js';
import { graphOf, hinges, kinkedModel, maximum, randomNetwork, sums } from '../../support/piecewise_networks.js';
import { mulberry32, uniformArray } from '../../support/random.js';

async function explain(graph: Graph, task: AttributionTask, options: Partial<MethodOptions> = {}) {
  const { attributions } = await attributeTasks(new CpuExecutor(graph), [task], { method: 'ig', steps: 'exact', ...options });
  return attributions[0]!;
}

const from0 = (image: number[], target = 0): AttributionTask => ({
  image: Float32Array.from(image),
  baseline: new Float32Array(image.length),
  target,
});

describe('closed forms', () => {
  test('relu(x - 1) from 0 to 3: the gradient is 1 on the last two thirds, 3 * 2/3 = 2; one breakpoint, two regions', async () => {
    const { values, delta, exact, steps } = await explain(hinges, from0([3, 0.5]));
    expect([...values]).toEqual([2, 0]);
    expect(delta).toBe(0);
    expect(exact).toMatchObject({ regions: 2 });
    expect(steps).toBe(2);
    // The bracket is the executor's 2^-53, the jump 1, the attribution 2.
    expect(exact!.errorBound).toBeLessThan(1e-15);
    expect(exact!.errorBound).toBeGreaterThan(0);
  });

  test('the convolution of ones: 100/81 at the first pixel of the second row, the sum 54', async () => {
    // Derived in methods.test.ts. Breakpoints: 50/54, 50/81, 50/90, 75/81, 75/90; 50/54 = 75/81 = 25/27, so there are four, and five regions.
    const image = Array.from({ length: 16 }, (_, i) => i);
    const { values, sum, exact } = await explain(sums, from0(image));
    // Values are float32, 6e-8 relative; their sum is of sixteen up to 20.
    expect(values[4]).toBeCloseTo(100 / 81, 6);
    expect(sum).toBeCloseTo(54, 5);
    expect(exact!.regions).toBe(5);
  });

  test('max(x0, x1 + 0.5) from 0 to (2, 1): x1 leads until 2a = a + 1/2, a = 1/2; so 2 * 1/2 and 1 * 1/2', async () => {
    const { values, exact } = await explain(maximum, from0([2, 1]));
    expect([...values]).toEqual([1, 0.5]);
    expect(exact!.regions).toBe(2);
  });

  test.each<[string, Graph, number[], number]>([
    // 4a passes 1 at 1/4 and 2 at 1/2, between which it has the slope 1.
    ['Clip to [1, 2] from 0 to 4: 4 * 1/4', kinkedModel('Clip', ['low', 'high']), [4, 0], 1],
    // 0.2 * 10 a + 0.5 reaches 1 at a = 1/4, from a value above 0.
    ['HardSigmoid from 0 to 10: 10 * 0.2 * 1/4', kinkedModel('HardSigmoid'), [10, 0], 0.5],
    ['a falling HardSigmoid, 0.5 - 2 a, reaches 0 at 1/4', kinkedModel('HardSigmoid', [], { alpha: float(-0.25) }), [8, 0], -0.5],
    ['LeakyRelu below 0 all the way', kinkedModel('LeakyRelu', [], { alpha: float(0.25) }), [-8, 0], -2],
    ['PRelu with the slope 0.5 below 0', kinkedModel('PRelu', ['slopes']), [-8, 0], -4],
  ])('%s', async (_, graph, image, expected) => {
    expect((await explain(graph, from0(image))).values[0]).toBeCloseTo(expected, 6);
  });

  test('PRelu from -1 to 3: half the slope on the first quarter, 4 * (1/8 + 3/4)', async () => {
    const task = { image: Float32Array.of(3, 0), baseline: Float32Array.of(-1, 0), target: 0 };
    const { values, exact } = await explain(kinkedModel('PRelu', ['slopes']), task);
    expect(values[0]).toBeCloseTo(3.5, 6);
    // The other input stays at its kink: it has no say.
    expect(exact!.regions).toBe(2);
  });
});

describe('degenerate paths', () => {
  test('an image that equals its baseline has one region and no attribution', async () => {
    const image = Float32Array.of(2, 1);
    const { values, exact } = await explain(hinges, { image, baseline: image, target: 0 });
    expect([...values]).toEqual([0, 0]);
    expect(exact).toEqual({ regions: 1, evaluations: 16, errorBound: 0 });
  });

  test('units that are at 0 all along, and equal elements of a window, end no region', async () => {
    // The path from (1, 1) keeps both hinges at 0 exactly; the maximum of x0 and x1 + 1/2 from (0, -0.5) to (1, 0.5) is a tie throughout.
    const one = Float32Array.of(1, 1);
    expect((await explain(hinges, { image: one, baseline: one, target: 0 })).exact!.regions).toBe(1);
    const tied = { image: Float32Array.of(1, 0.5), baseline: Float32Array.of(0, -0.5), target: 0 };
    const { values, exact } = await explain(maximum, tied);
    expect(exact!.regions).toBe(1);
    // The first of equals.
    expect([...values]).toEqual([1, 0]);
  });

  test('a unit whose input is nothing but rounding errors does not keep the search going', async () => {
    // 0.1 x + 0.2 x - 0.3 x in float32 weights is 0 up to 7.5e-9 x and rounding: its sign is not known, but the same all along.
    const graph = graphOf({
      inputs: { x: ['N', 3] },
      initializers: { w: floatTensor([3, 1], [0.1, 0.2, -0.3]), v: floatTensor([1, 2], [1, 1]) },
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], output: 's' },
        { op: 'Relu', inputs: ['s'], output: 'r' },
        { op: 'MatMul', inputs: ['r', 'v'], output: 'y' },
      ],
      outputs: ['y'],
    });
    const { exact, delta } = await explain(graph, from0([1, 1, 1]));
    expect(exact!.evaluations).toBeLessThan(100);
    expect(Math.abs(delta)).toBeLessThan(1e-7);
  });

  test('a path that starts on a kink', async () => {
    // relu(x - 1) from 1 to 3 is linear: 2.
    const { values } = await explain(hinges, { image: Float32Array.of(3, 0), baseline: Float32Array.of(1, 0), target: 0 });
    expect(values[0]).toBe(2);
  });
});

describe('random networks with every kind of gate', () => {
  const problem = (seed: number) => {
    const draw = () => Float32Array.from(uniformArray(mulberry32(seed), 64, -2, 2));
    const image = draw();
    return { graph: randomNetwork(seed), task: { image, baseline: image.map((value, i) => -value + (i % 3)), target: seed % 3 } };
  };

  test.each([1, 2, 3])('%i: complete, the regions cover the path once, and they are as they seem from every point', async (seed) => {
    const { graph, task } = problem(seed);
    const executor = new CpuExecutor(graph);
    const { exact, relativeDelta } = await explain(graph, task);
    // 64 float32 values that add up to the difference of the outputs: 64 * 6e-8 at the very worst.
    expect(relativeDelta).toBeLessThan(1e-5);
    expect(exact!.errorBound).toBeLessThan(1e-9);
    const { ends, evaluations } = await findPathRegions(executor, task.image, task.baseline, { maxEvaluations: 10_000 });
    expect(ends[0]).toBe(0);
    expect(ends.at(-1)).toBe(1);
    expect(ends.every((end, k) => k === 0 || end > ends[k - 1]!)).toBe(true);
    expect(ends.length - 1).toBe(exact!.regions);
    expect(exact!.regions).toBeGreaterThan(20);
    // The first sixteen points can fall into one region more than once.
    expect(evaluations).toBeLessThanOrEqual(exact!.regions + 16);
    const middles = Float64Array.from({ length: ends.length - 1 }, (_, k) => (ends[k]! + ends[k + 1]!) / 2);
    const seen = await executor.regions({ input: task.image, baseline: task.baseline, alphas: middles });
    middles.forEach((_, k) => {
      expect(seen.lower[k]).toBeCloseTo(ends[k]!, 9);
      expect(seen.upper[k]).toBeCloseTo(ends[k + 1]!, 9);
    });
  });

  test('the error of the midpoint rule falls like 1/n towards it', async () => {
    // Each of R breakpoints is missed by half a step at most, with an independent sign: eight times the steps, an eighth of the error. Over
    // three networks together, a factor of 3 either way is left to chance.
    let [coarse, fine] = [0, 0];
    for (const seed of [1, 2, 3]) {
      const { graph, task } = problem(seed);
      const exact = await explain(graph, task);
      const error = async (steps: number) => {
        const { values } = await explain(graph, task, { steps });
        return Math.hypot(...values.map((value, i) => value - exact.values[i]!)) / Math.hypot(...exact.values);
      };
      coarse += await error(32);
      fine += await error(256);
    }
    expect(coarse / fine).toBeGreaterThan(8 / 3);
    expect(coarse / fine).toBeLessThan(8 * 3);
  });

  test('several outputs explained on one path share its regions, and have the integrals that each has alone', async () => {
    const { graph, task } = problem(4);
    const executor = new CpuExecutor(graph);
    const searched = vi.spyOn(executor, 'regions');
    const count = async (tasks: AttributionTask[]) => {
      searched.mockClear();
      const { attributions } = await attributeTasks(executor, tasks, { method: 'ig', steps: 'exact' });
      return { attributions, rounds: searched.mock.calls.length };
    };
    const other = { ...task, target: 1 - task.target };
    const [alone, second] = [await count([task]), await count([other])];
    const together = await count([task, other]);
    expect(together.rounds).toBe(alone.rounds);
    expect(together.attributions).toEqual([...alone.attributions, ...second.attributions]);
    // Another image in between is another path.
    const moved = { ...task, image: task.image.map((value) => value + 1) };
    expect((await count([task, moved, other])).rounds).toBeGreaterThan(2 * alone.rounds);
  });

  test('a midpoint rule of 100,000 steps agrees with it', async () => {
    const image = Array.from({ length: 16 }, (_, i) => Math.sin(7 * i) * 9 + 6);
    const exact = await explain(sums, from0(image));
    const fine = await explain(sums, from0(image), { steps: 100_000 });
    // Ten breakpoints at most, each missed by 5e-6 of the path; slopes are up to 8, pixels up to 15.
    fine.values.forEach((value, i) => {
      expect(value).toBeCloseTo(exact.values[i]!, 2);
      expect(Math.abs(value - exact.values[i]!)).toBeLessThan(10 * 5e-6 * 8 * 15);
    });
  });
});

describe('what exact integrals refuse', () => {
  const task = from0([3, 0.5]);

  test('a network that is not piecewise linear, by its first smooth node', async () => {
    await expect(explain(kinkedModel('Sigmoid'), task)).rejects.toThrow(
      /^Sigmoid "[^"]+" is smooth, and exact integrals exist for piecewise-linear networks only \(the output logit, or steps auto\)$/,
    );
  });

  test('a ThresholdedRelu: no integral of the gradient has its jump, and delta shows that', async () => {
    const graph = kinkedModel('ThresholdedRelu');
    await expect(explain(graph, task)).rejects.toThrow(/^ThresholdedRelu "[^"]+" jumps, and exact .* \(steps auto\)$/);
    // From 0 to 4 the slope is 1 beyond the jump from 0 to 1 at a = 1/4: 4 * 3/4 = 3, the outputs being 4 apart.
    const { values, delta } = await explain(graph, from0([4, 0]), { steps: 16 });
    expect(values[0]).toBe(3);
    expect(delta).toBe(-1);
  });

  test('a softmax at the end, for which there is the logit', async () => {
    await expect(explain(kinkedModel('Softmax'), task)).rejects.toThrow('(the output logit, or steps auto)');
  });

  test('products of two values of the image', async () => {
    const square = graphOf({
      inputs: { x: ['N', 2] },
      initializers: {},
      nodes: [{ op: 'Mul', inputs: ['x', 'x'], output: 'y' }],
      outputs: ['y'],
    });
    await expect(explain(square, task)).rejects.toThrow(/^Mul /);
  });

  test('a rule, and a tolerance', async () => {
    await expect(explain(hinges, task, { rule: 'left' })).rejects.toThrow('the rule left with steps exact (no rule, or a number of steps)');
    await expect(explain(hinges, task, { tolerance: 0.1 })).rejects.toThrow('a tolerance of 0.1 with exact steps (steps auto)');
  });

  test('more regions than evaluations may be spent on', async () => {
    const image = Float32Array.from(uniformArray(mulberry32(3), 64, -2, 2));
    const many = { image, baseline: image.map((value) => -value), target: 0 };
    await expect(explain(randomNetwork(3), many, { maxSteps: 200 })).rejects.toThrow(
      /^the path has more linear regions than 200 evaluations find: [\d.]+% of the path is covered \(a larger maximum/,
    );
  });

  test('far more regions, at once', async () => {
    // relu(t x - k) for k = 0..999: 1000 breakpoints evenly along the path.
    const units = 1000;
    const comb = graphOf({
      inputs: { x: ['N', 1] },
      initializers: {
        w: floatTensor([1, units], new Array(units).fill(units)),
        b: floatTensor(
          [units],
          Array.from({ length: units }, (_, k) => -k),
        ),
        v: floatTensor([units, 2], new Array(2 * units).fill(1)),
      },
      nodes: [
        { op: 'Gemm', inputs: ['x', 'w', 'b'], output: 's' },
        { op: 'Relu', inputs: ['s'], output: 'r' },
        { op: 'MatMul', inputs: ['r', 'v'], output: 'y' },
      ],
      outputs: ['y'],
    });
    await expect(explain(comb, from0([1]), { maxSteps: 48 })).rejects.toThrow('about 2000 are expected');
    expect((await explain(comb, from0([1]))).exact!.regions).toBe(units);
  });
});
