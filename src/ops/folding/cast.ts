import type { ElementType, Tensor } from '../../tensor/tensor.js';
import { type NodeReader, typeOf } from '../node_reader.js';
import { mapFloat64 } from './elementwise.js';
import type { Folding, FoldOperator } from './fold_operator.js';

/**
 * Element types by their numbers in an ONNX file (TensorProto.DataType): 1 float, 10 float16, 11 double, 16 bfloat16; 2 to 7, 12 and 13
 * integers of all widths; 9 bool. https://onnx.ai/onnx/operators/onnx__Cast.html
 */
const CAST_TYPES: ReadonlyMap<number, ElementType> = new Map([
  ...[1, 10, 11, 16].map((code) => [code, 'float'] as const),
  ...[2, 3, 4, 5, 6, 7, 12, 13].map((code) => [code, 'int'] as const),
  [9, 'bool'],
]);

/** The type that a Cast node makes, or that another attribute of a node names. */
export function castTarget(node: NodeReader, attribute = 'to'): ElementType {
  const code = node.int(attribute);
  const type = CAST_TYPES.get(code);
  if (type === undefined) {
    throw node.error('cast.type', { type: code });
  }
  return type;
}

/** Whether a node is a cast that loses nothing: computed values are all kept as floats of one width. */
export function losesNothing(node: NodeReader): boolean {
  return node.op === 'Cast' && !(castTarget(node) === 'int' && typeOf(node.input(0)) === 'float');
}

/**
 * Cast: floats become integers by truncation, and booleans by comparison with 0. Constants are kept in float64, so widths do not matter.
 */
export const cast: FoldOperator = (node) => convert(node.constant(0), castTarget(node));

/** CastLike: Cast to the type of the second input. */
export const castLike: FoldOperator = (node) => convert(node.constant(0), node.constant(1).type);

function convert({ shape, data }: Tensor, type: ElementType): Folding {
  switch (type) {
    case 'float':
      return { shape, type, make: () => data };
    case 'int':
      return { shape, type, make: () => mapFloat64(data, Math.trunc) };
    case 'bool':
      return { shape, type, make: () => mapFloat64(data, (x) => Number(x !== 0)) };
  }
}
