import { readReduce } from '../../../ops/reduction/reduce.js';
import { itemAt } from '../../../tensor/items.js';
import { integers, type NodeWriter, type RewrittenOperator, reshaped, sliced } from '../rewrite.js';

/** Every axis of the result of a reduction is kept, until it takes the shape that the node gives it. */
const KEPT = { keepdims: 1, noop_with_empty_axes: 1 };

function reduced(write: NodeWriter, op: string, x: string, axes: readonly number[]): string {
  return write.add(op, [x, integers(write, axes)], KEPT);
}

const facts = { since: 1, inputs: [1, 2], attributes: ['axes', 'keepdims', 'noop_with_empty_axes'] } as const;

/** The opset from which on the axes of these reductions are an input. */
const INPUT_SINCE = 18;

/** ReduceLogSum: log(sum(x)). https://onnx.ai/onnx/operators/onnx__ReduceLogSum.html */
export const reduceLogSum: RewrittenOperator = {
  ...facts,
  rewrite(node, write) {
    const { attributes, shape } = readReduce(node, INPUT_SINCE);
    const sum = reduced(write, 'ReduceSum', node.input(0).name, attributes.axes);
    return [reshaped(write, write.add('Log', [sum]), shape)];
  },
};

/**
 * ReduceLogSumExp: m + log(sum(exp(x - m))) with the largest x for m, so that no exponential overflows. The gradients that reach x through m
 * cancel. https://onnx.ai/onnx/operators/onnx__ReduceLogSumExp.html
 */
export const reduceLogSumExp: RewrittenOperator = {
  ...facts,
  rewrite(node, write) {
    const { name: x } = node.input(0);
    const { attributes, shape } = readReduce(node, INPUT_SINCE);
    const largest = reduced(write, 'ReduceMax', x, attributes.axes);
    const exponentials = write.add('Exp', [write.add('Sub', [x, largest])]);
    const logarithm = write.add('Log', [reduced(write, 'ReduceSum', exponentials, attributes.axes)]);
    return [reshaped(write, write.add('Add', [largest, logarithm]), shape)];
  },
};

/**
 * ReduceProd: products of halves of an axis, then of halves of these. So the gradient at an element is the product of the others, also where
 * it is 0. Constants fold as they are. https://onnx.ai/onnx/operators/onnx__ReduceProd.html
 */
export const reduceProd: RewrittenOperator = {
  ...facts,
  rewrite(node, write) {
    const { name: x, constant } = node.input(0);
    if (constant) return undefined;
    const { attributes, shape } = readReduce(node, INPUT_SINCE);
    return [
      reshaped(
        write,
        attributes.axes.reduce((product, axis) => productOver(write, product, axis), x),
        shape,
      ),
    ];
  },
};

function productOver(write: NodeWriter, x: string, axis: number): string {
  const odd: string[] = [];
  let halves = x;
  for (let size = itemAt(write.shape(x), axis); size > 1; size = Math.floor(size / 2)) {
    const half = Math.floor(size / 2);
    if (size % 2 === 1) odd.push(sliced(write, halves, axis, size - 1, size));
    halves = write.add('Mul', [sliced(write, halves, axis, 0, half), sliced(write, halves, axis, half, 2 * half)]);
  }
  return odd.reduce((product, factor) => write.add('Mul', [product, factor]), halves);
}
