import { describe, expect, test } from 'vitest';
import { checkClassifier } from '../../src/api/classifier.js';
import { createSession } from '../../src/api/session.js';
import type { Graph } from '../../src/graph/graph.js';
import { buildModel, buildModelProto, encodeModel, floatTensor, intTensor, type NodeDescription } from '../support/onnx_builder.js';

// Networks that are no classifiers are refused in one line that says what they look like.

const COLOUR = [1, 3, 32, 32];

function check(
  shape: readonly number[],
  { name = 'y', others = [] as readonly string[], metadata = {}, named = false, input = COLOUR, inputName = 'x', integers = false } = {},
) {
  const value = { name: inputName, shape: input };
  const graph: Graph = { name: '', opset: 13, input: value, output: { name, shape }, nodes: [], shapes: new Map(), constants: new Map() };
  return () =>
    checkClassifier(graph, {
      producer: '',
      opset: 13,
      metadata,
      output: name,
      furtherOutputs: others,
      outputNamed: named,
      quantisers: 0,
      openAxes: [],
      inputType: integers ? 'int' : 'float',
      inputPixels: [0, 255],
      boundInputs: [],
      unreadInputs: [],
      dataFiles: [],
    });
}

test.each<[string, Parameters<typeof check>]>([
  ['a row', [[1, 10]]],
  ['a row with axes of 1', [[1, 1000, 1, 1]]],
  ['of one axis', [[10]]],
  ['Ultralytics', [[1, 10], { metadata: { task: 'classify' } }]],
  ['a task of its own', [[1, 10], { metadata: { task: 'cats and dogs' } }]],
  ['a detector of which one output was named', [[1, 10], { metadata: { task: 'detect' }, others: ['boxes'], named: true }]],
  ['scores with a long name', [[1, 10], { name: 'model/feature_head/Softmax:0' }]],
  ['a number', [[1, 1]]],
  ['numbers that happen to be called tokens', [[1, 10], { inputName: 'tokens' }]],
  ['the score of an age group', [[1, 1], { name: 'age_logit' }]],
  ['a quantity that was named', [[1, 1], { name: 'age', named: true }]],
  ['features that were named', [[1, 10], { name: 'features', named: true }]],
])('%s is a classifier', (_, args) => {
  expect(check(...args)).not.toThrow();
});

test.each<[string, Parameters<typeof check>, string]>([
  [
    'Ultralytics',
    [[1, 84, 8400], { metadata: { task: 'detect' } }],
    'no image classifier: its metadata say "task" is detect (an image classifier)',
  ],
  [
    'a segmenter of Ultralytics',
    [[1, 10], { metadata: { Task: 'segment' } }],
    '"Task" is segment (an image classifier; if "y" holds class scores nevertheless, --output-name y)',
  ],
  ["OpenVINO's", [[1, 10], { metadata: { 'model_info model_type': 'ssd' } }], '"model_info model_type" is ssd'],
  [
    "torchvision's",
    [[1, 100], { name: 'scores', others: ['boxes', 'labels'] }],
    'looks like a detector, not a classifier: it has the output "boxes"',
  ],
  ["TensorFlow's", [[1, 100], { others: ['detection_boxes', 'num_detections'] }], 'the outputs "detection_boxes", "num_detections"'],
  ['a network of features', [[1, 512], { name: 'embedding' }], 'makes features, not class scores: its output is "embedding"'],
  [
    'a regressor of sklearn',
    [[1, 1], { name: 'variable' }],
    'looks like one that estimates quantities, not class scores: its output is "variable"',
  ],
  [
    'an age',
    [[1, 1], { name: 'predicted.age' }],
    'its output is "predicted.age" (an image classifier; if "predicted.age" holds class scores',
  ],
  ['a regressor of several numbers', [[1, 8], { name: 'regression_output' }], 'estimates quantities'],
  ['by its task', [[1, 1], { metadata: { task_type: 'regression' } }], '"task_type" is regression'],
  [
    'an encoder of tokens',
    [[1, 197, 768], { name: 'last_hidden_state' }],
    'features, not class scores: its output is "last_hidden_state" (an image classifier, exported with the layers that make scores of features; if',
  ],
  ['an encoder with a pooler', [[1, 768], { name: 'pooler_output', others: ['last_hidden_state'] }], 'its output is "pooler_output"'],
  [
    'a network of sound',
    [[1, 49, 32], { input: [1, 16000], inputName: 'input_values' }],
    'takes sound, not pictures: it has the input "input_values"',
  ],
  ['a backbone', [[1, 512, 2, 2]], 'looks like the part of a network that makes features, without its classes'],
  ['super-resolution', [[1, 3, 64, 64]], 'looks like one that makes pictures'],
  [
    'a language model',
    [[1, 8, 50257], { inputName: 'input_ids', integers: true, input: [1, 8] }],
    'takes text, not pictures: it has the input "input_ids"',
  ],
  ['a classifier of texts', [[1, 2], { inputName: 'input_ids', integers: true, input: [1, 8] }], 'takes text, not pictures'],
  ['a generator', [[1, 3, 64, 64], { input: [1, 100] }], 'looks like one that makes pictures'],
  ['depth', [[1, 1, 32, 32]], 'looks like one that makes a map of the picture, such as depth or a mask'],
  ['depth without an axis of channels', [[1, 16, 16]], 'such as depth or a mask'],
  ['boxes', [[1, 84, 8400]], 'the output "y" of shape 1x84x8400 is no row of class scores: the model looks like a detector'],
  [
    'tokens that were named',
    [[1, 197, 768], { named: true }],
    'gives something for each of many boxes or tokens (an image classifier, with one score',
  ],
  ['a segmenter', [[1, 21, 32, 32]], 'looks like a segmenter, with scores for each place of the picture'],
  ['a segmenter, channels last', [[1, 32, 32, 21], { input: [1, 32, 32, 3] }], 'looks like a segmenter'],
  ['an autoencoder', [COLOUR], 'looks like one that makes pictures'],
])('%s is none', (_, args, message) => {
  expect(check(...args)).toThrow(message);
});

describe('createSession', () => {
  test('refuses a detector', async () => {
    const model = buildModelProto({
      inputs: { x: [1, 1, 4, 4] },
      initializers: { shape: intTensor([1, 4, 4]) },
      nodes: [{ op: 'Reshape', inputs: ['x', 'shape'], output: 'y' }],
      outputs: ['y'],
    });
    await expect(createSession(encodeModel(model))).rejects.toThrow('is no row of class scores');
    model.metadataProps = [{ $typeName: 'onnx.StringStringEntryProto', key: 'task', value: 'detect' }];
    await expect(createSession(encodeModel(model))).rejects.toThrow('"task" is detect');
  });

  test.each<[string, readonly NodeDescription[]]>([
    ['ReduceL2', [{ op: 'ReduceL2', inputs: ['x'], output: 'l', attributes: { axes: [1] } }]],
    [
      'its square',
      [
        { op: 'Mul', inputs: ['x', 'x'], output: 's' },
        { op: 'ReduceSum', inputs: ['s', 'axis'], output: 't' },
        { op: 'Sqrt', inputs: ['t'], output: 'r' },
        { op: 'Max', inputs: ['r', 'tiny'], output: 'm' },
        { op: 'Expand', inputs: ['m', 'shape'], output: 'l' },
      ],
    ],
  ])('refuses a vector that is divided by its length: %s', async (_, nodes) => {
    const bytes = buildModel({
      inputs: { x: [1, 4] },
      initializers: { axis: intTensor([1]), shape: intTensor([1, 4]), tiny: floatTensor([], [1e-12]) },
      nodes: [...nodes, { op: 'Div', inputs: ['x', 'l'], output: 'y' }],
      outputs: ['y'],
    });
    await expect(createSession(bytes)).rejects.toThrow('its output "y" is divided by its length');
    expect((await createSession(bytes, { outputName: 'y' })).info.output).toBe('y');
  });

  test('tells which output it reads, unless that was said', async () => {
    const bytes = buildModel({
      inputs: { x: [1, 4] },
      initializers: { w: floatTensor([4, 6], new Array(24).fill(1)), v: floatTensor([6, 3], new Array(18).fill(1)) },
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], output: 'embedding' },
        { op: 'MatMul', inputs: ['embedding', 'v'], output: 'y' },
      ],
      outputs: ['embedding', 'y'],
    });
    const session = await createSession(bytes);
    expect(session.notes.map(({ message }) => message)).toEqual([
      'the class scores are read from the output "y", 1x3, and not from "embedding" (--output-name, or "output" in the .json file beside the model, chooses another)',
    ]);
    for (const options of [
      { outputName: 'embedding' },
      { sideFile: { output: 'embedding' } },
      { preprocessing: { output: 'embedding' } },
      { sideFile: { output: 'none' }, outputName: 'embedding' },
    ]) {
      const named = await createSession(bytes, options);
      expect([named.graph.output.name, named.notes]).toEqual(['embedding', []]);
    }
    await expect(createSession(bytes, { sideFile: { output: 3 } })).rejects.toThrow('"output" is 3 (the name of an output)');
  });
});
