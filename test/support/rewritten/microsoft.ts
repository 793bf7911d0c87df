import { sizeOf } from '../../../src/tensor/tensor.js';
import { float, intTensor, type ModelDescription, type NodeDescription } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

/** A node of this operator on the image in this shape, and constants. */
function fused(
  what: string,
  op: string,
  shape: readonly number[],
  attributes: NonNullable<NodeDescription['attributes']>,
  constants: NonNullable<ModelDescription['initializers']>,
  inputs: readonly string[] = ['shaped', ...Object.keys(constants)],
): RewrittenCase {
  const nodes: NodeDescription[] = [
    { op: 'Reshape', inputs: ['x', 'shape'], output: 'shaped' },
    { op, domain: 'com.microsoft', inputs, output: 'y', attributes },
  ];
  const initializers = { ...constants, shape: intTensor(shape) };
  return rewrittenCase(`com.microsoft.${op}, ${what}`, [1, sizeOf(shape)], nodes, {
    opset: 17,
    domains: { 'com.microsoft': 1 },
    initializers,
  });
}

const filters = { w: weights([4, 1, 2, 2], 1), b: weights([4], 2) };

export const microsoftCases: readonly RewrittenCase[] = [
  fused(
    'Relu, all attributes',
    'FusedConv',
    [1, 2, 4, 3],
    { activation: 'Relu', group: 2, strides: [2, 1], pads: [1, 0, 0, 1], dilations: [1, 2] },
    filters,
  ),
  fused(
    'plus z, without a function',
    'FusedConv',
    [1, 2, 2, 2],
    {},
    { w: weights([2, 2, 1, 1], 1), b: weights([2], 2), z: weights([1, 2, 2, 2], 3) },
  ),
  ...(
    [
      ['LeakyRelu', [0.3]],
      ['Clip', [-0.25, 0.75]],
      ['HardSigmoid', [0.3, 0.4]],
      ['Tanh', []],
    ] as const
  ).map(([activation, parameters]) =>
    fused(
      activation,
      'FusedConv',
      [1, 2, 2, 2],
      { activation, ...(parameters.length > 0 && { activation_params: float(parameters) }) },
      { w: weights([2, 2, 1, 1], 1) },
    ),
  ),
  fused(
    'LeakyRelu',
    'FusedGemm',
    [3, 2],
    { activation: 'LeakyRelu', activation_alpha: float(0.2), alpha: float(0.5), beta: float(2), transA: 1, transB: 1 },
    { w: weights([4, 3], 3), c: weights([4], 4) },
  ),
  fused('both turned, a factor', 'FusedMatMul', [2, 3, 4], { transA: 1, transB: 1, alpha: float(0.5) }, { b: weights([2, 5, 3], 5) }),
  fused('batches turned', 'FusedMatMul', [4, 2, 3], { transBatchA: 1, transBatchB: 1 }, { b: weights([3, 2, 5], 6) }),
  fused('batches and matrices turned', 'FusedMatMul', [3, 2, 4], { transBatchA: 1, transA: 1 }, { b: weights([2, 3, 5], 6) }),
  fused(
    'all inputs',
    'SkipLayerNormalization',
    [1, 3, 4],
    { epsilon: float(0.125) },
    {
      skip: weights([1, 3, 4], 7),
      gamma: weights([4], 8),
      beta: weights([4], 9),
      bias: weights([4], 10),
    },
  ),
  fused('the least inputs', 'SkipLayerNormalization', [1, 3, 4], {}, { skip: weights([1, 3, 4], 7), gamma: weights([4], 8) }),
  fused(
    'a bias',
    'SkipSimplifiedLayerNormalization',
    [1, 3, 4],
    { epsilon: float(0.125) },
    {
      skip: weights([1, 3, 4], 7),
      gamma: weights([4], 8),
      bias: weights([4], 10),
    },
  ),
  rewrittenCase(
    'SimplifiedLayerNormalization of the standard domain',
    [1, 3, 4],
    [{ op: 'SimplifiedLayerNormalization', inputs: ['x', 'scale'], output: 'y', attributes: { axis: -1, epsilon: float(0.25) } }],
    { opset: 17, initializers: { scale: weights([4], 8) } },
  ),
  // Channels last. The values are those of the same nodes with channels first, between transpositions.
  fused(
    'plus z, Relu',
    'NhwcFusedConv',
    [1, 4, 3, 2],
    { activation: 'Relu', strides: [2, 1], pads: [1, 0, 0, 1] },
    { w: weights([4, 2, 2, 2], 11), b: weights([4], 2), z: weights([1, 2, 3, 4], 12) },
  ),
  ...(
    [
      ['Conv', { pads: [1, 0, 1, 0] }, { w: weights([3, 2, 2, 2], 13), b: weights([3], 14) }],
      ['MaxPool', { kernel_shape: [2, 2], strides: [2, 1], ceil_mode: 1 }, {}],
      ['AveragePool', { kernel_shape: [2, 2], pads: [1, 0, 0, 0], count_include_pad: 1 }, {}],
      ['GlobalAveragePool', {}, {}],
      ['GlobalMaxPool', {}, {}],
    ] as const
  ).map(([op, attributes, constants]) => channelsLast(op, attributes, constants)),
];

function channelsLast(
  op: string,
  attributes: NonNullable<NodeDescription['attributes']>,
  constants: NonNullable<ModelDescription['initializers']>,
): RewrittenCase {
  const domain = 'com.ms.internal.nhwc';
  const nodes = [{ op, domain, inputs: ['x', ...Object.keys(constants)], output: 'y', attributes }];
  return rewrittenCase(`${domain}.${op}`, [1, 3, 4, 2], nodes, { opset: 17, domains: { [domain]: 17 }, initializers: constants });
}
