import { castTarget } from '../../../ops/folding/cast.js';
import { typeOf } from '../../../ops/node_reader.js';
import type { ElementType } from '../../../tensor/tensor.js';
import { falsehood, type Rewrite, type RewrittenOperator } from '../rewrite.js';

/**
 * Numbers of the image become booleans by comparison with 0. All other casts stay: those from floats to integers are the table's Cast, and
 * the rest do nothing, since all values of the image are kept as floats of one width. https://onnx.ai/onnx/operators/onnx__Cast.html
 */
export const castToBoolean: Rewrite = (node, write) => {
  const x = node.input(0);
  if (x.constant !== undefined || castTarget(node) !== 'bool' || typeOf(x) === 'bool') return undefined;
  return [falsehood(write, falsehood(write, x.name))];
};

/** An element type's number in an ONNX file, for Cast. */
const CODES: Readonly<Record<ElementType, number>> = { float: 1, int: 7, bool: 9 };

/** CastLike: Cast to the type of the second input. https://onnx.ai/onnx/operators/onnx__CastLike.html */
export const castLike: RewrittenOperator = {
  since: 15,
  inputs: [2, 2],
  rewrite: (node, write) => [write.add('Cast', [node.input(0).name], { to: CODES[typeOf(node.input(1))] })],
};

/** Quotients of integers of the image lose their fractions, as in C. */
export const quotientOfIntegers: Rewrite = (node, write) => {
  const [a, b] = [node.input(0), node.input(1)];
  if (typeOf(a) !== 'int' || (a.constant !== undefined && b.constant !== undefined)) return undefined;
  const floats = [a, b].map(({ name }) => write.add('Cast', [name], { to: CODES.float }));
  return [write.add('Cast', [write.add('Div', floats)], { to: CODES.int })];
};
