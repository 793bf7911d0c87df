import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { sizeOf } from '../../../src/tensor/tensor.js';
import { float, floatTensor, intTensor, type NodeDescription, rawTensor } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

const TRUE = rawTensor(DataType.BOOL, [], Uint8Array.of(1));

/** A node of onnxruntime's own domain. */
function microsoft(op: string, inputs: readonly string[], attributes: NodeDescription['attributes'] = {}): NodeDescription {
  return { op, domain: 'com.microsoft', inputs, output: 'y', attributes };
}

const MICROSOFT = { opset: 17, domains: { 'com.microsoft': 1 } };

/** Determinants of matrices that are sums of the image and of weights. */
function determinant(what: string, shape: readonly number[]): RewrittenCase {
  const nodes: NodeDescription[] = [
    { op: 'Add', inputs: ['x', 'w'], output: 'sum' },
    { op: 'Reshape', inputs: ['sum', 'shape'], output: 'matrices' },
    { op: 'Det', inputs: ['matrices'], output: 'y' },
  ];
  const size = sizeOf(shape);
  return rewrittenCase(`Det, ${what}`, [1, size], nodes, { opset: 22, initializers: { w: weights([size], 9), shape: intTensor(shape) } });
}

/** Activations, normalisations and changes of opset 22 and later, and of com.microsoft. */
export const newOperatorCases: readonly RewrittenCase[] = [
  rewrittenCase('Swish, the default', [1, 2, 3], [{ op: 'Swish', inputs: ['x'], output: 'y' }], { opset: 24 }),
  rewrittenCase('Swish, alpha', [1, 2, 3], [{ op: 'Swish', inputs: ['x'], output: 'y', attributes: { alpha: float(-1.5) } }], {
    opset: 24,
  }),
  rewrittenCase(
    'SwiGLU',
    [1, 8],
    [
      { op: 'Split', inputs: ['x'], output: ['a', 'b'], attributes: { axis: 1, num_outputs: 2 } },
      { op: 'SwiGLU', inputs: ['a', 'b'], output: 'y', attributes: { alpha: float(1.25) } },
    ],
    { opset: 28 },
  ),
  determinant('two matrices', [2, 3, 3]),
  determinant('one matrix', [5, 5]),
  rewrittenCase('Erfc of TensorFlow', [1, 2, 3], [{ op: 'Erfc', inputs: ['x'], output: 'y' }], { opset: 15 }),
  rewrittenCase('Expm1 of TensorFlow', [1, 2, 3], [{ op: 'Expm1', inputs: ['x'], output: 'y' }], { opset: 15 }),
  rewrittenCase('RMSNormalization, the default', [1, 3, 4], [{ op: 'RMSNormalization', inputs: ['x', 'scale'], output: 'y' }], {
    opset: 23,
    initializers: { scale: weights([4], 1) },
  }),
  rewrittenCase(
    'RMSNormalization, two axes',
    [1, 3, 4],
    [{ op: 'RMSNormalization', inputs: ['x', 'scale'], output: 'y', attributes: { axis: 1, epsilon: float(0.5) } }],
    { opset: 23, initializers: { scale: weights([3, 1], 1) } },
  ),
  rewrittenCase(
    'SpaceToDepth, CRD, which opset 28 added',
    [1, 2, 2, 4],
    [{ op: 'SpaceToDepth', inputs: ['x'], output: 'y', attributes: { blocksize: 2, mode: 'CRD' } }],
    { opset: 28 },
  ),
  rewrittenCase('Gelu of com.microsoft', [1, 6], [microsoft('Gelu', ['x'])], MICROSOFT),
  rewrittenCase('QuickGelu, the default', [1, 6], [microsoft('QuickGelu', ['x'])], MICROSOFT),
  rewrittenCase('QuickGelu, alpha', [1, 6], [microsoft('QuickGelu', ['x'], { alpha: float(0.75) })], MICROSOFT),
  rewrittenCase('FastGelu', [1, 6], [microsoft('FastGelu', ['x'])], MICROSOFT),
  rewrittenCase('FastGelu with a bias', [1, 2, 3], [microsoft('FastGelu', ['x', 'bias'])], {
    ...MICROSOFT,
    initializers: { bias: weights([3], 2) },
  }),
  rewrittenCase('BiasGelu', [1, 2, 3], [microsoft('BiasGelu', ['x', 'bias'])], { ...MICROSOFT, initializers: { bias: weights([3], 2) } }),
];

/** Nodes in training mode that do nothing with a batch. */
export const trainingCases: readonly RewrittenCase[] = [
  rewrittenCase('Dropout of ratio 0 in training mode', [1, 6], [{ op: 'Dropout', inputs: ['x', 'ratio', 'training'], output: 'y' }], {
    initializers: { ratio: floatTensor([], [0]), training: TRUE },
  }),
  rewrittenCase(
    'BatchNormalization in training mode of a weight',
    [1, 4],
    [
      {
        op: 'BatchNormalization',
        inputs: ['weight', 'scale', 'bias', 'mean', 'variance'],
        output: ['normal', 'running', 'spread'],
        attributes: { training_mode: 1, epsilon: float(0.25), momentum: float(0.75) },
      },
      { op: 'MatMul', inputs: ['x', 'normal'], output: 'product' },
      { op: 'Mul', inputs: ['product', 'running'], output: 'weighed' },
      { op: 'Add', inputs: ['weighed', 'spread'], output: 'y' },
    ],
    {
      opset: 15,
      initializers: {
        weight: weights([4, 3], 3),
        scale: weights([3], 4),
        bias: weights([3], 5),
        mean: weights([3], 6),
        variance: floatTensor([3], [0.5, 1, 2]),
      },
    },
  ),
];
