import { describe, expect, test } from 'vitest';
import type { Rule } from '../../src/attribution/integral/quadrature.js';
import { METHODS, type Method } from '../../src/attribution/methods/index.js';
import { type AttributionTask, attributeTasks } from '../../src/attribution/tasks.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { importModel } from '../../src/onnx/import.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';

/** Two units relu(x_i - 1), one for each of two inputs. */
const hinges = new CpuExecutor(
  importModel(
    buildModel({
      inputs: { x: ['N', 2] },
      initializers: { one: floatTensor([1], [1]) },
      nodes: [
        { op: 'Sub', inputs: ['x', 'one'], output: 's' },
        { op: 'Relu', inputs: ['s'], output: 'y' },
      ],
      outputs: ['y'],
    }),
  ).graph,
);

/** y = W x + c with W = [[2, -1, 0], [1, 3, -4]]. */
const linear = new CpuExecutor(
  importModel(
    buildModel({
      inputs: { x: ['N', 3] },
      initializers: { w: floatTensor([3, 2], [2, 1, -1, 3, 0, -4]), c: floatTensor([2], [5, -7]) },
      nodes: [{ op: 'Gemm', inputs: ['x', 'w', 'c'], output: 'y' }],
      outputs: ['y'],
    }),
  ).graph,
);

/** A 4x4 image, a 3x3 convolution of ones into two channels with biases -50 and -75, ReLU, and a dense row over the 8 units (and a zero row). */
const sums = new CpuExecutor(
  importModel(
    buildModel({
      inputs: { x: ['N', 1, 4, 4] },
      initializers: {
        ones: floatTensor([2, 1, 3, 3], new Array(18).fill(1)),
        biases: floatTensor([2], [-50, -75]),
        rows: floatTensor(
          [8, 2],
          [1, 1, 1, 1, 1, -1, -1, -1].flatMap((weight) => [weight, 0]),
        ),
      },
      nodes: [
        { op: 'Conv', inputs: ['x', 'ones', 'biases'], output: 'c' },
        { op: 'Relu', inputs: ['c'], output: 'r' },
        { op: 'Flatten', inputs: ['r'], output: 'f' },
        { op: 'MatMul', inputs: ['f', 'rows'], output: 'y' },
      ],
      outputs: ['y'],
    }),
  ).graph,
);

async function run(executor: CpuExecutor, task: AttributionTask, method: Method, steps = 64, rule: Rule = 'midpoint') {
  const { attributions } = await attributeTasks(executor, [task], { method, steps, rule });
  return attributions[0]!;
}

describe('integrated gradients', () => {
  const task = { image: Float32Array.of(3, 0.5), baseline: Float32Array.of(0, 0), target: 0 };

  test('of relu(x - 1) from 0 to 3: the gradient is 1 on the last two thirds of the path, so the integral is 3 * 2/3 = 2', async () => {
    // Midpoints 1/6, 1/2, 5/6: two of three lie in the last two thirds.
    const exact = await run(hinges, task, 'ig', 3);
    expect(exact.values[0]).toBeCloseTo(2, 6);
    expect(exact).toMatchObject({ outputAtInput: 2, outputAtBaseline: 0 });
    expect(exact.delta).toBeCloseTo(0, 6);
    // Midpoints 1/8, 3/8, 5/8, 7/8: three of four, so 3 * 3/4 - 2 too much.
    const coarse = await run(hinges, task, 'ig', 4);
    expect(coarse.values[0]).toBeCloseTo(9 / 4, 6);
    expect(coarse.delta).toBeCloseTo(1 / 4, 6);
    expect(coarse.relativeDelta).toBeCloseTo(1 / 8, 6);
    // Left ends 0, 1/4, 1/2, 3/4: two of four, so 3 * 2/4 - 2, which is too little. The sign of delta says so; the relative one has none.
    const left = await run(hinges, task, 'ig', 4, 'left');
    expect(left.values[0]).toBeCloseTo(3 / 2, 6);
    expect(left.delta).toBeCloseTo(-1 / 2, 6);
    expect(left.relativeDelta).toBeCloseTo(1 / 4, 6);
    // Where f falls along the path, too much attribution is a negative delta: f(x) - f(b) is -2.
    const falling = await run(hinges, { image: task.baseline, baseline: task.image, target: 0 }, 'ig', 4);
    expect(falling).toMatchObject({ outputAtInput: 0, outputAtBaseline: 2 });
    expect(falling.delta).toBeCloseTo(-1 / 4, 6);
    expect(falling.relativeDelta).toBeCloseTo(1 / 8, 6);
  });

  test('the convolution of ones, worked out by hand', async () => {
    // Window sums at the image 0..15: 45, 54, 81, 90, so on the path the first channel's units 81 a and 90 a (and 54 a) pass -50 at
    // a = 50/54, 50/81, 50/90, the second channel's 81 a and 90 a pass -75 at 75/81, 75/90; the unit 45 a never does.
    // Pixel (1, 0) has the value 4 and lies in the windows at (0, 0) and (1, 0), of sums 45 and 81. Weights: channel 1 is [1, 1, 1, 1],
    // channel 2 [1, -1, -1, -1]. So IG = 4 ((1 - 50/81) - (1 - 75/81)) = 4 * 25/81 = 100/81. The sum is f(x) - f(0) =
    // (4 + 31 + 40) - (6 + 15) = 54.
    const image = Float32Array.from({ length: 16 }, (_, i) => i);
    const fine = await run(sums, { image, baseline: new Float32Array(16), target: 0 }, 'ig', 20_000);
    expect(fine.outputAtInput - fine.outputAtBaseline).toBe(54);
    // Each of the five breakpoints is missed by at most half a step; slopes times pixels sum to some hundred.
    expect(fine.values[4]).toBeCloseTo(100 / 81, 3);
    expect(fine.sum).toBeCloseTo(54, 2);
  });

  test('of a linear network every rule gives weight x (x - b), whatever the steps', async () => {
    const image = Float32Array.of(1, -2, 3);
    const baseline = Float32Array.of(0.5, 0.5, 1);
    for (const rule of ['midpoint', 'left', 'right', 'trapezoid', 'gauss-legendre'] as const) {
      const { values, delta } = await run(linear, { image, baseline, target: 1 }, 'ig', 5, rule);
      expect([...values]).toEqual([0.5, 3 * -2.5, -4 * 2].map((expected) => expect.closeTo(expected, 6)));
      expect(delta).toBeCloseTo(0, 6);
    }
  });

  test("captum's trapezoid is short by the factor (n - 1) / n", async () => {
    const captum = await run(
      linear,
      { image: Float32Array.of(1, 0, 0), baseline: new Float32Array(3), target: 0 },
      'ig',
      5,
      'captum-trapezoid',
    );
    expect(captum.values[0]).toBeCloseTo(2 * (4 / 5), 6);
  });

  test('of a contrast it is the difference of the two', async () => {
    const image = Float32Array.of(1, -2, 3);
    const both = { image, baseline: new Float32Array(3), target: 1 };
    const [contrast, target, other] = await Promise.all([
      run(linear, { ...both, contrast: 0 }, 'ig'),
      run(linear, both, 'ig'),
      run(linear, { ...both, target: 0 }, 'ig'),
    ]);
    expect([...contrast.values]).toEqual([...target.values].map((value, i) => expect.closeTo(value - other.values[i]!, 5)));
    expect(contrast.outputAtInput).toBeCloseTo(target.outputAtInput - other.outputAtInput, 6);
  });

  test('is 0 where the image equals its baseline, with relative delta 0 where nothing differs', async () => {
    const image = Float32Array.of(2, 2);
    expect(await run(hinges, { image, baseline: image, target: 0 }, 'ig')).toMatchObject({ sum: 0, delta: 0, relativeDelta: 0 });
  });
});

describe('gradients', () => {
  const task = { image: Float32Array.of(1, -2, 3), baseline: new Float32Array(3), target: 1 };
  test('saliency is the signed gradient', async () => expect([...(await run(linear, task, 'saliency')).values]).toEqual([1, 3, -4]));
  test('input x gradient', async () => expect([...(await run(linear, task, 'input-x-gradient')).values]).toEqual([1, -6, -12]));
});

describe('what cannot be attributed is refused', () => {
  const task = { image: Float32Array.of(1, 1, 1), baseline: new Float32Array(3), target: 0 };
  test.each([
    [{ target: 2 }, 'the target class 2 does not exist (0 to 1)'],
    [{ target: 0.5 }, 'the target class 0.5 does not exist (0 to 1)'],
    [{ contrast: -1 }, 'the contrast class -1 does not exist (0 to 1)'],
    [{ contrast: 0 }, 'the contrast class 0 is the target itself (another class)'],
    [{ image: new Float32Array(2) }, "an image of 2 numbers (3, as the model's input)"],
    [{ baseline: Float32Array.of(0, Number.NaN, 0) }, 'the baseline holds NaN at element 1 (finite numbers)'],
  ])('%o', async (change, message) => {
    await expect(run(linear, { ...task, ...change }, 'ig')).rejects.toThrow(message);
  });

  test('an unknown method', async () => {
    await expect(run(linear, task, 'magic' as Method)).rejects.toThrow(`the method magic does not exist (${METHODS.join(', ')})`);
  });
});
