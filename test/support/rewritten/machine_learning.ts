import { float, type NodeDescription } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase } from './case.js';

/** A model of one node of sklearn's converter. */
function learner(
  name: string,
  op: string,
  shape: readonly number[],
  attributes: NodeDescription['attributes'],
  second = false,
): RewrittenCase {
  const node: NodeDescription = {
    op,
    domain: 'ai.onnx.ml',
    inputs: ['x'],
    output: second ? ['label', 'y'] : 'y',
    ...(attributes && { attributes }),
  };
  return rewrittenCase(name, shape, [node], { domains: { 'ai.onnx.ml': 1 } });
}

const linear = (rows: number, more: NodeDescription['attributes'] = {}) => ({
  coefficients: float(Array.from({ length: 4 * rows }, (_, i) => ((i * 7) % 11) / 8 - 0.5)),
  intercepts: float(Array.from({ length: rows }, (_, i) => i / 4 - 0.25)),
  ...more,
});
const CLASSES = { classlabels_ints: [3, 1, 7] };
const TWO = { classlabels_ints: [0, 1] };
const OPPOSITES = {
  coefficients: float([0.5, -0.25, 1, 0.125, -0.5, 0.25, -1, -0.125]),
  intercepts: float([-0.25, 0.25]),
  ...TWO,
};

/** Operators of ai.onnx.ml that are arithmetic. */
export const learnerCases: readonly RewrittenCase[] = [
  learner('Scaler, a number for each feature', 'Scaler', [1, 3], { offset: float([0.5, -1, 0]), scale: float([2, 0.25, -1]) }),
  learner('Scaler, one number', 'Scaler', [1, 3], { offset: float([0.5]), scale: float([2]) }),
  ...['MAX', 'L1', 'L2'].map((norm) => learner(`Normalizer, ${norm}`, 'Normalizer', [1, 5], { norm })),
  learner('Imputer of NaN', 'Imputer', [1, 3], { imputed_value_floats: float([1, 2, 3]), replaced_value_float: float(Number.NaN) }),
  rewrittenCase(
    'Binarizer',
    [1, 5],
    [
      { op: 'Binarizer', domain: 'ai.onnx.ml', inputs: ['x'], output: 'b', attributes: { threshold: float(-0.25) } },
      { op: 'Mul', inputs: ['b', 'x'], output: 'y' },
    ],
    { domains: { 'ai.onnx.ml': 1 } },
  ),
  learner('FeatureVectorizer of one input', 'FeatureVectorizer', [1, 3], { inputdimensions: [3] }),
  ...['NONE', 'SOFTMAX', 'LOGISTIC'].map((post_transform) =>
    learner(`LinearClassifier, ${post_transform}`, 'LinearClassifier', [1, 4], linear(3, { ...CLASSES, post_transform }), true),
  ),
  ...['NONE', 'SOFTMAX', 'LOGISTIC'].map((post_transform) =>
    learner(`LinearClassifier of one row, ${post_transform}`, 'LinearClassifier', [1, 4], linear(1, { ...TWO, post_transform }), true),
  ),
  learner('LinearClassifier of opposites', 'LinearClassifier', [1, 4], { ...OPPOSITES, post_transform: 'LOGISTIC' }, true),
  learner('LinearRegressor', 'LinearRegressor', [1, 4], linear(2, { targets: 2 })),
];
