import {
  biasGelu,
  complementaryErf,
  exponentialLessOne,
  fastGelu,
  microsoftGelu,
  quickGelu,
  swiGlu,
  swishOperator,
} from './activations.js';
import { attention } from './attention/attention.js';
import { microsoftRotaryEmbedding, rotaryEmbeddingOperator } from './attention/rotary_embedding.js';
import { argMax, argMin, hardmax } from './choices/arg_extremum.js';
import { castLike, castToBoolean, quotientOfIntegers } from './choices/cast.js';
import { gatherByComputed, gatherElementsByComputed, gatherNDByComputed, scatterElementsByComputed } from './choices/computed_indices.js';
import { eyeLike } from './choices/eye_like.js';
import { and, not, or, xor } from './choices/logic.js';
import { oneHot, trilu } from './choices/one_hot.js';
import { reluOfThreshold, shrink } from './choices/shrink.js';
import { topK } from './choices/top_k.js';
import { ifOnConstant, loopOfConstantLength } from './control_flow.js';
import { einsumInSteps } from './einsum.js';
import { discreteFourierTransform } from './fourier.js';
import { arrayFeatureExtractor, binarizer, featureVectorizer, imputer, normalizer, scaler } from './machine_learning/features.js';
import { linearClassifier, linearRegressor } from './machine_learning/linear.js';
import { microsoftAttention, multiHeadAttention } from './microsoft/attention.js';
import {
  fusedConv,
  fusedGemm,
  fusedMatMul,
  nhwcAveragePool,
  nhwcConv,
  nhwcFusedConv,
  nhwcGlobalAveragePool,
  nhwcGlobalMaxPool,
  nhwcMaxPool,
} from './microsoft/fused.js';
import { simplifiedLayerNormalization, skipLayerNormalization, skipSimplifiedLayerNormalization } from './microsoft/normalization.js';
import { batchNormalizationOfConstant, rmsNormalization } from './normalization.js';
import { convolutionOfComputedBias } from './parameters/convolution.js';
import { clipOfComputedBounds, dropoutWithMask, padOfComputedValue } from './parameters/elements.js';
import { batchNormalizationInSteps, layerNormalizationInSteps, planeNormalizationInSteps } from './parameters/normalization.js';
import { microsoftQuantisedOperators, quantisedOperators } from './quantised/index.js';
import { gru, lstm, rnn } from './recurrent/cells.js';
import { cumSum } from './reductions/cumulative_sum.js';
import { det } from './reductions/determinant.js';
import { reduceLogSum, reduceLogSumExp, reduceProd } from './reductions/logarithms.js';
import { globalLpPool, lpNormalization, lpPool, meanVarianceNormalization } from './reductions/norms.js';
import { reverseSequence } from './reverse_sequence.js';
import type { Rewrite, RewrittenOperator } from './rewrite.js';
import { affineGrid } from './sampling/affine_grid.js';
import { deformConv } from './sampling/deformable_convolution.js';
import { gridSample } from './sampling/grid_sample.js';
import { extrapolatedResize } from './sampling/resize.js';
import { scanOfConstantLength } from './scan.js';
import { reducedScatter } from './scatter.js';
import {
  concatFromSequence,
  sequenceConstruct,
  sequenceElement,
  sequenceErase,
  sequenceInsert,
  sequenceLength,
  splitToSequence,
} from './sequences.js';
import { col2Im } from './windows/col2im.js';
import { dynamicConvolution } from './windows/dynamic_convolution.js';
import { maxPoolWithPlaces, maxUnpool } from './windows/max_places.js';
import { convolutionOfOtherAxes, poolOfOtherAxes } from './windows/other_axes.js';
import { stackedConvolution } from './windows/stacked_convolution.js';
import { transposedConvolution } from './windows/transposed_convolution.js';

/** Operators that others say, by domain and name. A new one is a function, a line here, and a test with right values. */
export const rewrittenOperators = {
  '': {
    AffineGrid: affineGrid,
    Attention: attention,
    RotaryEmbedding: rotaryEmbeddingOperator,
    SimplifiedLayerNormalization: simplifiedLayerNormalization,
    And: and,
    ArgMax: argMax,
    ArgMin: argMin,
    CastLike: castLike,
    Col2Im: col2Im,
    ConcatFromSequence: concatFromSequence,
    CumSum: cumSum,
    DeformConv: deformConv,
    Det: det,
    DFT: discreteFourierTransform,
    Erfc: complementaryErf,
    Expm1: exponentialLessOne,
    EyeLike: eyeLike,
    GlobalLpPool: globalLpPool,
    GridSample: gridSample,
    Hardmax: hardmax,
    GRU: gru,
    If: ifOnConstant,
    LSTM: lstm,
    Loop: loopOfConstantLength,
    LpNormalization: lpNormalization,
    LpPool: { ...lpPool, rewrite: firstOf(poolOfOtherAxes, lpPool.rewrite) },
    MaxUnpool: maxUnpool,
    MeanVarianceNormalization: meanVarianceNormalization,
    Not: not,
    OneHot: oneHot,
    Or: or,
    ReduceLogSum: reduceLogSum,
    ReduceLogSumExp: reduceLogSumExp,
    ReduceProd: reduceProd,
    ReverseSequence: reverseSequence,
    RMSNormalization: rmsNormalization,
    RNN: rnn,
    SequenceAt: sequenceElement,
    SequenceConstruct: sequenceConstruct,
    SequenceEmpty: { ...sequenceConstruct, inputs: [0, 0] },
    SequenceErase: sequenceErase,
    SequenceInsert: sequenceInsert,
    SequenceLength: sequenceLength,
    Scan: scanOfConstantLength,
    Shrink: shrink,
    SplitToSequence: splitToSequence,
    SwiGLU: swiGlu,
    Swish: swishOperator,
    TopK: topK,
    Trilu: trilu,
    Xor: xor,
    ...quantisedOperators,
  },
  'ai.onnx.ml': {
    ArrayFeatureExtractor: arrayFeatureExtractor,
    Binarizer: binarizer,
    FeatureVectorizer: featureVectorizer,
    Imputer: imputer,
    LinearClassifier: linearClassifier,
    LinearRegressor: linearRegressor,
    Normalizer: normalizer,
    Scaler: scaler,
  },
  'com.microsoft': {
    BiasGelu: biasGelu,
    FastGelu: fastGelu,
    Gelu: microsoftGelu,
    QuickGelu: quickGelu,
    Attention: microsoftAttention,
    FusedConv: fusedConv,
    FusedGemm: fusedGemm,
    FusedMatMul: fusedMatMul,
    MultiHeadAttention: multiHeadAttention,
    NhwcFusedConv: nhwcFusedConv,
    NhwcMaxPool: nhwcMaxPool,
    RotaryEmbedding: microsoftRotaryEmbedding,
    SimplifiedLayerNormalization: simplifiedLayerNormalization,
    SkipLayerNormalization: skipLayerNormalization,
    SkipSimplifiedLayerNormalization: skipSimplifiedLayerNormalization,
    TransposeMatMul: fusedMatMul,
    ...microsoftQuantisedOperators,
  },
  'com.ms.internal.nhwc': {
    AveragePool: nhwcAveragePool,
    Conv: nhwcConv,
    GlobalAveragePool: nhwcGlobalAveragePool,
    GlobalMaxPool: nhwcGlobalMaxPool,
    MaxPool: nhwcMaxPool,
  },
} satisfies Readonly<Record<string, Readonly<Record<string, RewrittenOperator>>>>;

/** Standard operators of the table (src/ops/index.ts) of which some nodes are said by others. */
const partly: Readonly<Record<string, Rewrite>> = {
  AveragePool: poolOfOtherAxes,
  BatchNormalization: firstOf(batchNormalizationOfConstant, batchNormalizationInSteps),
  Cast: castToBoolean,
  Clip: clipOfComputedBounds,
  Conv: firstOf(convolutionOfComputedBias, convolutionOfOtherAxes, dynamicConvolution, stackedConvolution),
  ConvTranspose: firstOf(convolutionOfComputedBias, convolutionOfOtherAxes, transposedConvolution, stackedConvolution),
  Div: quotientOfIntegers,
  Dropout: dropoutWithMask,
  Einsum: einsumInSteps,
  Gather: gatherByComputed,
  GatherElements: gatherElementsByComputed,
  GatherND: gatherNDByComputed,
  GroupNormalization: planeNormalizationInSteps,
  InstanceNormalization: planeNormalizationInSteps,
  LayerNormalization: layerNormalizationInSteps,
  MaxPool: firstOf(maxPoolWithPlaces, poolOfOtherAxes),
  Pad: padOfComputedValue,
  Resize: extrapolatedResize,
  ScatterElements: firstOf(scatterElementsByComputed, reducedScatter),
  ScatterND: reducedScatter,
  ThresholdedRelu: reluOfThreshold,
};

/** The operator of this domain and name, if others say it. The standard domain is the empty one. */
export function rewrittenOperator(domain: string, op: string): RewrittenOperator | undefined {
  const all: Readonly<Record<string, Readonly<Record<string, RewrittenOperator>>>> = rewrittenOperators;
  const ofDomain = Object.hasOwn(all, domain) ? all[domain] : undefined;
  return ofDomain && Object.hasOwn(ofDomain, op) ? ofDomain[op] : undefined;
}

/** What may rewrite a node of this domain and operator. */
export function rewriteOf(domain: string, op: string): Rewrite | undefined {
  const some = domain === '' && Object.hasOwn(partly, op) ? partly[op] : undefined;
  const all = rewrittenOperator(domain, op)?.rewrite;
  return some && all ? firstOf(some, all) : (some ?? all);
}

/** The names of all operators that others say, those of other domains with their domain. */
export function rewrittenNames(): string[] {
  return Object.entries(rewrittenOperators).flatMap(([domain, ops]) =>
    Object.keys(ops).map((op) => (domain === '' ? op : `${domain}.${op}`)),
  );
}

/** The first of several rewrites that does not leave a node as it is. What it writes is rewritten in turn. */
function firstOf(...rewrites: readonly Rewrite[]): Rewrite {
  return (node, write) => {
    for (const rewrite of rewrites) {
      const values = rewrite(node, write);
      if (values !== undefined) return values;
    }
    return undefined;
  };
}
