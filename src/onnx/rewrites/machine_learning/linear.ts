import type { NodeReader } from '../../../ops/node_reader.js';
import { type NodeWriter, type RewrittenOperator, scalar } from '../rewrite.js';
import { featuresOf } from './features.js';

/** x W^T + b, with as many rows of W as the attributes have. */
function linear(
  node: NodeReader,
  write: NodeWriter,
): { readonly scores: string; readonly rows: number; readonly weights: readonly number[] } {
  const { name, shape } = node.input(0);
  const features = featuresOf(node);
  const weights = node.floats('coefficients') ?? [];
  const intercepts = node.floats('intercepts') ?? [];
  const rows = weights.length / features;
  if (shape.length !== 2 || !Number.isInteger(rows) || rows < 1 || (intercepts.length > 0 && intercepts.length !== rows)) {
    throw node.error('ml.linear', { shape, coefficients: weights.length, intercepts: intercepts.length });
  }
  const matrix = write.addConstant([rows, features], Float64Array.from(weights));
  const bias = intercepts.length === 0 ? undefined : write.addConstant([rows], Float64Array.from(intercepts));
  return { scores: write.add('Gemm', [name, matrix, bias], { transB: 1 }), rows, weights: [...weights, ...intercepts] };
}

/** What `post_transform` makes of scores. */
function transformed(node: NodeReader, write: NodeWriter, scores: string): string {
  const transform = node.string('post_transform', 'NONE');
  if (transform === 'NONE') return scores;
  if (transform === 'SOFTMAX') return write.add('Softmax', [scores], { axis: 1 });
  if (transform === 'LOGISTIC') return write.add('Sigmoid', [scores]);
  throw node.error('node.choice', { attribute: 'post_transform', value: transform, choices: ['NONE', 'SOFTMAX', 'LOGISTIC'] });
}

/** 1 - p beside p. */
function besideComplement(write: NodeWriter, p: string): string {
  return write.add('Concat', [write.add('Sub', [scalar(write, 1), p]), p], { axis: 1 });
}

/**
 * LinearClassifier: the scores, its second output. The first, the name of the class with the largest score, is left to readers of outputs
 * (src/onnx/outputs/tail.ts). Of one row for two classes onnxruntime makes 1 - p and p; the same is written for two rows of which one is the
 * other with its sign turned, as sklearn's converter writes logistic regression of two classes.
 * https://onnx.ai/onnx/operators/onnx_aionnxml_LinearClassifier.html
 */
export const linearClassifier: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  outputs: 2,
  attributes: ['classlabels_ints', 'classlabels_strings', 'coefficients', 'intercepts', 'post_transform'],
  rewrite(node, write) {
    const { scores, rows, weights } = linear(node, write);
    if (rows === 1) {
      const softmax = node.string('post_transform', 'NONE') === 'SOFTMAX';
      return [undefined, besideComplement(write, softmax ? scores : transformed(node, write, scores))];
    }
    const logistic = node.string('post_transform', 'NONE') === 'LOGISTIC';
    if (rows === 2 && logistic && areOpposites(weights, featuresOf(node))) {
      const second = write.add('Gather', [scores, write.addConstant([1], Float64Array.of(1), 'int')], { axis: 1 });
      return [undefined, besideComplement(write, write.add('Sigmoid', [second]))];
    }
    return [undefined, transformed(node, write, scores)];
  },
};

/** Whether two rows of weights, and then the two intercepts, are each other's opposites. */
function areOpposites(weights: readonly number[], features: number): boolean {
  return weights.every((weight, index) => {
    const partner = index < 2 * features ? (index + features) % (2 * features) : 4 * features + 1 - index;
    return weight + (weights[partner] ?? Number.NaN) === 0;
  });
}

/** LinearRegressor. https://onnx.ai/onnx/operators/onnx_aionnxml_LinearRegressor.html */
export const linearRegressor: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  attributes: ['coefficients', 'intercepts', 'post_transform', 'targets'],
  rewrite(node, write) {
    const { scores } = linear(node, write);
    return [transformed(node, write, scores)];
  },
};
