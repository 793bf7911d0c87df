import { describe, expect, test } from 'vitest';
import { plainNode } from '../../src/doctor/cases/plain_node.js';
import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { isComputable } from '../../src/onnx/supported.js';
import { isOpType, operators } from '../../src/ops/index.js';
import { buildModel, float, floatTensor, intTensor } from '../support/onnx_builder.js';
import { refusal, relu, withNode } from '../support/refusal.js';

describe('nodes', () => {
  test.each<[string, Uint8Array, string]>([
    ['an unknown operator', withNode({ op: 'Unique', inputs: ['x'] }), 'unsupported operator Unique: node "n", opset 13 (supported: Abs, '],
    [
      'a node without a name',
      withNode({ op: 'Unique', name: '', inputs: ['x'] }),
      'unsupported operator Unique: node "Unique_0", opset 13 (supported: ',
    ],
    [
      'another domain',
      withNode({ op: 'Relu', domain: 'com.microsoft', inputs: ['x'] }),
      'unsupported operator com.microsoft.Relu: node "n", opset 13 (supported: ',
    ],
    [
      'machine learning operators',
      withNode({ op: 'TreeEnsembleClassifier', domain: 'ai.onnx.ml', inputs: ['x'] }),
      'unsupported operator ai.onnx.ml.TreeEnsembleClassifier: node "n" is made of decision trees, whose scores are steps: they have no gradient to attribute by (a network, or a linear classifier of sklearn)',
    ],
    ...['If', 'Loop'].map((op): [string, Uint8Array, string] => [
      `control flow by ${op}`,
      withNode({ op, inputs: ['x'] }),
      `unsupported operator ${op}, control flow: node "n", opset 13 (a model without branches and loops that depend on the image: traced, or simplified by onnxsim)`,
    ]),
    [
      'a Scan of no input',
      withNode({ op: 'Scan', inputs: ['x'], attributes: { num_scan_inputs: 0 } }),
      'Scan "n", opset 13: scans 0 of 1 inputs (at least one, and those of the body as the others)',
    ],
    [
      'a Scan over inputs of different lengths',
      withNode({ op: 'Scan', inputs: ['x', 'x'], attributes: { num_scan_inputs: 2, scan_input_axes: [0, 1] } }),
      'Scan "n", opset 13: scans inputs of lengths 1, 4 (one length)',
    ],
    [
      'an ArgMax along another axis',
      buildModel({
        ...relu,
        nodes: [
          { op: 'Relu', inputs: ['x'], output: 'r' },
          { op: 'ArgMax', name: 'n', inputs: ['r'], output: 'y', attributes: { axis: 0 } },
        ],
      }),
      'ArgMax "n" ends the model along axis 0 of 1x4 (the axis of all classes)',
    ],
    ...['StatelessRandomUniformV2', 'RandomNormalLike', 'Bernoulli'].map((op): [string, Uint8Array, string] => [
      `random numbers of ${op}`,
      withNode({ op, inputs: ['x'] }),
      `unsupported operator ${op}, random numbers: node "n", opset 13 (a model without the layers that augment pictures in training, such as RandomFlip of Keras, or exported for inference)`,
    ]),
    [
      'quantised arithmetic that is not read',
      withNode({ op: 'QMoE', domain: 'com.microsoft', inputs: ['x'] }),
      'unsupported operator com.microsoft.QMoE, quantised arithmetic: node "n", opset 13 (the model before quantisation, or one that was quantised with QuantizeLinear and DequantizeLinear: quant_format=QuantFormat.QDQ)',
    ],
    [
      'quantised arithmetic without its scales',
      withNode({ op: 'QLinearConv', inputs: ['x'] }),
      'QLinearConv "n", opset 13: input 1 is missing',
    ],
    [
      'a zero point of unknown width',
      buildModel({
        ...relu,
        initializers: { w: floatTensor([4], [1, 2, 3, 4]), scale: floatTensor([], [1]), zero: intTensor([0], []) },
        nodes: [
          { op: 'QuantizeLinear', name: 'q', inputs: ['w', 'scale', 'zero'], output: 'i' },
          { op: 'DequantizeLinear', inputs: ['i', 'scale', 'zero'], output: 'f' },
          { op: 'Mul', inputs: ['x', 'f'], output: 'y' },
        ],
      }),
      'QuantizeLinear "q", opset 13: a zero point that is no integer of at most 16 bits, or computed from others (integers of at most 16 bits)',
    ],
    [
      'scales that do not fit',
      buildModel({
        ...relu,
        initializers: { q: intTensor([1, 2, 3, 4]), scales: floatTensor([3], [1, 2, 3]) },
        nodes: [
          { op: 'DequantizeLinear', name: 'd', inputs: ['q', 'scales'], output: 'w', attributes: { axis: 0 } },
          { op: 'Mul', inputs: ['x', 'w'], output: 'y' },
        ],
      }),
      'DequantizeLinear "d", opset 13: 3 scales for axis 0 of 4 (1 or 4)',
    ],
    [
      'shape arithmetic on the image',
      withNode({ op: 'NonZero', inputs: ['x'] }),
      'unsupported operator NonZero on a value computed from the image: node "n", opset 13 (supported: ',
    ],
    ['the image cast to strings', withNode({ op: 'Cast', inputs: ['x'], attributes: { to: DataType.STRING } }), 'Cast "n", opset 13: '],
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
        inputs: { x: [1, 1, 2, 2] },
        initializers: { one: floatTensor([1], [1]) },
        nodes: [
          { op: 'BatchNormalization', name: 'b', inputs: ['x', 'one', 'one', 'one', 'one'], output: ['z', 'mean'] },
          { op: 'Add', inputs: ['z', 'mean'], output: 'y' },
        ],
      }),
      'BatchNormalization "b", opset 13: its output 1, "mean", is used (only output 0 is supported)',
    ],
    [
      'an attribute that is NaN',
      withNode({ op: 'Elu', inputs: ['x'], attributes: { alpha: float(Number.NaN) } }),
      'Elu "n", opset 13: attribute "alpha" is NaN (a number)',
    ],
    [
      'a bound that is NaN',
      withNode({ op: 'Clip', inputs: ['x', 'low'] }, { initializers: { low: floatTensor([], [Number.NaN]) } }),
      'Clip "n", opset 13: a bound is NaN (a number)',
    ],
    [
      'a padding value that is NaN',
      withNode(
        { op: 'Pad', inputs: ['x', 'pads', 'value'] },
        { initializers: { pads: intTensor([0, 1, 0, 1]), value: floatTensor([], [Number.NaN]) } },
      ),
      'Pad "n", opset 13: the padding value is NaN (a number)',
    ],
    [
      'a division by 0',
      withNode({ op: 'Div', inputs: ['x', 'w'] }, { initializers: { w: floatTensor([4], [1, 0, 1, 1]) } }),
      'Div "n", opset 13: divides by the constant "w", which holds 0 (no division by 0)',
    ],
    [
      'a target shape that is no list of integers',
      withNode({ op: 'Reshape', inputs: ['x', 'shape'] }, { initializers: { shape: floatTensor([2], [1.5, -1]) } }),
      'Reshape "n", opset 13: target shape [1.5,-1] (sizes, 0, and at most one -1)',
    ],
    [
      'a window and padding of 2 billion elements',
      withNode(
        { op: 'MaxPool', inputs: ['x'], attributes: { kernel_shape: [2e9, 2e9], pads: [1999999999, 1999999999, 1999999999, 1999999999] } },
        { inputs: { x: [1, 1, 4, 4] } },
      ),
      'MaxPool "n" has shape 1x1x2000000003x2000000003: 4000000012000000000 elements (1 to 2147483648)',
    ],
    [
      'a batch size that a constant has, with rows of its own',
      withNode(
        { op: 'Concat', inputs: ['x', 'rows'], attributes: { axis: 1 } },
        { inputs: { x: [2, 4] }, initializers: { rows: floatTensor([2, 1], [0, 1]) } },
      ),
      'Concat "n", opset 13: shapes 1x4 and 2x1 do not join along axis 1 (all other sizes equal; the model was exported with batch 2, try batch 1)',
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
      'ConstantOfShape "c", opset 13: computes a constant in 7200000000 operations, after 8 for others (at most 268451328 for all constants of the file: store what they come to)',
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
    for (const op of Object.keys(operators).filter(isOpType)) {
      let message = '';
      try {
        operators[op].read(plainNode({ op, inputs: [] }));
      } catch (error) {
        message = (error as Error).message;
      }
      expect([op, isComputable(op)]).toEqual([op, !message.includes('is no operator of a file')]);
    }
  });
});
