import { itemAt } from '../../tensor/items.js';
import { type Shape, sizeOf, stridesOf, type Tensor } from '../../tensor/tensor.js';
import { roundHalfToEven } from '../elementwise/round.js';
import type { NodeReader } from '../node_reader.js';
import { resolveAxis } from '../shared/axes.js';
import type { FoldOperator } from './fold_operator.js';

/**
 * DequantizeLinear of constants, y = (x - zero_point) scale, in float32 as in every runtime. Quantised weights thus become floats while the
 * file is read. Scale and zero point are a single number; from opset 13 on they may be one for every place along `axis`, and from 21 on one
 * for every `block_size` places. https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html
 */
export const dequantizeLinear: FoldOperator = (node) => {
  const [x, scale] = [node.constant(0), node.constant(1)];
  const part = partOf(node, x.shape, scale);
  const zero = zeroPoint(node, scale);
  return {
    shape: x.shape,
    type: 'float',
    operations: x.data.length,
    make: () => Float32Array.from(x.data).map((_, i) => (itemAt(x.data, i) - (zero?.data[part(i)] ?? 0)) * itemAt(scale.data, part(i))),
  };
};

/**
 * QuantizeLinear of constants, y = saturate(round(x / scale) + zero_point), where halves round to the even integer. A file that was trained
 * for quantisation does this to its weights before it dequantises them. It saturates to the type of the zero point, to `output_dtype`, or
 * to uint8. https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html
 */
export const quantizeLinear: FoldOperator = (node) => {
  const [x, scale] = [node.constant(0), node.constant(1)];
  const part = partOf(node, x.shape, scale);
  const zero = zeroPoint(node, scale);
  const range = zero === undefined ? rangeOf(node) : zero.range;
  if (range === undefined) throw node.error('quantise.zero-point-range');
  const make = () =>
    Float64Array.from(x.data).map((value, i) => {
      const quotient = Math.fround(value / itemAt(scale.data, part(i)));
      return Math.min(Math.max(roundHalfToEven(quotient) + (zero?.data[part(i)] ?? 0), range[0]), range[1]);
    });
  return { shape: x.shape, type: 'int', range, operations: x.data.length, make };
};

/** The ranges of integer types, by their numbers in an ONNX file (TensorProto.DataType). */
const RANGES: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0, [0, 255]],
  [2, [0, 255]],
  [3, [-128, 127]],
  [4, [0, 65535]],
  [5, [-32768, 32767]],
  [21, [0, 15]],
  [22, [-8, 7]],
]);

/** Floats to which files can quantise. */
const FLOATS: ReadonlyMap<number, string> = new Map([
  [17, 'FLOAT8E4M3FN'],
  [18, 'FLOAT8E4M3FNUZ'],
  [19, 'FLOAT8E5M2'],
  [20, 'FLOAT8E5M2FNUZ'],
  [23, 'FLOAT4E2M1'],
]);

/** The integers to which a QuantizeLinear without a zero point saturates. */
export function rangeOf(node: NodeReader): readonly [number, number] {
  const code = node.int('output_dtype', 0);
  const range = RANGES.get(code);
  if (range === undefined) throw node.error('quantise.type', { type: FLOATS.get(code) ?? `data type ${code}` });
  return range;
}

function zeroPoint(node: NodeReader, scale: Tensor): Tensor | undefined {
  if (node.inputs[2] === undefined) return undefined;
  const zero = node.constant(2);
  // Floats of 8 bits have a zero point of their own type, which is 0.
  if (zero.type !== 'int' && zero.data.some((value) => value !== 0)) throw node.error('quantise.zero-point-type');
  if (zero.data.length !== scale.data.length) {
    throw node.error('quantise.zero-points', { zeroPoints: zero.data.length, scales: scale.data.length });
  }
  return zero;
}

/** For every element of x, the number of its scale. */
function partOf(node: NodeReader, shape: Shape, scale: Tensor): (element: number) => number {
  if (scale.data.length === 1) return () => 0;
  const axis = resolveAxis(node, node.int('axis', 1), shape.length);
  const size = itemAt(shape, axis);
  const block = node.int('block_size', 0);
  const inner = sizeOf(shape.slice(axis + 1));
  if (block === 0) {
    if (scale.data.length !== size) throw node.error('quantise.scales', { scales: scale.data.length, axis, shape, size });
    return (element) => Math.floor(element / inner) % size;
  }
  const blocks = shape.map((length, each) => (each === axis ? Math.ceil(length / block) : length));
  if (scale.data.length !== sizeOf(blocks)) {
    throw node.error('quantise.blocks', { scales: scale.shape, block, shape, wanted: blocks });
  }
  const outer = itemAt(stridesOf(blocks), axis) * itemAt(blocks, axis);
  return (element) => {
    const place = Math.floor(element / inner) % size;
    return Math.floor(element / (inner * size)) * outer + Math.floor(place / block) * inner + (element % inner);
  };
}
