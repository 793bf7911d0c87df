import { inputName, type NodeWriter, type RewrittenOperator, scalar, scaled } from './rewrite.js';

/** x s(alpha x) with the logistic function s. */
export function swish(write: NodeWriter, x: string, alpha: number): string {
  return write.add('Mul', [x, write.add('Sigmoid', [scaled(write, x, alpha)])]);
}

/** x + bias, where there is a bias. */
export function biased(write: NodeWriter, x: string, bias: string | undefined): string {
  return bias === undefined ? x : write.add('Add', [x, bias]);
}

/** Swish: x s(alpha x). https://onnx.ai/onnx/operators/onnx__Swish.html */
export const swishOperator: RewrittenOperator = {
  since: 24,
  inputs: [1, 1],
  attributes: ['alpha'],
  rewrite: (node, write) => [swish(write, node.input(0).name, node.float('alpha', 1))],
};

/** SwiGLU: b times Swish of a. https://onnx.ai/onnx/operators/onnx__SwiGLU.html */
export const swiGlu: RewrittenOperator = {
  since: 28,
  inputs: [2, 2],
  attributes: ['alpha'],
  rewrite(node, write) {
    const gate = swish(write, node.input(0).name, node.float('alpha', 1));
    return [write.add('Mul', [gate, node.input(1).name])];
  },
};

/** Erfc: 1 - erf(x). TensorFlow's, which tf2onnx, and so Keras, leaves in files for an exact Gelu. */
export const complementaryErf: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  notes: { note: "TensorFlow's, as Keras exports its Gelu" },
  rewrite: (node, write) => [write.add('Sub', [scalar(write, 1), write.add('Erf', [node.input(0).name])])],
};

/** Expm1: e^x - 1. TensorFlow's, which tf2onnx leaves in files for Keras' celu. */
export const exponentialLessOne: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  notes: { note: "TensorFlow's, as Keras exports its celu" },
  rewrite: (node, write) => [write.add('Sub', [write.add('Exp', [node.input(0).name]), scalar(write, 1)])],
};

/** Gelu of x, or of x + bias (BiasGelu, FastGelu). */
function gelu(approximate: 'none' | 'tanh', mostInputs: number): RewrittenOperator {
  return {
    since: 1,
    inputs: [1, mostInputs],
    rewrite: (node, write) => [write.add('Gelu', [biased(write, node.input(0).name, inputName(node, 1))], { approximate })],
  };
}

/** https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.Gelu */
export const microsoftGelu = gelu('none', 1);
export const biasGelu = gelu('none', 2);
export const fastGelu = gelu('tanh', 2);

/** QuickGelu: x s(alpha x). https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QuickGelu */
export const quickGelu: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  attributes: ['alpha'],
  rewrite: (node, write) => [swish(write, node.input(0).name, node.float('alpha', 1.702))],
};
