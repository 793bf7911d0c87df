import type { NodeReader } from '../../../ops/node_reader.js';
import { type NodeWriter, scalar, scaled } from '../rewrite.js';

/** A function of elements within a recurrent operator. */
export type Activation = (write: NodeWriter, x: string) => string;

/** A function that may have parameters, with their values where the node gives none. */
interface Parametric {
  readonly alpha?: number;
  readonly beta?: number;
  apply(write: NodeWriter, x: string, alpha: number, beta: number): string;
}

const plain = (op: string): Parametric => ({ apply: (write, x) => write.add(op, [x]) });
const withAlpha = (op: string, alpha: number): Parametric => ({
  alpha,
  apply: (write, x, a) => write.add(op, [x], { alpha: { float: a } }),
});

/** https://onnx.ai/onnx/operators/onnx__LSTM.html lists them. */
const FUNCTIONS: Readonly<Record<string, Parametric>> = {
  affine: { alpha: 1, beta: 0, apply: (write, x, a, b) => write.add('Add', [scaled(write, x, a), scalar(write, b)]) },
  elu: withAlpha('Elu', 1),
  hardsigmoid: {
    alpha: 0.2,
    beta: 0.5,
    apply: (write, x, a, b) => write.add('HardSigmoid', [x], { alpha: { float: a }, beta: { float: b } }),
  },
  leakyrelu: withAlpha('LeakyRelu', 0.01),
  relu: plain('Relu'),
  scaledtanh: { alpha: 1, beta: 1, apply: (write, x, a, b) => scaled(write, write.add('Tanh', [scaled(write, x, b)]), a) },
  sigmoid: plain('Sigmoid'),
  softplus: plain('Softplus'),
  softsign: plain('Softsign'),
  tanh: plain('Tanh'),
  thresholdedrelu: withAlpha('ThresholdedRelu', 1),
};

/**
 * The activations of all directions of a node, `defaults` for each where it names none. Its lists of parameters have one for each function that
 * takes one, in order. What `clip` bounds is what the first `gates` functions of a direction take, as in onnxruntime: not the state of an LSTM.
 */
export function readActivations(node: NodeReader, directions: number, defaults: readonly string[], gates: number): Activation[][] {
  const names = node.strings('activations') ?? Array.from({ length: directions }, () => defaults).flat();
  if (names.length !== directions * defaults.length) {
    throw node.error('recurrent.activations', { names, wanted: directions * defaults.length });
  }
  const [alphas, betas] = [node.floats('activation_alpha') ?? [], node.floats('activation_beta') ?? []];
  const limit = node.float('clip', 0);
  const all = names.map((name, position): Activation => {
    const key = name.toLowerCase();
    const found = Object.hasOwn(FUNCTIONS, key) ? FUNCTIONS[key] : undefined;
    if (found === undefined) throw node.error('node.known', { attribute: 'activations', value: name, known: Object.keys(FUNCTIONS) });
    const alpha = found.alpha === undefined ? 0 : (alphas.shift() ?? found.alpha);
    const beta = found.beta === undefined ? 0 : (betas.shift() ?? found.beta);
    return (write, x) => found.apply(write, limit > 0 && position % defaults.length < gates ? clipped(write, x, limit) : x, alpha, beta);
  });
  return Array.from({ length: directions }, (_, d) => all.slice(d * defaults.length, (d + 1) * defaults.length));
}

function clipped(write: NodeWriter, x: string, limit: number): string {
  return write.add('Clip', [x, scalar(write, -limit), scalar(write, limit)]);
}
