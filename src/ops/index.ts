import { add } from './arithmetic/add.js';
import { affine } from './arithmetic/affine.js';
import { equal, greater, greaterOrEqual, less, lessOrEqual } from './arithmetic/comparison.js';
import { div } from './arithmetic/div.js';
import { max, min } from './arithmetic/extremum.js';
import { mean } from './arithmetic/mean.js';
import { mod } from './arithmetic/mod.js';
import { mul } from './arithmetic/mul.js';
import { replicate } from './arithmetic/replicate.js';
import { sub } from './arithmetic/sub.js';
import { sum } from './arithmetic/sum.js';
import { conv } from './convolution/conv.js';
import { convTranspose } from './convolution/conv_transpose.js';
import { abs } from './elementwise/abs.js';
import { acos } from './elementwise/acos.js';
import { acosh } from './elementwise/acosh.js';
import { asin } from './elementwise/asin.js';
import { asinh } from './elementwise/asinh.js';
import { atan } from './elementwise/atan.js';
import { atanh } from './elementwise/atanh.js';
import { castToInteger } from './elementwise/cast.js';
import { ceil } from './elementwise/ceil.js';
import { celu } from './elementwise/celu.js';
import { clip } from './elementwise/clip.js';
import { cos } from './elementwise/cos.js';
import { cosh } from './elementwise/cosh.js';
import { elu } from './elementwise/elu.js';
import { erf } from './elementwise/erf.js';
import { exp } from './elementwise/exp.js';
import { floor } from './elementwise/floor.js';
import { gelu } from './elementwise/gelu.js';
import { hardSigmoid } from './elementwise/hard_sigmoid.js';
import { hardSwish } from './elementwise/hard_swish.js';
import { isInfinite } from './elementwise/is_inf.js';
import { isNan } from './elementwise/is_nan.js';
import { leakyRelu } from './elementwise/leaky_relu.js';
import { log } from './elementwise/log.js';
import { mish } from './elementwise/mish.js';
import { neg } from './elementwise/neg.js';
import { pow } from './elementwise/pow.js';
import { prelu } from './elementwise/prelu.js';
import { reciprocal } from './elementwise/reciprocal.js';
import { relu } from './elementwise/relu.js';
import { round } from './elementwise/round.js';
import { selu } from './elementwise/selu.js';
import { sigmoid } from './elementwise/sigmoid.js';
import { sign } from './elementwise/sign.js';
import { sin } from './elementwise/sin.js';
import { sinh } from './elementwise/sinh.js';
import { softplus } from './elementwise/softplus.js';
import { softsign } from './elementwise/softsign.js';
import { sqrt } from './elementwise/sqrt.js';
import { tan } from './elementwise/tan.js';
import { tanh } from './elementwise/tanh.js';
import { thresholdedRelu } from './elementwise/thresholded_relu.js';
import { gather } from './indexing/gather.js';
import { gatherElements } from './indexing/gather_elements.js';
import { gatherND } from './indexing/gather_nd.js';
import { scatter, scatterElements } from './indexing/scatter_elements.js';
import { scatterND } from './indexing/scatter_nd.js';
import { concat } from './movement/concat.js';
import { depthToSpace, spaceToDepth } from './movement/depth_to_space.js';
import { expand } from './movement/expand.js';
import { pad } from './movement/pad.js';
import { slice } from './movement/slice.js';
import { split } from './movement/split.js';
import { tile } from './movement/tile.js';
import { transpose } from './movement/transpose.js';
import { where } from './movement/where.js';
import type { NodeReader, Reading } from './node_reader.js';
import { batchNormalization } from './normalization/batch_normalization.js';
import { groupNormalization } from './normalization/group_normalization.js';
import { instanceNormalization } from './normalization/instance_normalization.js';
import { layerNormalization } from './normalization/layer_normalization.js';
import { lrn } from './normalization/lrn.js';
import { logSoftmax, softmax } from './normalization/softmax.js';
import type { Operator } from './operator.js';
import { averagePool } from './pooling/average_pool.js';
import { globalMaxPool, maxPool } from './pooling/max_pool.js';
import { dense } from './products/dense.js';
import { einsum } from './products/einsum.js';
import { gemm } from './products/gemm.js';
import { matMul } from './products/matmul.js';
import { globalAveragePool, reduceL1, reduceL2, reduceMax, reduceMean, reduceMin, reduceSum, reduceSumSquare } from './reduction/reduce.js';
import { resize, upsample } from './resampling/resize.js';
import { reroute } from './rules/reroute.js';
import { weigh } from './rules/weigh.js';
import { dropout } from './views/dropout.js';
import { flatten } from './views/flatten.js';
import { identity } from './views/identity.js';
import { reshape } from './views/reshape.js';
import { squeeze } from './views/squeeze.js';
import { unsqueeze } from './views/unsqueeze.js';

/**
 * All operators that can depend on the image, by ONNX name. Operators that are only ever folded (shape arithmetic) are in folding/index.ts.
 * A new operator is a file, a shader for each direction, a line here and a test. Everything that is known of an operator stands in its
 * file.
 */
const table = {
  Abs: abs,
  Acos: acos,
  Acosh: acosh,
  Add: add,
  Affine: affine,
  Asin: asin,
  Asinh: asinh,
  Atan: atan,
  Atanh: atanh,
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Cast: castToInteger,
  Ceil: ceil,
  Celu: celu,
  Clip: clip,
  Concat: concat,
  Conv: conv,
  ConvTranspose: convTranspose,
  Cos: cos,
  Cosh: cosh,
  Dense: dense,
  DepthToSpace: depthToSpace,
  Div: div,
  Dropout: dropout,
  Einsum: einsum,
  Elu: elu,
  Equal: equal,
  Erf: erf,
  Exp: exp,
  Expand: expand,
  Flatten: flatten,
  Floor: floor,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  Gelu: gelu,
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,
  Greater: greater,
  GreaterOrEqual: greaterOrEqual,
  GroupNormalization: groupNormalization,
  HardSigmoid: hardSigmoid,
  HardSwish: hardSwish,
  Identity: identity,
  InstanceNormalization: instanceNormalization,
  IsInf: isInfinite,
  IsNaN: isNan,
  LayerNormalization: layerNormalization,
  LeakyRelu: leakyRelu,
  Less: less,
  LessOrEqual: lessOrEqual,
  Log: log,
  LogSoftmax: logSoftmax,
  LRN: lrn,
  MatMul: matMul,
  Max: max,
  MaxPool: maxPool,
  Mean: mean,
  Min: min,
  Mish: mish,
  Mod: mod,
  Mul: mul,
  Neg: neg,
  Pad: pad,
  Pow: pow,
  PRelu: prelu,
  Reciprocal: reciprocal,
  ReduceL1: reduceL1,
  ReduceL2: reduceL2,
  ReduceMax: reduceMax,
  ReduceMean: reduceMean,
  ReduceMin: reduceMin,
  ReduceSum: reduceSum,
  ReduceSumSquare: reduceSumSquare,
  Relu: relu,
  Replicate: replicate,
  Reroute: reroute,
  Reshape: reshape,
  Resize: resize,
  Scatter: scatter,
  ScatterElements: scatterElements,
  ScatterND: scatterND,
  Round: round,
  Selu: selu,
  Sigmoid: sigmoid,
  Sign: sign,
  Sin: sin,
  Sinh: sinh,
  Slice: slice,
  Softmax: softmax,
  Softplus: softplus,
  Softsign: softsign,
  SpaceToDepth: spaceToDepth,
  Split: split,
  Sqrt: sqrt,
  Squeeze: squeeze,
  Sub: sub,
  Sum: sum,
  Tan: tan,
  Tanh: tanh,
  ThresholdedRelu: thresholdedRelu,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Upsample: upsample,
  Weigh: weigh,
  Where: where,
};

/** The name of an operator of the table. */
export type OpType = keyof typeof table;

/** What each operator's `read` makes of the attributes of all opsets. */
export type OperatorAttributes = { readonly [Op in OpType]: AttributesOf<(typeof table)[Op]> };

type AttributesOf<O> = O extends { read(node: NodeReader): Reading<infer A> } ? A : never;

export const operators: { readonly [Op in OpType]: Operator<OperatorAttributes[Op]> } = table;

/** Whether the table has an operator of this name. */
export function isOpType(name: string): name is OpType {
  return Object.hasOwn(operators, name);
}

/** The operator of a node, which takes that node's attributes. */
export function operatorOf<Op extends OpType>({ op }: { readonly op: Op }): Operator<OperatorAttributes[Op]> {
  return operators[op];
}
