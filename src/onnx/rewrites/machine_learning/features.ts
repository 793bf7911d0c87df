import type { NodeReader } from '../../../ops/node_reader.js';
import { TensorProto_DataType as DataType } from '../../onnx_pb.js';
import { type NodeWriter, type RewrittenOperator, scalar } from '../rewrite.js';

// Operators of ai.onnx.ml that make features of features. One image has one row of them.

/** The number of features: the size of the last axis. */
export function featuresOf(node: NodeReader): number {
  return node.input(0).shape.at(-1) ?? 1;
}

/** An attribute with one number for all features, or one for each, as a constant. */
function perFeature(node: NodeReader, write: NodeWriter, attribute: string): string | undefined {
  const values = node.floats(attribute) ?? [];
  const features = featuresOf(node);
  if (values.length === 0) return undefined;
  if (values.length !== 1 && values.length !== features) {
    throw node.error('ml.per-feature', { attribute, numbers: values.length, features });
  }
  return write.addConstant([values.length], Float64Array.from(values));
}

/** Scaler: (x - offset) scale. https://onnx.ai/onnx/operators/onnx_aionnxml_Scaler.html */
export const scaler: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  attributes: ['offset', 'scale'],
  rewrite(node, write) {
    const x = node.input(0).name;
    const [offset, scale] = [perFeature(node, write, 'offset'), perFeature(node, write, 'scale')];
    const moved = offset === undefined ? x : write.add('Sub', [x, offset]);
    return [scale === undefined ? moved : write.add('Mul', [moved, scale])];
  },
};

const NORMS: Readonly<Record<string, string>> = { L1: 'ReduceL1', L2: 'ReduceL2', MAX: 'ReduceMax' };

/**
 * Normalizer: x divided by its norm, or by its largest element (MAX). Zeros, whose norm is 0, stay zeros, as in onnxruntime.
 * https://onnx.ai/onnx/operators/onnx_aionnxml_Normalizer.html
 */
export const normalizer: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  attributes: ['norm'],
  rewrite(node, write) {
    const x = node.input(0).name;
    const norm = node.string('norm', 'MAX');
    const reduce = Object.hasOwn(NORMS, norm) ? NORMS[norm] : undefined;
    if (reduce === undefined) throw node.error('node.choice', { attribute: 'norm', value: norm, choices: Object.keys(NORMS) });
    const length = write.add(reduce, [x, write.addConstant([1], Float64Array.of(-1), 'int')]);
    const isZero = write.add('Cast', [write.add('Equal', [length, scalar(write, 0)])], { to: DataType.FLOAT });
    return [write.add('Div', [x, write.add('Add', [length, isZero])])];
  },
};

/**
 * Imputer: one number is replaced, feature by feature. NaN, which no picture holds, is not looked for.
 * https://onnx.ai/onnx/operators/onnx_aionnxml_Imputer.html
 */
export const imputer: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  attributes: ['imputed_value_floats', 'replaced_value_float'],
  rewrite(node, write) {
    const x = node.input(0).name;
    const replaced = node.has('replaced_value_float') ? node.number('replaced_value_float') : 0;
    const imputed = perFeature(node, write, 'imputed_value_floats');
    if (Number.isNaN(replaced) || imputed === undefined) return [x];
    return [write.add('Where', [write.add('Equal', [x, scalar(write, replaced)]), imputed, x])];
  },
};

/** Binarizer: 1 above the threshold, else 0. https://onnx.ai/onnx/operators/onnx_aionnxml_Binarizer.html */
export const binarizer: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  attributes: ['threshold'],
  rewrite(node, write) {
    const above = write.add('Greater', [node.input(0).name, scalar(write, node.float('threshold', 0))]);
    return [write.add('Cast', [above], { to: DataType.FLOAT })];
  },
};

/** ArrayFeatureExtractor: the features of these numbers. https://onnx.ai/onnx/operators/onnx_aionnxml_ArrayFeatureExtractor.html */
export const arrayFeatureExtractor: RewrittenOperator = {
  since: 1,
  inputs: [2, 2],
  rewrite(node, write) {
    const { name, shape } = node.input(0);
    const indices = node.constant(1);
    const flat = write.addConstant([indices.data.length], indices.data, 'int');
    const chosen = write.add('Gather', [name, flat], { axis: shape.length - 1 });
    return [shape.length === 1 ? write.add('Reshape', [chosen, write.addConstant([2], Float64Array.of(1, -1), 'int')]) : chosen];
  },
};

/** FeatureVectorizer: rows of features, joined. https://onnx.ai/onnx/operators/onnx_aionnxml_FeatureVectorizer.html */
export const featureVectorizer: RewrittenOperator = {
  since: 1,
  inputs: [1, Number.POSITIVE_INFINITY],
  rewrite: (node, write) => [
    write.add(
      'Concat',
      node.inputs.map((input) => input?.name),
      { axis: 1 },
    ),
  ],
};
