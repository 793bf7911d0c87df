import { describe, expect, test } from 'vitest';
import { PathlightError } from '../../src/errors.js';
import { importModel } from '../../src/onnx/import.js';
import { TensorProto_DataLocation as DataLocation, TensorProto_DataType as DataType, type ModelProto } from '../../src/onnx/onnx_pb.js';
import { isComputable } from '../../src/onnx/supported.js';
import { operators } from '../../src/ops/index.js';
import { fakeNode } from '../support/fake_node.js';
import {
  buildModel,
  buildModelProto,
  encodeModel,
  floatTensor,
  intTensor,
  type ModelDescription,
  type NodeDescription,
} from '../support/onnx_builder.js';

/** x -> Relu -> y, a model that passes every check. */
const relu: ModelDescription = { inputs: { x: ['N', 4] }, nodes: [{ op: 'Relu', inputs: ['x'], output: 'y' }], outputs: ['y'] };

function withNode(node: Omit<NodeDescription, 'output'> & { output?: NodeDescription['output'] }, rest: Partial<ModelDescription> = {}) {
  return buildModel({ ...relu, ...rest, nodes: [{ name: 'n', output: 'y', ...node }] });
}

function damaged(damage: (model: ModelProto) => void, description: ModelDescription = relu): Uint8Array {
  const model = buildModelProto(description);
  damage(model);
  return encodeModel(model);
}

function refusal(bytes: Uint8Array): string {
  const start = performance.now();
  try {
    importModel(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(PathlightError);
    expect((error as Error).message).not.toContain('\n');
    expect(performance.now() - start).toBeLessThan(1000);
    return (error as Error).message;
  }
  throw new Error('the model was accepted');
}

test('the model that the refusals below are variants of is accepted', () => {
  expect(importModel(buildModel(relu)).graph.nodes.map(({ op }) => op)).toEqual(['Relu']);
});

describe('a file as a whole', () => {
  const weights = { w: floatTensor([4], [1, 2, 3, 4]) };
  const add: ModelDescription = { ...relu, initializers: weights, nodes: [{ op: 'Add', inputs: ['x', 'w'], output: 'y' }] };

  test.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(), 'the model is empty: 0 bytes (the bytes of an .onnx file)'],
    [
      'text',
      new TextEncoder().encode('<html></html>'),
      'not an ONNX file: 13 bytes that start with 3c 68 74 6d 6c 3e 3c 2f (an .onnx file)',
    ],
    [
      'a Git LFS pointer',
      new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n'),
      'the model is a Git LFS pointer, not the model itself (fetch it with `git lfs pull`)',
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
      'the ONNX file names no opset: it is truncated, or not an ONNX file (an opset from 7 to 21)',
    ],
    ['opset 6', buildModel({ ...relu, opset: 6 }), 'opset 6 is not supported (7 to 21; convert the model with onnx.version_converter)'],
    ['opset 22', buildModel({ ...relu, opset: 22 }), 'opset 22 is not supported (7 to 21; convert the model with onnx.version_converter)'],
    ['without outputs', buildModel({ ...relu, outputs: [] }), 'the graph has no output (one, the class scores)'],
    [
      'external data',
      damaged((model) => {
        const tensor = model.graph!.initializer[0]!;
        tensor.dataLocation = DataLocation.EXTERNAL;
        tensor.externalData = [{ $typeName: 'onnx.StringStringEntryProto', key: 'location', value: 'weights.bin' }];
      }, add),
      'tensor "w": its data lie outside the model, in weights.bin (a model saved as one file, without external data)',
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
      'the constant "w" holds -Infinity (finite weights)',
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
    ['several inputs', { inputs: { x: ['N', 4], z: ['N', 4] } }, 'the model has 2 inputs: x, z (one input, the image)'],
    ['no input', { inputs: {} }, 'the model has no input (one input, the image)'],
    ['integers', { inputs: { x: { shape: ['N', 4], type: DataType.UINT8 } } }, 'input "x" has elements of type UINT8 (a float tensor)'],
    [
      'a symbolic axis',
      { inputs: { x: ['N', 3, 'height', 8] } },
      'axis 2 of input "x" is symbolic, "height" (a fixed size; only axis 0, the batch, may vary)',
    ],
    ['an axis of size 0', { inputs: { x: ['N', 0] } }, 'axis 1 of input "x" is of size 0 (a fixed size; only axis 0, the batch, may vary)'],
    ['one axis', { inputs: { x: [784] } }, 'input "x" has 1 axes (2 to 4, the first of them the batch, as in 1x3x224x224)'],
    ['a volume', { inputs: { x: [1, 1, 8, 8, 8] } }, 'input "x" has 5 axes (2 to 4, the first of them the batch, as in 1x3x224x224)'],
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
    ['a single score', { inputs: { x: [1, 1] } }, 'the output "y" is a single number (a score for each of at least 2 classes)'],
    [
      'an output that nothing makes',
      { outputs: ['z'] },
      'the graph output reads "z", which nothing in the file makes (an initializer, the input, or the output of a node)',
    ],
  ])('%s', (_, change, message) => {
    expect(refusal(buildModel({ ...relu, ...change }))).toBe(message);
  });
});

describe('nodes', () => {
  test.each<[string, Uint8Array, string]>([
    ['an unknown operator', withNode({ op: 'Einsum', inputs: ['x'] }), 'unsupported operator Einsum: node "n", opset 13 (supported: Add, '],
    [
      'a node without a name',
      withNode({ op: 'Einsum', name: '', inputs: ['x'] }),
      'unsupported operator Einsum: node "Einsum_0", opset 13 (supported: ',
    ],
    [
      'another domain',
      withNode({ op: 'Relu', domain: 'com.microsoft', inputs: ['x'] }),
      'unsupported operator com.microsoft.Relu: node "n", opset 13 (supported: ',
    ],
    [
      'machine learning operators',
      withNode({ op: 'Scaler', domain: 'ai.onnx.ml', inputs: ['x'] }),
      'unsupported operator ai.onnx.ml.Scaler: node "n", opset 13 (supported: ',
    ],
    ['control flow', withNode({ op: 'Loop', inputs: ['x'] }), 'unsupported operator Loop, control flow: node "n", opset 13 (supported: '],
    [
      'quantised arithmetic',
      withNode({ op: 'QLinearConv', inputs: ['x'] }),
      'unsupported operator QLinearConv, quantised arithmetic: node "n", opset 13 (supported: ',
    ],
    [
      'shape arithmetic on the image',
      withNode({ op: 'Floor', inputs: ['x'] }),
      'unsupported operator Floor on a value computed from the image: node "n", opset 13 (supported: ',
    ],
    [
      'the image cast to integers',
      withNode({ op: 'Cast', inputs: ['x'], attributes: { to: DataType.INT64 } }),
      'unsupported operator Cast on a value computed from the image: node "n", opset 13 (supported: ',
    ],
    [
      'an operator named like an Object method',
      withNode({ op: 'toString', inputs: ['x'] }),
      'unsupported operator toString: node "n", opset 13 (supported: ',
    ],
    [
      'an operator of the passes',
      withNode({ op: 'Affine', inputs: ['x'] }),
      'unsupported operator Affine: node "n", opset 13 (supported: ',
    ],
    [
      'a missing initializer',
      withNode({ op: 'Add', inputs: ['x', 'w'] }),
      'Add "n" reads "w", which nothing in the file makes (an initializer, the input, or the output of a node)',
    ],
    ['a missing input', withNode({ op: 'Add', inputs: ['x', ''] }), 'Add "n", opset 13: input 1 is missing'],
    [
      'a cycle',
      buildModel({
        ...relu,
        nodes: [
          { op: 'Add', name: 'a', inputs: ['x', 'b'], output: 'y' },
          { op: 'Relu', name: 'r', inputs: ['y'], output: 'b' },
        ],
      }),
      'Relu "r" waits for its own output, through "y" (a graph without cycles)',
    ],
    [
      'a wrong attribute type',
      withNode({ op: 'LeakyRelu', inputs: ['x'], attributes: { alpha: 1 } }),
      'LeakyRelu "n", opset 13: attribute "alpha" is INT (FLOAT)',
    ],
    ['a missing attribute', withNode({ op: 'Concat', inputs: ['x', 'x'] }), 'Concat "n", opset 13: attribute "axis" is missing'],
    [
      'a computed axis list',
      withNode({ op: 'Reshape', inputs: ['x', 'x'] }),
      'Reshape "n", opset 13: input 1, "x", is computed from the image (a constant)',
    ],
    [
      'a second output that is used',
      buildModel({
        ...relu,
        nodes: [
          { op: 'Dropout', name: 'd', inputs: ['x'], output: ['z', 'mask'] },
          { op: 'Add', inputs: ['z', 'mask'], output: 'y' },
        ],
      }),
      'Dropout "d", opset 13: its output 1, "mask", is used (only output 0 is supported)',
    ],
    [
      'a batch norm that trains',
      withNode(
        { op: 'BatchNormalization', inputs: ['x', 'w', 'w', 'w', 'w'], attributes: { training_mode: 1 } },
        { opset: 14, initializers: { w: floatTensor([4], [1, 1, 1, 1]) } },
      ),
      'BatchNormalization "n", opset 14: training_mode=1, statistics of the batch (a model exported for inference)',
    ],
    [
      'a constant blown up to 3 GB',
      buildModel({
        ...relu,
        initializers: { shape: intTensor([30000, 30000]) },
        nodes: [
          { op: 'ConstantOfShape', name: 'c', inputs: ['shape'], output: 'big' },
          { op: 'Add', inputs: ['x', 'big'], output: 'y' },
        ],
      }),
      'ConstantOfShape "c", opset 13: makes a constant of shape 30000x30000, 900000000 elements (at most 16777216)',
    ],
    [
      'a value blown up to 3 billion elements',
      buildModel({
        inputs: { x: [1, 1, 60000, 1] },
        outputs: ['y'],
        nodes: [
          { op: 'Transpose', inputs: ['x'], output: 't', attributes: { perm: [0, 1, 3, 2] } },
          { op: 'Add', name: 'a', inputs: ['x', 't'], output: 'y' },
        ],
      }),
      'Add "a" has shape 1x1x60000x60000: 3600000000 elements (1 to 2147483648)',
    ],
    [
      'a constant without a number',
      buildModel({
        ...relu,
        nodes: [
          { op: 'Constant', name: 'c', output: 'w', attributes: { value_string: 'a' } },
          { op: 'Add', inputs: ['x', 'w'], output: 'y' },
        ],
      }),
      'Constant "c", opset 13: none of its attributes is a dense number (value, value_float, value_floats, value_int, value_ints)',
    ],
  ])('%s', (_, bytes, message) => {
    const refused = refusal(bytes);
    expect(refused.slice(0, message.length)).toBe(message);
    expect(message.endsWith(': ') || message.endsWith(', ') || refused.length === message.length).toBe(true);
  });

  test('names of a corrupt file stay on one line, and are cut', () => {
    const message = refusal(withNode({ op: 'Relu', inputs: [`a\nb\u001b[31m${'c'.repeat(5000)}`] }));
    expect(message.startsWith('Relu "n" reads "a\\u000ab\\u001b[31mccc')).toBe(true);
    expect(message.length).toBeLessThan(2200);
  });

  test('what is listed as supported is what a file may hold', () => {
    for (const op of Object.keys(operators)) {
      let message = '';
      try {
        operators[op]!.read(fakeNode({ op, inputs: [] }));
      } catch (error) {
        message = (error as Error).message;
      }
      expect([op, isComputable(op)]).toEqual([op, !message.includes('is no operator of a file')]);
    }
  });
});
