import type { NodeReader } from '../../../ops/node_reader.js';
import { resolveAxis } from '../../../ops/shared/axes.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { type Attributes, inputName, type NodeWriter, type RewrittenOperator, reshaped, scaled, transposed } from '../rewrite.js';
import { CONVOLUTION_ATTRIBUTES, convolutionAttributes } from '../windows/stacked_convolution.js';
import { rangeOfType } from './linear.js';
import { dequantised, quantised } from './quantise.js';

/** The real numbers of the integers at a position. Scale and zero point follow. */
function realAt(node: NodeReader, write: NodeWriter, position: number, axis?: number): string {
  const by = { scale: node.input(position + 1).name, zero: inputName(node, position + 2), ...(axis !== undefined && { axis }) };
  return dequantised(node, write, node.input(position).name, by);
}

/** The integers of y, by the scale at a position and the zero point that follows. */
function quantisedBy(node: NodeReader, write: NodeWriter, y: string, position: number): string {
  const zero = inputName(node, position + 1);
  return quantised(node, write, y, { scale: node.input(position).name, zero }, rangeOfType(node, write, zero));
}

/** A function of real numbers, computed of integers with a scale and a zero point each. */
function ofReals(
  { since = 1, operands, attributes = [] }: { since?: number; operands: number; attributes?: readonly string[] },
  f: (node: NodeReader, write: NodeWriter, operands: readonly string[]) => string,
): RewrittenOperator {
  return {
    since,
    inputs: [3 * operands + 1, 3 * operands + 2],
    attributes,
    rewrite(node, write) {
      const reals = Array.from({ length: operands }, (_, k) => realAt(node, write, 3 * k));
      return [quantisedBy(node, write, f(node, write, reals), 3 * operands)];
    },
  };
}

/** A function of planes, whose channels may be the last axis. */
function ofPlanes(node: NodeReader, write: NodeWriter, x: string, f: (x: string) => string): string {
  if (node.int('channels_last', 0) === 0) return f(x);
  const axes = write.shape(x).map((_, axis) => axis);
  const [batch = 0, ...others] = axes;
  const last = axes.length - 1;
  const y = f(transposed(write, x, [batch, last, ...others.slice(0, -1)]));
  return transposed(write, y, [batch, ...others.slice(1), 1]);
}

function qLinearConv(since: number, more: readonly string[]): RewrittenOperator {
  return {
    since,
    inputs: [8, 9],
    attributes: [...CONVOLUTION_ATTRIBUTES, ...more],
    rewrite(node, write) {
      const x = realAt(node, write, 0);
      const w = realAt(node, write, 3, 0);
      const bias = inputName(node, 8);
      const scale = () => write.add('Mul', [node.input(1).name, node.input(4).name]);
      const b = bias && dequantised(node, write, bias, { scale: scale(), axis: 0 });
      const y = ofPlanes(node, write, x, (planes) => write.add('Conv', [planes, w, b], convolutionAttributes(node)));
      return [quantisedBy(node, write, y, 6)];
    },
  };
}

/** https://onnx.ai/onnx/operators/onnx__QLinearConv.html */
export const standardQLinearConv = qLinearConv(10, []);
export const microsoftQLinearConv = qLinearConv(1, ['channels_last']);

/** https://onnx.ai/onnx/operators/onnx__QLinearMatMul.html */
export const qLinearMatMul: RewrittenOperator = {
  since: 10,
  inputs: [8, 8],
  rewrite(node, write) {
    const product = write.add('MatMul', [realAt(node, write, 0, -2), realAt(node, write, 3, -1)]);
    return [quantisedBy(node, write, product, 6)];
  },
};

/** Gemm, whose result is a float where no scale is given for it. */
export const qGemm: RewrittenOperator = {
  since: 1,
  inputs: [6, 9],
  attributes: ['alpha', 'transA', 'transB'],
  rewrite(node, write) {
    const [alpha, transA, transB] = [node.float('alpha', 1), node.int('transA', 0), node.int('transB', 0)];
    const [a, b] = [realAt(node, write, 0), realAt(node, write, 3, transB === 0 ? 1 : 0)];
    const bias = inputName(node, 6);
    const scale = () => scaled(write, write.add('Mul', [node.input(1).name, node.input(4).name]), alpha);
    const c = bias && dequantised(node, write, bias, { scale: scale(), axis: -1 });
    const y = write.add('Gemm', [a, b, c], { alpha: { float: alpha }, transA, transB });
    return [node.inputs[7] === undefined ? y : quantisedBy(node, write, y, 7)];
  },
};

export const qLinearAdd = ofReals({ operands: 2 }, (_, write, operands) => write.add('Add', operands));
export const qLinearMul = ofReals({ operands: 2 }, (_, write, operands) => write.add('Mul', operands));
export const qLinearSigmoid = ofReals({ operands: 1 }, (_, write, operands) => write.add('Sigmoid', operands));
export const qLinearLeakyRelu = ofReals({ operands: 1, attributes: ['alpha'] }, (node, write, operands) =>
  write.add('LeakyRelu', operands, { alpha: { float: node.float('alpha', 0.01) } }),
);

/** A product of shapes of up to opset 12 takes all axes from `axis` on for one. `opset` says which is meant. */
export const qLinearSoftmax = ofReals({ operands: 1, attributes: ['axis', 'opset'] }, (node, write, [x = '']) => {
  const shape = write.shape(x);
  const old = node.int('opset', 13) < 13;
  const axis = resolveAxis(node, node.int('axis', old ? 1 : -1), shape.length);
  if (!old) return write.add('Softmax', [x], { axis });
  const rows = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))];
  return reshaped(write, write.add('Softmax', [reshaped(write, x, rows)], { axis: 1 }), shape);
});

const POOL_LISTS = ['kernel_shape', 'pads', 'strides', 'dilations'];
const POOL_NUMBERS = ['ceil_mode', 'count_include_pad'];

export const qLinearAveragePool = ofReals(
  { operands: 1, attributes: ['auto_pad', 'ceil_mode', 'channels_last', 'count_include_pad', 'kernel_shape', 'pads', 'strides'] },
  (node, write, [x = '']) => {
    const own: Attributes = Object.fromEntries([
      ...POOL_LISTS.flatMap((name) => (node.has(name) ? [[name, node.ints(name) ?? []] as const] : [])),
      ...POOL_NUMBERS.map((name) => [name, node.int(name, 0)] as const),
      ['auto_pad', node.string('auto_pad', 'NOTSET')] as const,
    ]);
    return ofPlanes(node, write, x, (planes) => write.add('AveragePool', [planes], own));
  },
);

export const qLinearGlobalAveragePool = ofReals({ operands: 1, attributes: ['channels_last'] }, (node, write, [x = '']) =>
  ofPlanes(node, write, x, (planes) => write.add('GlobalAveragePool', [planes])),
);

/** Concat. Scale and zero point of the result come first, and each operand has its own. */
export const qLinearConcat: RewrittenOperator = {
  since: 1,
  inputs: [5, Infinity],
  attributes: ['axis'],
  rewrite(node, write) {
    const operands = Array.from({ length: Math.floor((node.inputs.length - 2) / 3) }, (_, k) => realAt(node, write, 2 + 3 * k));
    return [quantisedBy(node, write, write.add('Concat', operands, { axis: node.int('axis') }), 0)];
  },
};

/** Where: elements of x where the condition holds, and of y elsewhere. */
export const qLinearWhere: RewrittenOperator = {
  since: 1,
  inputs: [9, 9],
  rewrite: (node, write) => [
    quantisedBy(node, write, write.add('Where', [node.input(0).name, realAt(node, write, 1), realAt(node, write, 4)]), 7),
  ],
};
