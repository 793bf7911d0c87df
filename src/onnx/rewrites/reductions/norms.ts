import type { WindowAxis } from '../../../ops/operator.js';
import { averagePool } from '../../../ops/pooling/average_pool.js';
import { resolveAxes, resolveAxis } from '../../../ops/shared/axes.js';
import { tapsOf } from '../../../ops/shared/window.js';
import { FLOAT, falsehood, integers, type NodeWriter, type RewrittenOperator, scalar } from '../rewrite.js';

/** |x|^p. */
function power(write: NodeWriter, x: string, p: number): string {
  if (p % 2 === 0) return write.add('Pow', [x, scalar(write, p)]);
  const magnitude = write.add('Abs', [x]);
  return p === 1 ? magnitude : write.add('Pow', [magnitude, scalar(write, p)]);
}

/** x^(1/p), with the derivative 0 at 0. */
function root(write: NodeWriter, x: string, p: number): string {
  if (p === 1) return x;
  return p === 2 ? write.add('Sqrt', [x]) : write.add('Pow', [x, scalar(write, 1 / p)]);
}

/** The sum of |x|^p over some axes, which are kept, to the power 1/p. */
function norm(write: NodeWriter, x: string, axes: readonly number[], p: number): string {
  if (p === 1) return write.add('ReduceL1', [x, integers(write, axes)]);
  if (p === 2) return write.add('ReduceL2', [x, integers(write, axes)]);
  return root(write, write.add('ReduceSum', [power(write, x, p), integers(write, axes)]), p);
}

/**
 * LpNormalization: x divided by the norm of its line along an axis, and 0 where that is 0. p is 1 or 2.
 * https://onnx.ai/onnx/operators/onnx__LpNormalization.html
 */
export const lpNormalization: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  attributes: ['axis', 'p'],
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    const p = node.int('p', 2);
    if (p !== 1 && p !== 2) throw node.error('node.choice', { attribute: 'p', value: p, choices: [1, 2] });
    const divisor = norm(write, x, [resolveAxis(node, node.int('axis', -1), shape.length)], p);
    const one = write.add('Cast', [falsehood(write, divisor)], { to: FLOAT });
    return [write.add('Div', [x, write.add('Add', [divisor, one])])];
  },
};

/**
 * MeanVarianceNormalization: (x - m) / (s + 1e-9) with the mean m and the standard deviation s over some axes, by default over the image of each
 * channel. https://onnx.ai/onnx/operators/onnx__MeanVarianceNormalization.html
 */
export const meanVarianceNormalization: RewrittenOperator = {
  since: 9,
  inputs: [1, 1],
  attributes: ['axes'],
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    const axes = resolveAxes(node, node.ints('axes') ?? [0, 2, 3], shape.length);
    const mean = (of: string) => write.add('ReduceMean', [of, integers(write, axes)]);
    const centred = write.add('Sub', [x, mean(x)]);
    const deviation = write.add('Sqrt', [mean(power(write, centred, 2))]);
    return [write.add('Div', [centred, write.add('Add', [deviation, scalar(write, 1e-9)])])];
  },
};

/** GlobalLpPool: the norm of every plane. https://onnx.ai/onnx/operators/onnx__GlobalLpPool.html */
export const globalLpPool: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  attributes: ['p'],
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    if (shape.length < 3) throw node.error('pool.no-plane', { shape });
    const axes = shape.map((_, axis) => axis).slice(2);
    return [norm(write, x, axes, exponent(node.int('p', 2), node))];
  },
};

/**
 * LpPool: the norm of every window, where padding is 0. An AveragePool of |x|^p that leaves out the padding, times the number of elements that
 * it counted. https://onnx.ai/onnx/operators/onnx__LpPool.html
 */
export const lpPool: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  attributes: ['auto_pad', 'ceil_mode', 'dilations', 'kernel_shape', 'p', 'pads', 'strides'],
  rewrite(node, write) {
    const p = exponent(node.int('p', 2), node);
    const { attributes, shape } = averagePool.read({ ...node, op: 'AveragePool' });
    const { rows, columns } = attributes.window;
    const counts = counted(rows).flatMap((high) => counted(columns).map((wide) => high * wide));
    const means = write.add('AveragePool', [power(write, node.input(0).name, p)], windowOf(rows, columns));
    const sums = write.add('Mul', [means, write.addConstant(shape.slice(2), Float32Array.from(counts))]);
    return [root(write, sums, p)];
  },
};

function exponent(p: number, node: Parameters<RewrittenOperator['rewrite']>[0]): number {
  if (p < 1) throw node.error('node.least', { attribute: 'p', value: p, least: 1 });
  return p;
}

/** How many elements each window has on the input, along an axis. */
function counted(axis: WindowAxis): number[] {
  return Array.from({ length: axis.output }, (_, o) => {
    const { start, end } = tapsOf(axis, o);
    return end - start;
  });
}

/** The same window with explicit pads, which may be larger than the file's where it rounds up. */
function windowOf(rows: WindowAxis, columns: WindowAxis) {
  const axes = [rows, columns];
  const after = ({ output, stride, kernel, dilation, input, padding, paddingAfter }: WindowAxis) =>
    Math.max(paddingAfter, (output - 1) * stride + (kernel - 1) * dilation + 1 - input - padding);
  return {
    kernel_shape: axes.map(({ kernel }) => kernel),
    strides: axes.map(({ stride }) => stride),
    dilations: axes.map(({ dilation }) => dilation),
    pads: [...axes.map(({ padding }) => padding), ...axes.map(after)],
  };
}
