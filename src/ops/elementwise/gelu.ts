import type { Operator } from '../operator.js';
import { rescaling } from '../shared/rescale.js';
import { type Elementwise, elementwise } from './elementwise.js';
import { complementaryErrorFunction } from './erf.js';
import { logistic } from './sigmoid.js';

export interface GeluAttributes {
  readonly approximate: 'none' | 'tanh';
}

/** y = x F(x) with the normal distribution F(x) = erfc(-x / sqrt(2)) / 2; dx = (F(x) + x e^(-x^2 / 2) / sqrt(2 pi)) dy. */
const exact: Elementwise<GeluAttributes> = {
  since: 20,
  value: (x) => x * distribution(x),
  derivative: (x) => distribution(x) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI),
  kernel: 'gelu',
};

/** y = x (1 + tanh(u)) / 2 = x s(2u) with u = sqrt(2 / pi) (x + 0.044715 x^3); dx = (s(2u) + x s(2u) s(-2u) 2u') dy. */
const byTanh: Elementwise<GeluAttributes> = {
  since: 20,
  value: (x) => x * logistic(twice(x)),
  derivative: (x) => {
    const u = twice(x);
    return logistic(u) + x * logistic(u) * logistic(-u) * SLOPE * (1 + 3 * CUBIC * x * x);
  },
  kernel: 'gelu_tanh',
};

const SLOPE = 2 * Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

function twice(x: number): number {
  return SLOPE * (x + CUBIC * x ** 3);
}

function distribution(x: number): number {
  return complementaryErrorFunction(-x / Math.SQRT2) / 2;
}

const operators = { none: elementwise(exact), tanh: elementwise(byTanh) };

const directions: Required<Pick<Operator<GeluAttributes>, 'backward' | 'lower'>> = {
  backward: (evaluation) => operators[evaluation.attributes.approximate].backward(evaluation),
  lower: (lowering) => operators[lowering.attributes.approximate].lower!(lowering),
};

/**
 * Gelu, exact or with `approximate` "tanh", by the formulas above. Exports up to opset 19 spell it out in Erf or Tanh.
 * https://onnx.ai/onnx/operators/onnx__Gelu.html
 */
export const gelu: Operator<GeluAttributes> = {
  since: 20,
  notes: { note: 'what older exports spell out in Erf becomes one Gelu' },
  read(node) {
    const approximate = node.string('approximate', 'none');
    if (approximate !== 'none' && approximate !== 'tanh') throw node.error('gelu.approximate', { approximate });
    return { attributes: { approximate }, shape: node.input(0).shape, inputs: [0] };
  },
  forward: (evaluation) => operators[evaluation.attributes.approximate].forward(evaluation),
  ...directions,
  rules: { rescale: rescaling(directions) },
};
