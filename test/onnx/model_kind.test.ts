import { expect, test } from 'vitest';
import { importModel } from '../../src/onnx/import.js';
import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { buildModel, type ModelDescription, type NodeDescription } from '../support/onnx_builder.js';

// Files that cannot be read, and are plainly something else than an image classifier.

const WORDS = { shape: ['N', 'T'], type: DataType.INT64 };
const node = (op: string, inputs: readonly string[]): NodeDescription => ({ op, inputs, output: 'y' });

test.each<[string, Pick<ModelDescription, 'inputs' | 'nodes'>, string]>([
  [
    'a language model',
    { inputs: { input_ids: WORDS, attention_mask: WORDS }, nodes: [node('Gather', ['input_ids', 'attention_mask'])] },
    'the model takes text, not pictures: it has the input "input_ids" (an image classifier)',
  ],
  ['a classifier of text', { inputs: { input_ids: WORDS }, nodes: [node('Identity', ['input_ids'])] }, 'takes text'],
  [
    'a step of training',
    { inputs: { x: [1, 4], labels: WORDS }, nodes: [node('SoftmaxCrossEntropyLoss', ['x', 'labels'])] },
    'is a graph for training: it has the operator "SoftmaxCrossEntropyLoss" (the network for inference alone, exported without its loss',
  ],
  ['a gradient', { inputs: { x: [1, 4] }, nodes: [node('ReluGrad', ['x', 'x'])] }, 'is a graph for training'],
  [
    'a detector',
    { inputs: { x: [1, 4, 4] }, nodes: [node('NonMaxSuppression', ['x', 'x'])] },
    'is a detector, not a classifier: it has the operator "NonMaxSuppression"',
  ],
  [
    'a part of a diffusion model',
    { inputs: { sample: [1, 4, 8, 8], timestep: WORDS, encoder_hidden_states: [1, 7, 8] }, nodes: [node('Add', ['sample', 'timestep'])] },
    'is a part of a generator of pictures, not a classifier: it has the input "timestep"',
  ],
  [
    'a network of sound',
    { inputs: { input_features: [1, 80, 30], mask: WORDS }, nodes: [node('Add', ['input_features', 'mask'])] },
    'takes sound, not pictures: it has the input "input_features"',
  ],
])('%s', (_, description, message) => {
  const bytes = buildModel({ ...description, outputs: ['y'] });
  expect(() => importModel(bytes)).toThrow(message);
  // Who names the output is told what is wrong with it.
  expect(() => importModel(bytes, { name: 'y' })).not.toThrow(message);
});

test('text beside a picture is not text alone', () => {
  const inputs = { input_ids: WORDS, pixel_values: [1, 3, 8, 8] };
  expect(() => importModel(buildModel({ inputs, nodes: [node('Identity', ['pixel_values'])], outputs: ['y'] }))).not.toThrow('takes text');
});

test('a loss beside scores that can be read is left out', () => {
  const nodes = [node('Relu', ['x']), { ...node('SoftmaxCrossEntropyLoss', ['x', 'x']), output: 'loss' }];
  expect(importModel(buildModel({ inputs: { x: [1, 4] }, nodes, outputs: ['loss', 'y'] })).info.output).toBe('y');
});
