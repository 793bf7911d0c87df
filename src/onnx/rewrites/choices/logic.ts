import { falsehood, type RewrittenOperator } from '../rewrite.js';

/* Booleans of the image are numbers, 0 and 1, which comparisons make. No gradient flows to them. */

/** And: min(a, b). https://onnx.ai/onnx/operators/onnx__And.html */
export const and: RewrittenOperator = {
  since: 1,
  inputs: [2, 2],
  rewrite: (node, write) => [write.add('Min', [node.input(0).name, node.input(1).name])],
};

/** Or: max(a, b). https://onnx.ai/onnx/operators/onnx__Or.html */
export const or: RewrittenOperator = {
  since: 1,
  inputs: [2, 2],
  rewrite: (node, write) => [write.add('Max', [node.input(0).name, node.input(1).name])],
};

/** Xor: whether a and b differ. https://onnx.ai/onnx/operators/onnx__Xor.html */
export const xor: RewrittenOperator = {
  since: 1,
  inputs: [2, 2],
  rewrite: (node, write) => [falsehood(write, write.add('Equal', [node.input(0).name, node.input(1).name]))],
};

/** Not: whether x is 0. https://onnx.ai/onnx/operators/onnx__Not.html */
export const not: RewrittenOperator = { since: 1, inputs: [1, 1], rewrite: (node, write) => [falsehood(write, node.input(0).name)] };
