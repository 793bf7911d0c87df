import { describe, expect, test } from 'vitest';
import { importModel } from '../../src/onnx/import.js';
import { TensorProto_DataLocation as DataLocation, TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { buildModel, floatTensor, type ModelDescription } from '../support/onnx_builder.js';
import { damaged, refusal, relu, withNode } from '../support/refusal.js';

test('the model that the refusals below are variants of is accepted', () => {
  expect(importModel(buildModel(relu)).graph.nodes.map(({ op }) => op)).toEqual(['Relu']);
});

describe('a file as a whole', () => {
  const weights = { w: floatTensor([4], [1, 2, 3, 4]) };
  const add: ModelDescription = { ...relu, initializers: weights, nodes: [{ op: 'Add', inputs: ['x', 'w'], output: 'y' }] };

  test.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(), 'the model is empty: 0 bytes (the bytes of an .onnx file)'],
    ['text', new TextEncoder().encode('some text'), 'not an ONNX file: 9 bytes that start with 73 6f 6d 65 20 74 65 78 (an .onnx file)'],
    [
      'a Git LFS pointer',
      new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n'),
      'not an ONNX file: it is a Git LFS pointer to the model (fetch the model: git lfs pull)',
    ],
    [
      'truncated',
      buildModel(relu).subarray(0, 40),
      'the ONNX file is truncated or corrupt: premature EOF (a complete file; this one has 40 bytes)',
    ],
    [
      'without a graph',
      damaged((model) => {
        delete model.graph;
      }),
      'the ONNX file holds no graph: it is truncated, or not an ONNX file (a complete .onnx file)',
    ],
    [
      'without an opset',
      damaged((model) => {
        model.opsetImport = [];
      }),
      'the ONNX file names no opset: it is truncated, or not an ONNX file (an opset from 7 to 28)',
    ],
    [
      'opset 6',
      buildModel({ ...relu, opset: 6 }),
      'opset 6 is not supported (7 or newer, 28 being the newest known; convert the model with onnx.version_converter)',
    ],
    ['without outputs', buildModel({ ...relu, outputs: [] }), 'the graph has no output (one, the class scores)'],
    [
      'external data',
      damaged((model) => {
        const tensor = model.graph!.initializer[0]!;
        tensor.dataLocation = DataLocation.EXTERNAL;
        tensor.externalData = [{ $typeName: 'onnx.StringStringEntryProto', key: 'location', value: 'weights.bin' }];
      }, add),
      'tensor "w": its data lie in another file, which was not given (give it together with the model, or save the model as one file)',
    ],
    [
      'a sparse initializer',
      damaged((model) => {
        model.graph!.sparseInitializer = [{ $typeName: 'onnx.SparseTensorProto', values: model.graph!.initializer[0]! }];
      }, add),
      'initializer "w" is sparse (dense initializers)',
    ],
    [
      'two initializers of one name',
      damaged((model) => {
        model.graph!.initializer.push(model.graph!.initializer[0]!);
      }, add),
      'two initializers are named "w" (names that are used once)',
    ],
    [
      'a node that makes the input',
      withNode({ op: 'Relu', inputs: ['x'], output: 'x' }),
      'two values are named "x" (names that are used once)',
    ],
    [
      'NaN weights',
      buildModel({ ...add, initializers: { w: floatTensor([4], [1, Number.NaN, 3, 4]) } }),
      'the constant "w" holds NaN (finite weights)',
    ],
    [
      'infinite weights',
      buildModel({ ...add, initializers: { w: floatTensor([4], [1, 2, -Infinity, 4]) } }),
      'the constant "w" holds -Infinity, and the output reads it (finite weights, or a mask before a Softmax)',
    ],
    [
      'too few weights',
      buildModel({ ...add, initializers: { w: floatTensor([5], [1, 2]) } }),
      'tensor "w": shape 5 has 5 elements, but the file holds 2',
    ],
    [
      'a negative size',
      buildModel({ ...add, initializers: { w: floatTensor([-4], [1, 2, 3, 4]) } }),
      'tensor "w": shape -4 (no negative sizes)',
    ],
    [
      'a weight of 3 billion elements',
      buildModel({ ...add, initializers: { w: floatTensor([3e9], []) } }),
      'tensor "w": shape 3000000000 has 3000000000 elements (at most 2147483648)',
    ],
    [
      'weights of strings',
      buildModel({ ...add, initializers: { w: { dims: [4n], dataType: DataType.STRING } } }),
      'tensor "w": STRING is not supported (floats, integers or booleans)',
    ],
  ])('%s', (_, bytes, message) => {
    expect(refusal(bytes)).toBe(message);
  });
});

describe('inputs and outputs', () => {
  test.each<[string, Partial<ModelDescription>, string]>([
    ['no input', { inputs: {} }, 'the model has no input (one input, the image)'],
    [
      'a size that nothing tells',
      { inputs: { x: ['N', 0] } },
      'the file leaves the size of input "x" open, and no weights tell how many numbers it takes (an .npy input, or "size" in the .json file beside the model)',
    ],
    [
      'a huge image',
      { inputs: { x: [1, 3, 100000, 100000] } },
      'input "x" has shape 1x3x100000x100000: 30000000000 elements (1 to 2147483648)',
    ],
    ['the input as output', { nodes: [], outputs: ['x'] }, 'the output "x" is not computed from the input "x" (class scores of an image)'],
    [
      'a constant output',
      { nodes: [{ op: 'Constant', output: 'y', attributes: { value: floatTensor([2], [1, 2]) } }] },
      'the output "y" is not computed from the input "x" (class scores of an image)',
    ],
    [
      'a batch of 3 built into a constant',
      {
        inputs: { x: [3, 4] },
        initializers: { c: floatTensor([3, 1], [1, 2, 3]) },
        nodes: [{ op: 'Add', inputs: ['x', 'c'], output: 'y' }],
      },
      'the output "y" has shape 3x4 for one image: the batch size 3 is built into the model (a model exported with batch 1, or with a batch that may vary)',
    ],
    [
      'an output that nothing makes',
      { outputs: ['z'] },
      'the graph output reads "z", which nothing in the file makes (an initializer, the input, or the output of a node)',
    ],
  ])('%s', (_, change, message) => {
    expect(refusal(buildModel({ ...relu, ...change }))).toBe(message);
  });
});
