import { expect, test } from 'vitest';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel, float, type ModelDescription, type NodeDescription } from '../../support/onnx_builder.js';
import { weights } from '../../support/rewritten/case.js';

/** A model of one node "n" from "x". */
function model(
  node: Omit<NodeDescription, 'output' | 'name'>,
  shape: readonly number[],
  more: Pick<ModelDescription, 'initializers' | 'domains'> = {},
): Uint8Array {
  return buildModel({ opset: 24, inputs: { x: shape }, outputs: ['y'], nodes: [{ ...node, name: 'n', output: 'y' }], ...more });
}

const lstm = (attributes: NonNullable<NodeDescription['attributes']>, rows = 8) =>
  model({ op: 'LSTM', inputs: ['x', 'w', 'r'], attributes }, [1, 3, 2], {
    initializers: { w: weights([1, rows, 2], 1), r: weights([1, 8, 2], 2) },
  });

test.each<[what: string, bytes: Uint8Array, message: string]>([
  [
    'a file for the layout of one processor',
    model({ op: 'Conv', domain: 'com.microsoft.nchwc', inputs: ['x', 'w'] }, [1, 8, 4, 4], {
      domains: { 'com.microsoft.nchwc': 1 },
      initializers: { w: weights([8, 8, 1, 1], 1) },
    }),
    'operator com.microsoft.nchwc.Conv, node "n": onnxruntime optimised the model for the layout of one processor (the model before that, or saved again with graph_optimization_level ORT_ENABLE_EXTENDED)',
  ],
  [
    'fewer inputs than an operator has',
    model({ op: 'Attention', inputs: ['x', 'x'] }, [1, 2, 3, 4]),
    'Attention "n", opset 24: input 2 is missing',
  ],
  [
    'heads that do not divide',
    model({ op: 'Attention', inputs: ['x', 'x', 'x'], attributes: { q_num_heads: 3, kv_num_heads: 3 } }, [1, 2, 4]),
    'Attention "n", opset 24: 3 heads of 1x2x4 (batch, length and a multiple of the heads, or four axes)',
  ],
  [
    'weights of another cell',
    lstm({}, 6),
    'LSTM "n", opset 24: weights 1x6x2 and 1x8x2 for a sequence 1x3x2 ([1, 4 x hidden, input] and [1, 4 x hidden, hidden])',
  ],
  [
    'an unknown activation',
    lstm({ activations: ['Sigmoid', 'Sine', 'Tanh'] }),
    'LSTM "n", opset 24: activations is Sine (affine, elu, hardsigmoid, leakyrelu, relu, scaledtanh, sigmoid, softplus, softsign, tanh, thresholdedrelu)',
  ],
  ['too few activations', lstm({ activations: ['Sigmoid'] }), 'LSTM "n", opset 24: activations are Sigmoid (3 names)'],
  [
    'a window for other axes',
    model({ op: 'MaxPool', inputs: ['x'], attributes: { kernel_shape: [2], strides: [1, 2] } }, [1, 2, 5]),
    'MaxPool "n", opset 24: strides are [1,2] (1 numbers)',
  ],
  [
    'an unknown fused function',
    model({ op: 'FusedGemm', domain: 'com.microsoft', inputs: ['x', 'w'], attributes: { activation: 'Cubic', alpha: float(1) } }, [1, 2], {
      domains: { 'com.microsoft': 1 },
      initializers: { w: weights([2, 3], 1) },
    }),
    'FusedGemm "n", opset 24: activation is Cubic (Clip, Elu, HardSigmoid, HardSwish, LeakyRelu, Relu, Sigmoid, Softplus, Softsign, Tanh, ThresholdedRelu)',
  ],
])('%s is refused', (_, bytes, message) => {
  expect(() => importModel(bytes)).toThrow(message);
});
