import { cast, castLike } from './cast.js';
import { binary, unary, variadic } from './elementwise.js';
import type { FoldOperator } from './fold_operator.js';
import { constantOfShape, nonZero, range, shape, size } from './indexing.js';
import { dequantizeLinear, quantizeLinear } from './quantise.js';
import { reduce } from './reduce.js';

/**
 * Operators that are evaluated while a file is read, by ONNX name. They are unsupported on a value that depends on the image, except Shape
 * and Size, since all shapes are known. A new one is a line here and a test. https://onnx.ai/onnx/operators/
 */
export const shapeArithmetic: Readonly<Record<string, FoldOperator>> = {
  Abs: unary(Math.abs),
  Cast: cast,
  CastLike: castLike,
  ConstantOfShape: constantOfShape,
  DequantizeLinear: dequantizeLinear,
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Max: variadic(Math.max),
  Min: variadic(Math.min),
  Neg: unary((x) => -x),
  NonZero: nonZero,
  Pow: binary((a, b) => a ** b),
  QuantizeLinear: quantizeLinear,
  Range: range,
  Reciprocal: unary((x) => 1 / x),
  ReduceL1: reduce(0, (sum, x) => sum + Math.abs(x)),
  ReduceL2: reduce(0, (sum, x) => sum + x * x, { finish: Math.sqrt }),
  ReduceMax: reduce(Number.NEGATIVE_INFINITY, Math.max),
  ReduceMin: reduce(Number.POSITIVE_INFINITY, Math.min),
  ReduceProd: reduce(1, (product, x) => product * x),
  ReduceSum: reduce(0, (sum, x) => sum + x, { axesAreInputSince: 13 }),
  Shape: shape,
  Size: size,
  Sqrt: unary(Math.sqrt),
};
