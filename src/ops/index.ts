import { abs } from './abs.js';
import { add } from './add.js';
import { affine } from './affine.js';
import { averagePool } from './average_pool.js';
import { batchNormalization } from './batch_normalization.js';
import { celu } from './celu.js';
import { clip } from './clip.js';
import { concat } from './concat.js';
import { conv } from './conv.js';
import { convTranspose } from './conv_transpose.js';
import { dense } from './dense.js';
import { depthToSpace, spaceToDepth } from './depth_to_space.js';
import { div } from './div.js';
import { dropout } from './dropout.js';
import { einsum } from './einsum.js';
import { elu } from './elu.js';
import { erf } from './erf.js';
import { exp } from './exp.js';
import { expand } from './expand.js';
import { max, min } from './extremum.js';
import { flatten } from './flatten.js';
import { gather } from './gather.js';
import { gelu } from './gelu.js';
import { gemm } from './gemm.js';
import { groupNormalization } from './group_normalization.js';
import { hardSigmoid } from './hard_sigmoid.js';
import { hardSwish } from './hard_swish.js';
import { identity } from './identity.js';
import { instanceNormalization } from './instance_normalization.js';
import { layerNormalization } from './layer_normalization.js';
import { leakyRelu } from './leaky_relu.js';
import { lift } from './lift.js';
import { log } from './log.js';
import { lrn } from './lrn.js';
import { matMul } from './matmul.js';
import { globalMaxPool, maxPool } from './max_pool.js';
import { mean } from './mean.js';
import { mish } from './mish.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import type { Operator } from './operator.js';
import { pad } from './pad.js';
import { pow } from './pow.js';
import { prelu } from './prelu.js';
import { reciprocal } from './reciprocal.js';
import { globalAveragePool, reduceL1, reduceL2, reduceMax, reduceMean, reduceMin, reduceSum, reduceSumSquare } from './reduce.js';
import { relu } from './relu.js';
import { reshape } from './reshape.js';
import { resize, upsample } from './resize.js';
import { selu } from './selu.js';
import { sigmoid } from './sigmoid.js';
import { slice } from './slice.js';
import { logSoftmax, softmax } from './softmax.js';
import { softplus } from './softplus.js';
import { softsign } from './softsign.js';
import { split } from './split.js';
import { sqrt } from './sqrt.js';
import { squeeze } from './squeeze.js';
import { sub } from './sub.js';
import { sum } from './sum.js';
import { tanh } from './tanh.js';
import { tile } from './tile.js';
import { transpose } from './transpose.js';
import { unsqueeze } from './unsqueeze.js';
import { where } from './where.js';

/**
 * All operators that can depend on the image, by ONNX name. Operators of shape arithmetic, which are only ever folded, are in
 * shape_arithmetic/index.ts. To add one: a file, a shader for each direction, a line here, a test.
 */
// biome-ignore lint/suspicious/noExplicitAny: every operator has attributes of its own type, known only to its file.
export const operators: Record<string, Operator<any>> = {
  Abs: abs,
  Add: add,
  Affine: affine,
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Celu: celu,
  Clip: clip,
  Concat: concat,
  Conv: conv,
  ConvTranspose: convTranspose,
  Dense: dense,
  DepthToSpace: depthToSpace,
  Div: div,
  Dropout: dropout,
  Einsum: einsum,
  Elu: elu,
  Erf: erf,
  Exp: exp,
  Expand: expand,
  Flatten: flatten,
  Gather: gather,
  Gelu: gelu,
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,
  GroupNormalization: groupNormalization,
  HardSigmoid: hardSigmoid,
  HardSwish: hardSwish,
  Identity: identity,
  InstanceNormalization: instanceNormalization,
  LRN: lrn,
  LayerNormalization: layerNormalization,
  LeakyRelu: leakyRelu,
  Lift: lift,
  Log: log,
  LogSoftmax: logSoftmax,
  MatMul: matMul,
  Max: max,
  MaxPool: maxPool,
  Mean: mean,
  Min: min,
  Mish: mish,
  Mul: mul,
  Neg: neg,
  PRelu: prelu,
  Pad: pad,
  Pow: pow,
  Reciprocal: reciprocal,
  ReduceL1: reduceL1,
  ReduceL2: reduceL2,
  ReduceMax: reduceMax,
  ReduceMean: reduceMean,
  ReduceMin: reduceMin,
  ReduceSum: reduceSum,
  ReduceSumSquare: reduceSumSquare,
  Relu: relu,
  Reshape: reshape,
  Resize: resize,
  Selu: selu,
  Sigmoid: sigmoid,
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
  Tanh: tanh,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Upsample: upsample,
  Where: where,
};
