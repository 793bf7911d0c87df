import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { graphOfCase, relativeDistance } from '../../src/doctor/case_graph.js';
import { caseOf, type OperatorCase } from '../../src/doctor/cases/operator_case.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { type OperatorAttributes, type OpType, operatorOf } from '../../src/ops/index.js';
import { itemAt } from '../../src/tensor/items.js';
import { formatShape, type Shape } from '../../src/tensor/tensor.js';
import { useDevice } from '../support/gpu.js';

/*
 * Every element of a pointwise function must be right to float32's last digits, where the other tests compare whole tensors in the
 * Euclidean norm: small results beside large ones do not count there.
 */

const EPSILON = 2 ** -23;
/** Of exp: WGSL promises 3 + 2 |x| units in the last place, and an argument of float32 is off by |x| / 2 more. */
const exponential = (x: number) => (4 + 2.5 * Math.abs(x)) * EPSILON;
const few = () => 8 * EPSILON;

/** Points from one end to the other, 0 and numbers close to it among them where it lies between. */
function pointsOf(low: number, high: number): Float32Array {
  const grid = Array.from({ length: 200 }, (_, i) => low + ((high - low) * i) / 199);
  const tiny = [0, 1e-30, 1e-8, 1e-4, 0.01, 0.1].flatMap((x) => [x, -x]).filter((x) => x >= low && x <= high);
  return Float32Array.from([...grid, ...tiny]);
}

describe('pointwise functions, element by element', () => {
  const shared = useDevice();

  async function run(op: OpType, attributes: OperatorAttributes[OpType], x: Float32Array) {
    const shape = [1, x.length];
    const { graph } = graphOfCase(caseOf(op, 'points', attributes, [shape], shape), 1);
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
    const ones = new Float32Array(x.length).fill(1);
    const { gradients, outputsAtInput } = await gpu.pathGradient({
      count: 1,
      inputs: x,
      baselines: x,
      seeds: ones,
      alphas: Float64Array.of(1),
      weights: Float64Array.of(1),
    });
    gpu.destroy();
    const evaluation = { attributes, inputs: [{ shape, data: Float64Array.from(x) }], shape };
    const operator = operatorOf({ op });
    const y = operator.forward(evaluation);
    const [dx] = operator.backward!({ ...evaluation, output: y, cotangent: Float64Array.from(ones), wanted: [true] });
    return { actual: outputsAtInput, y, slopes: gradients, dx: dx! };
  }

  test.each<[OpType, OperatorAttributes[OpType], number, number, (x: number) => number]>([
    ['Erf', {}, -5, 5, few],
    // The square of x in e^-x^2 is off by x^2 units, half of them to each side.
    ['Gelu', { approximate: 'none' }, -9, 9, (x) => (10 + 3 * x * x) * EPSILON],
    ['Gelu', { approximate: 'tanh' }, -6, 6, (x) => exponential(2 * Math.abs(x) + 0.1 * Math.abs(x) ** 3)],
    ['Mish', {}, -60, 60, exponential],
    ['Elu', { alpha: 1 }, -20, 5, (x) => 4 * exponential(x)],
    ['Selu', { alpha: 1.67, gamma: 1.05 }, -20, 5, (x) => 4 * exponential(x)],
    ['Celu', { alpha: 0.5 }, -10, 5, (x) => 4 * exponential(2 * x)],
    ['Exp', {}, -60, 60, exponential],
    ['Log', {}, 0.9, 1.1, few],
    ['Log', {}, 1e-6, 1e6, few],
    // A sine of a float32 near a multiple of pi is as small as what the parts of pi / 2 leave of its last digits.
    ['Sin', {}, -3, 3, few],
    ['Cos', {}, -1.5, 1.5, few],
    ['Tan', {}, -1.5, 1.5, () => 16 * EPSILON],
    ['Asin', {}, -1, 1, few],
    ['Acos', {}, -1, 0.99, few],
    ['Atan', {}, -100, 100, few],
    ['Sinh', {}, -20, 20, exponential],
    ['Cosh', {}, -20, 20, exponential],
    ['Asinh', {}, -1e6, 1e6, few],
    ['Acosh', {}, 1, 1e6, few],
    ['Atanh', {}, -0.99, 0.99, few],
    ['Softsign', {}, -100, 100, few],
    ['Sqrt', {}, 0, 100, few],
    ['Reciprocal', {}, 0.001, 1000, few],
    ['Pow', { exponent: 1.7 }, 0, 1000, few],
    ['Pow', { exponent: -0.75 }, 0.001, 1000, few],
    ['Pow', { exponent: 7 }, -40, 40, few],
    ['Pow', { exponent: -3 }, -40, -0.01, few],
  ])('%s %o from %d to %d', async (op, attributes, low, high, tolerance) => {
    const x = pointsOf(low, high);
    const { actual, y } = await run(op, attributes, x);
    const wrong = Array.from(x).flatMap((at, i) => {
      const error = Math.abs(actual[i]! - y[i]!) / Math.max(Math.abs(y[i]!), 1.2e-38);
      return error <= tolerance(at) ? [] : [`${op}(${at}) is ${actual[i]}, not ${y[i]}: ${(error / EPSILON).toFixed(1)} units`];
    });
    expect(wrong).toEqual([]);
  });

  // Far out everything is still a number, and so is the derivative at 0.
  test.each<[OpType, OperatorAttributes[OpType], number, number]>([
    ['Erf', {}, -1e4, 1e4],
    ['Gelu', { approximate: 'none' }, -1e4, 1e4],
    ['Gelu', { approximate: 'tanh' }, -1e4, 1e4],
    ['Mish', {}, -1e4, 1e4],
    ['Tanh', {}, -1e4, 1e4],
    ['Selu', { alpha: 1.67, gamma: 1.05 }, -1e4, 1e4],
    ['Celu', { alpha: 0.5 }, -1e4, 1e4],
    ['Sin', {}, -8000, 8000],
    ['Cos', {}, -8000, 8000],
    ['Atan', {}, -1e4, 1e4],
    ['Asinh', {}, -1e4, 1e4],
    ['Softsign', {}, -1e4, 1e4],
    ['Abs', {}, -1e4, 1e4],
    ['Sqrt', {}, 0, 1e4],
    ['Pow', { exponent: 0.5 }, 0, 1e4],
    ['Pow', { exponent: 0.3 }, 0, 1e4],
    ['Pow', { exponent: 2 }, -1e4, 1e4],
    ['Pow', { exponent: 0 }, -1e4, 1e4],
  ])('%s %o from %d to %d: numbers, and slopes', async (op, attributes, low, high) => {
    const x = pointsOf(low, high);
    const { actual, slopes, y, dx } = await run(op, attributes, x);
    for (let i = 0; i < x.length; i++) {
      // Sums of products that cancel: relative to the slope of the function where it is steepest, about 1.
      expect(Math.abs(slopes[i]! - dx[i]!), `slope at ${x[i]}`).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(dx[i]!)));
      expect(Math.abs(actual[i]! - y[i]!), `value at ${x[i]}`).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(y[i]!)));
    }
  });

  const tied = <Op extends OpType>(
    op: Op,
    inputShapes: readonly Shape[],
    outputShape: Shape,
    rest: { readonly constants?: readonly number[]; readonly attributes: OperatorAttributes[Op] },
  ): [string, OperatorCase<Op>] => {
    const name = `of ${inputShapes.map(formatShape).join(' and ')}${rest.constants ? `, constant ${rest.constants}` : ''}`;
    const { attributes, ...constants } = rest;
    return [`${op} ${name}`, caseOf(op, name, attributes, inputShapes, outputShape, { range: [0, 0], ...constants })];
  };
  const row = [1, 4];
  test.each([
    ...(['Max', 'Min'] as const).flatMap((op) => [
      tied(op, [row, row], row, { attributes: {} }),
      tied(op, [row, row, [1, 1]], row, { attributes: {} }),
      tied(op, [[], row], row, { attributes: {}, constants: [0] }),
      tied(op, [row, []], row, { attributes: {}, constants: [1] }),
    ]),
    tied('ReduceMax', [row], [1, 1], { attributes: { axes: [1] } }),
    tied('ReduceMin', [[2, 3, 4]], [1, 3, 1], { attributes: { axes: [0, 2] } }),
    tied('ReduceL2', [row], [1, 1], { attributes: { axes: [1] } }),
  ])('%s, all of them 0: the gradient goes where the reference lets it go', async (_, operatorCase) => {
    const { graph, images } = graphOfCase(operatorCase, 1);
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
    const cpu = new CpuExecutor(graph);
    const ones = (count: number) => new Float32Array(count).fill(1);
    const request = { count: 1, inputs: images, baselines: images, alphas: Float64Array.of(1), weights: Float64Array.of(1) };
    const [actual, expected] = [
      await gpu.pathGradient({ ...request, seeds: ones(gpu.classes) }),
      await cpu.pathGradient({ ...request, seeds: ones(cpu.classes) }),
    ];
    gpu.destroy();
    expect([...actual.gradients]).toEqual([...expected.gradients]);
  });

  test('a normalisation far from 0 keeps the digits that the differences have', async () => {
    const shape = [1, 3, 50];
    const attributes = { length: 50, inner: 1, epsilon: 1e-5, view: shape, parameters: [[1], [1]] };
    const { graph, images } = graphOfCase(
      {
        name: 'far',
        op: 'LayerNormalization',
        attributes,
        inputShapes: [shape, [1], [1]],
        constants: [1, 2],
        outputShape: shape,
        range: [1000, 1002],
      },
      1,
    );
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
    const [actual, expected] = [await gpu.forward(images, 1), await new CpuExecutor(graph).forward(images, 1)];
    gpu.destroy();
    // The mean is rounded to 1000 * EPSILON / 2, against deviations of 2 / sqrt(12) = 0.58.
    expect(relativeDistance(actual.outputs, expected.outputs)).toBeLessThan((1000 * EPSILON) / 0.6);
  });

  test('a long sum of few different numbers keeps its digits, though each is rounded the same way again and again', async () => {
    const { graph } = graphOfCase(caseOf('ReduceSum', 'long', { axes: [1] }, [[1, 6480]], [1]), 1);
    const numbers = [0.06691303, 0.52686626, 0.753099, 0.39538297, 0.12831272];
    const images = Float32Array.from({ length: 6480 }, (_, i) => itemAt(numbers, i % 5));
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
    const [actual, expected] = [await gpu.forward(images, 1), await new CpuExecutor(graph).forward(images, 1)];
    gpu.destroy();
    // Sums in runs of 64 were 9.1e-7 off. A float32 next to the sum is EPSILON off.
    expect(relativeDistance(actual.outputs, expected.outputs)).toBeLessThan(EPSILON);
  });
});
