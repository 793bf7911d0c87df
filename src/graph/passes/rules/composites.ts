import type { OpType } from '../../../ops/index.js';
import type { LinearRule } from './linear_rules.js';

/**
 * Which rule of layer-wise relevance propagation is for which layer, as data. Bach et al.: On pixel-wise explanations for non-linear classifier decisions by
 * layer-wise relevance propagation, 2015 (doi:10.1371/journal.pone.0130140); Montavon et al.: Layer-wise relevance propagation: an overview, 2019. The
 * composites are those of zennit 0.5.1 with these names (Anders et al., 2021, arXiv:2106.13200), and `epsilon`, the epsilon rule everywhere.
 */

/** What a rule is chosen by. */
export type LayerType = 'convolution' | 'dense' | 'sum' | 'average' | 'activation' | 'affine' | 'norm' | 'softmax' | 'product';

/** What a node does with the relevance of its output. */
export type LayerRule =
  /** The input has it all, element by element. */
  | { readonly kind: 'pass' }
  /** Every input has what it contributed, x_i w_ij / (z_j + epsilon sign z_j), times `factor`: the node itself is linear in each. */
  | { readonly kind: 'contributions'; readonly epsilon: number; readonly factor: number }
  /** By other weights. */
  | { readonly kind: 'weights'; readonly rule: LinearRule };

export interface Composite {
  readonly layers: { readonly [Type in LayerType]?: LayerRule };
  /** For the first layer of these types. */
  readonly first?: { readonly types: readonly LayerType[]; readonly rule: LinearRule };
}

export const COMPOSITES = ['epsilon', 'epsilon-plus', 'epsilon-plus-flat', 'epsilon-gamma-box', 'epsilon-alpha2-beta1'] as const;
/**
 * One of COMPOSITES.
 *
 * @example const composite: CompositeName = 'epsilon-plus';
 */
export type CompositeName = (typeof COMPOSITES)[number];

/** Keeps denominators away from 0 in all rules but the epsilon rule, which has its own. */
const STABILISER = 1e-6;

const contributions = (epsilon: number, factor = 1): LayerRule => ({ kind: 'contributions', epsilon, factor });
const byWeights = (rule: LinearRule): LayerRule => ({ kind: 'weights', rule });
const PASS: LayerRule = { kind: 'pass' };

/** Softmax, normalisations and products of two values have no rule here, as in zennit. */
export function compositeOf(options: { readonly composite: CompositeName; readonly epsilon: number; readonly gamma: number }): Composite {
  const { composite, epsilon, gamma } = options;
  const ofConvolutions = (convolution: LayerRule): Composite['layers'] => ({
    convolution,
    dense: contributions(epsilon),
    sum: contributions(STABILISER),
    average: contributions(STABILISER),
    activation: PASS,
    affine: PASS,
  });
  const plus = byWeights({ kind: 'z-plus', epsilon: STABILISER });
  switch (composite) {
    case 'epsilon':
      return { layers: ofConvolutions(contributions(epsilon)) };
    case 'epsilon-plus':
      return { layers: ofConvolutions(plus) };
    case 'epsilon-plus-flat':
      return { layers: ofConvolutions(plus), first: { types: ['convolution', 'dense'], rule: { kind: 'flat', epsilon: STABILISER } } };
    case 'epsilon-gamma-box':
      return {
        layers: ofConvolutions(byWeights({ kind: 'gamma', gamma, epsilon: STABILISER })),
        first: { types: ['convolution'], rule: { kind: 'z-box', epsilon: STABILISER } },
      };
    case 'epsilon-alpha2-beta1':
      return { layers: ofConvolutions(byWeights({ kind: 'alpha-beta', alpha: 2, beta: 1, epsilon: STABILISER })) };
  }
}

/**
 * AttnLRP. Achtibat et al.: AttnLRP: attention-aware layer-wise relevance propagation for transformers, 2024 (arXiv:2402.05602). Proposition 3.1: a softmax s
 * of x gives x_i (R_i - s_i sum_j R_j), which is x_i times its derivative at the cotangent R / s. Proposition 3.3: each factor of a product has half of what
 * it contributed. Proposition 3.4: a normalisation passes relevance on as it is.
 */
export function attentionComposite(epsilon: number): Composite {
  return {
    layers: {
      convolution: contributions(epsilon),
      dense: contributions(epsilon),
      sum: contributions(epsilon),
      average: contributions(epsilon),
      activation: PASS,
      affine: PASS,
      norm: PASS,
      softmax: contributions(0),
      product: contributions(epsilon, 1 / 2),
    },
  };
}

/** The types of operators of canonical graphs. One that is linear and is not here moves elements, and so does its derivative with relevance. */
export const LAYER_TYPES: { readonly [Op in OpType]?: LayerType } = {
  Conv: 'convolution',
  ConvTranspose: 'convolution',
  Dense: 'dense',
  Add: 'sum',
  Sub: 'sum',
  AveragePool: 'average',
  GlobalAveragePool: 'average',
  ReduceMean: 'average',
  ReduceSum: 'average',
  Affine: 'affine',
  MatMul: 'product',
  Mul: 'product',
  Softmax: 'softmax',
  LayerNormalization: 'norm',
  GroupNormalization: 'norm',
  InstanceNormalization: 'norm',
  Celu: 'activation',
  Clip: 'activation',
  Elu: 'activation',
  Gelu: 'activation',
  HardSigmoid: 'activation',
  HardSwish: 'activation',
  LeakyRelu: 'activation',
  Mish: 'activation',
  PRelu: 'activation',
  Relu: 'activation',
  Selu: 'activation',
  Sigmoid: 'activation',
  Softplus: 'activation',
  Softsign: 'activation',
  Tanh: 'activation',
  ThresholdedRelu: 'activation',
};

/** Their derivative gives all relevance to the inputs that they took. */
export const WINNERS: readonly OpType[] = ['GlobalMaxPool', 'Max', 'MaxPool', 'Min', 'ReduceMax', 'ReduceMin'];
