import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import type { Draw, GeneratedNode, Generator } from './generated_cases.js';
import { rawTensor, type TensorInit } from './onnx_builder.js';

/** A tensor of bytes. */
function bytes(draw: Draw, type: DataType.INT8 | DataType.UINT8, shape: readonly number[]): TensorInit {
  const [low, high] = type === DataType.INT8 ? [-128, 127] : [0, 255];
  const values = Array.from({ length: sizeOf(shape) }, () => draw.integer(low, high));
  return rawTensor(type, shape, type === DataType.INT8 ? Int8Array.from(values) : Uint8Array.from(values));
}

/** One scale; or one for every index along an axis; or one for every block of indices. */
function scales(draw: Draw, opset: number, shape: readonly number[]) {
  const axis = draw.integer(0, shape.length - 1);
  const attribute = opset < 13 ? {} : { axis: draw.signedAxis(axis, shape.length) };
  if (opset >= 21 && draw.chance(0.5)) {
    // A single block would be one scale for the whole tensor, for which ONNX Runtime allows no block_size.
    const block = draw.integer(1, shape[axis]! - 1);
    const blocks = shape.map((size, each) => (each === axis ? Math.ceil(size / block) : size));
    return { shape: blocks, attributes: { ...attribute, block_size: block } };
  }
  return opset >= 13 && draw.chance(0.6) ? { shape: [shape[axis]!], attributes: attribute } : { shape: [], attributes: {} };
}

function dequantize(draw: Draw, opset: number): GeneratedNode {
  const shape = draw.shape(draw.integer(1, 4)).map((size) => size + 1);
  const type = draw.pick([DataType.INT8, DataType.UINT8] as const);
  const { shape: parts, attributes } = scales(draw, opset, shape);
  const zero = draw.chance(0.6) ? [bytes(draw, type, parts)] : [];
  return { inputs: [bytes(draw, type, shape), draw.floats(parts, 0.01, 0.2), ...zero], attributes };
}

/** Quantizes and dequantizes, since QuantizeLinear alone gives integers, and a case's output is a float. */
function quantize(draw: Draw, opset: number): GeneratedNode {
  const shape = draw.shape(draw.integer(1, 4)).map((size) => size + 1);
  const { shape: parts, attributes } = scales(draw, opset, shape);
  const type = draw.pick([DataType.INT8, DataType.UINT8] as const);
  const zero = draw.chance(0.6) ? [bytes(draw, type, parts)] : [];
  return { inputs: [draw.floats(shape, -20, 20), draw.floats(parts, 0.05, 0.2), ...zero], attributes, castToFloat: true };
}

/** Operators of weights that are stored as integers. */
export const quantisedGenerators: readonly Generator[] = [
  { op: 'DequantizeLinear', opsets: [10, 13, 21], count: 240, generate: dequantize, foldsOnly: true },
  { op: 'QuantizeLinear', opsets: [10, 13, 21], count: 240, generate: quantize, foldsOnly: true },
];
