import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { attentionModels } from './exported_attention.js';
import { decomposedModels } from './exported_decomposed.js';
import { graphModels, operandModels } from './exported_graphs.js';
import { batchNormalization, type ExportedModel, model, positive, weights } from './exported_model.js';
import { float, floatTensor, intTensor, rawTensor } from './onnx_builder.js';
import { mulberry32, uniformArray } from './random.js';

const random = mulberry32(32);

/** A Keras model as tf2onnx and keras2onnx write it: NHWC outside, NCHW inside, and weights of dense layers not transposed. */
function keras(name: string, opset: number, axis: number): ExportedModel {
  return model(name, {
    opset,
    inputs: { 'serving_default_input_1:0': ['unk__40', 7, 6, 3] },
    initializers: {
      'conv/Conv2D/ReadVariableOp:0': weights(4, 3, 3, 3),
      ...batchNormalization,
      new_shape__35: intTensor([-1, 16]),
      'dense/kernel:0': weights(16, 5),
      'dense/bias:0': weights(5),
    },
    nodes: [
      { op: 'Transpose', inputs: ['serving_default_input_1:0'], output: 'conv__6:0', attributes: { perm: [0, 3, 1, 2] } },
      {
        op: 'Conv',
        inputs: ['conv__6:0', 'conv/Conv2D/ReadVariableOp:0'],
        output: 'conv/BiasAdd:0',
        attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2], kernel_shape: [3, 3], group: 1, dilations: [1, 1] },
      },
      {
        op: 'BatchNormalization',
        inputs: ['conv/BiasAdd:0', 'scale', 'shift', 'mean', 'variance'],
        output: 'bn:0',
        attributes: { epsilon: float(1e-3) },
      },
      { op: 'Relu', inputs: ['bn:0'], output: 'relu:0' },
      {
        op: 'MaxPool',
        inputs: ['relu:0'],
        output: 'pool:0',
        attributes: { auto_pad: 'SAME_LOWER', kernel_shape: [2, 2], strides: [2, 2] },
      },
      { op: 'Transpose', inputs: ['pool:0'], output: 'pool__20:0', attributes: { perm: [0, 2, 3, 1] } },
      { op: 'Reshape', inputs: ['pool__20:0', 'new_shape__35'], output: 'flat:0' },
      { op: 'MatMul', inputs: ['flat:0', 'dense/kernel:0'], output: 'dense:0' },
      { op: 'Add', inputs: ['dense:0', 'dense/bias:0'], output: 'add:0' },
      { op: 'Softmax', inputs: ['add:0'], output: 'Identity:0', attributes: { axis } },
    ],
    outputs: ['Identity:0'],
  });
}

const exports: ExportedModel[] = [
  keras('Keras, opset 9', 9, 1),
  keras('Keras, opset 13', 13, -1),
  model('opset 7: attributes of Clip and Dropout, BatchNormalization with momentum', {
    opset: 7,
    initializers: { w: weights(4, 2, 3, 3), ...batchNormalization, shape: intTensor([0, -1]), dense: weights(3, 48), bias: weights(3) },
    nodes: [
      { op: 'Conv', inputs: ['x', 'w'], output: 'c' },
      {
        op: 'BatchNormalization',
        inputs: ['c', 'scale', 'shift', 'mean', 'variance'],
        output: 'n',
        attributes: { momentum: float(0.9), epsilon: float(1e-5) },
      },
      { op: 'Clip', inputs: ['n'], output: 'k', attributes: { min: float(0), max: float(0.6) } },
      { op: 'Dropout', inputs: ['k'], output: ['d', 'mask'], attributes: { ratio: float(0.4) } },
      { op: 'Reshape', inputs: ['d', 'shape'], output: 'f' },
      { op: 'Gemm', inputs: ['f', 'dense', 'bias'], output: 'y', attributes: { alpha: float(0.5), beta: float(2), transB: 1 } },
    ],
  }),
  model('opset 12: Clip without a lower bound, Dropout with a ratio, Squeeze and Unsqueeze by attribute', {
    opset: 12,
    initializers: { high: floatTensor([], [0.4]), ratio: floatTensor([], [0.5]) },
    nodes: [
      { op: 'GlobalMaxPool', inputs: ['x'], output: 'g' },
      { op: 'Clip', inputs: ['g', '', 'high'], output: 'c' },
      { op: 'Dropout', inputs: ['c', 'ratio'], output: 'd' },
      { op: 'Squeeze', inputs: ['d'], output: 's', attributes: { axes: [3, -2] } },
      { op: 'Unsqueeze', inputs: ['s'], output: 'y', attributes: { axes: [0, -1] } },
    ],
  }),
  model('opset 18: axes of ReduceMean and Pad as inputs', {
    opset: 18,
    initializers: { axes: intTensor([-1, 2]), pads: intTensor([-1, 2]), padded: intTensor([-1]), value: floatTensor([], [0.5]) },
    nodes: [
      { op: 'Pad', inputs: ['x', 'pads', 'value', 'padded'], output: 'p', attributes: { mode: 'constant' } },
      { op: 'Tanh', inputs: ['p'], output: 't' },
      { op: 'ReduceMean', inputs: ['t', 'axes'], output: 'y', attributes: { keepdims: 0 } },
    ],
  }),
  model('opset 21', {
    opset: 21,
    initializers: { w: weights(4, 1, 3, 3), b: weights(4), shape: intTensor([0, -1]), dense: weights(24, 3) },
    nodes: [
      { op: 'Conv', inputs: ['x', 'w', 'b'], output: 'c', attributes: { group: 2, pads: [0, 1, 1, 0], strides: [2, 2] } },
      { op: 'HardSwish', inputs: ['c'], output: 'h' },
      {
        op: 'AveragePool',
        inputs: ['h'],
        output: 'a',
        attributes: { kernel_shape: [2, 2], pads: [1, 0, 0, 1], count_include_pad: 1, strides: [1, 1] },
      },
      { op: 'Reshape', inputs: ['a', 'shape'], output: 'f', attributes: { allowzero: 0 } },
      { op: 'MatMul', inputs: ['f', 'dense'], output: 'y' },
    ],
  }),
  model('half-precision weights, cast', {
    initializers: {
      w: rawTensor(
        DataType.FLOAT16,
        [3, 60],
        Uint16Array.from({ length: 180 }, (_, i) => 0x3000 + ((i * 37) % 1024) + (i % 2) * 0x8000),
      ),
    },
    nodes: [
      { op: 'Cast', inputs: ['w'], output: 'single', attributes: { to: DataType.FLOAT } },
      { op: 'Flatten', inputs: ['x'], output: 'f' },
      { op: 'Gemm', inputs: ['f', 'single'], output: 'y', attributes: { transB: 1 } },
    ],
  }),
  model('double weights, cast; the input through double and back', {
    initializers: { w: rawTensor(DataType.DOUBLE, [60, 3], Float64Array.from(uniformArray(random, 180, -1, 1))) },
    nodes: [
      { op: 'Cast', inputs: ['x'], output: 'wide', attributes: { to: DataType.DOUBLE } },
      { op: 'Flatten', inputs: ['wide'], output: 'f' },
      { op: 'MatMul', inputs: ['f', 'w'], output: 'm' },
      { op: 'Cast', inputs: ['m'], output: 'y', attributes: { to: DataType.FLOAT } },
    ],
  }),
  model('initialisers as inputs, raw data behind names of every length', {
    opset: 8,
    inputs: { w: [3, 60], image: [1, 2, 6, 5], bb: [3], ccc: [3] },
    initializers: {
      w: rawTensor(DataType.FLOAT, [3, 60], Float32Array.from(uniformArray(random, 180, -1, 1))),
      bb: rawTensor(DataType.FLOAT, [3], Float32Array.of(0.1, -0.2, 0.3)),
      ccc: rawTensor(DataType.FLOAT, [3], Float32Array.of(1.5, 2, -1)),
    },
    nodes: [
      { op: 'Flatten', inputs: ['image'], output: 'f', attributes: { axis: 1 } },
      { op: 'Gemm', inputs: ['f', 'w', 'bb'], output: 'g', attributes: { transB: 1 } },
      { op: 'Mul', inputs: ['ccc', 'g'], output: 'y' },
    ],
  }),
  model('batch 4 in the input and in every Reshape', {
    inputs: { x: [4, 2, 6, 5] },
    initializers: { first: intTensor([4, 2, 30]), second: intTensor([4, -1]), dense: weights(60, 3) },
    nodes: [
      { op: 'Reshape', inputs: ['x', 'first'], output: 'a' },
      { op: 'Sigmoid', inputs: ['a'], output: 's' },
      { op: 'Reshape', inputs: ['s', 'second'], output: 'f' },
      { op: 'MatMul', inputs: ['f', 'dense'], output: 'y' },
    ],
  }),
  model('batch 2, and constants that are reshaped to two rows', {
    inputs: { x: [2, 4] },
    initializers: { c: weights(1, 8), rows: intTensor([2, -1]) },
    nodes: [
      { op: 'Reshape', inputs: ['c', 'rows'], output: 'm' },
      { op: 'Transpose', inputs: ['m'], output: 'w', attributes: { perm: [1, 0] } },
      { op: 'MatMul', inputs: ['x', 'w'], output: 'y' },
    ],
  }),
  model('weight normalisation that the export did not fold', {
    opset: 17,
    initializers: { v: weights(3, 2, 2, 2), g: positive(3, 1, 1, 1) },
    nodes: [
      { op: 'ReduceL2', inputs: ['v'], output: 'norm', attributes: { axes: [1, 2, 3], keepdims: 1 } },
      { op: 'Div', inputs: ['v', 'norm'], output: 'direction' },
      { op: 'Mul', inputs: ['direction', 'g'], output: 'w' },
      { op: 'Conv', inputs: ['x', 'w'], output: 'c', attributes: { strides: [2, 2] } },
      { op: 'Flatten', inputs: ['c'], output: 'y' },
    ],
  }),
  model('shape arithmetic: expanded and filled constants beside the image', {
    initializers: { row: weights(1, 1, 1, 5) },
    nodes: [
      { op: 'Shape', inputs: ['x'], output: 'shape' },
      { op: 'Expand', inputs: ['row', 'shape'], output: 'expanded' },
      { op: 'ConstantOfShape', inputs: ['shape'], output: 'twos', attributes: { value: floatTensor([1], [2]) } },
      { op: 'Concat', inputs: ['twos', 'x', 'expanded'], output: 'joined', attributes: { axis: 1 } },
      { op: 'ReduceMean', inputs: ['joined'], output: 'y', attributes: { axes: [2], keepdims: 0 } },
    ],
  }),
  model('a maximum over the same size: a Pad of minus infinity', {
    initializers: { pads: intTensor([0, 0, 1, 1, 0, 0, 1, 1]), low: floatTensor([], [Number.NEGATIVE_INFINITY]) },
    nodes: [
      { op: 'Pad', inputs: ['x', 'pads', 'low'], output: 'p' },
      { op: 'MaxPool', inputs: ['p'], output: 'm', attributes: { kernel_shape: [3, 3], strides: [2, 2] } },
      { op: 'Flatten', inputs: ['m'], output: 'y' },
    ],
  }),
  model('names of all kinds', {
    inputs: { 'réseau/entrée:0': ['N', 4] },
    initializers: { '': weights(4), ' ': weights(4), '0': positive(4) },
    nodes: [
      { op: 'Mul', name: '__proto__', inputs: ['réseau/entrée:0', ' '], output: 'constructor' },
      { op: 'Div', name: 'line\nbreak', inputs: ['constructor', '0'], output: '__proto__' },
      { op: 'Relu', inputs: ['__proto__'], output: '出力;"quoted"\\' },
    ],
    outputs: ['出力;"quoted"\\'],
  }),
  model('several outputs, the first of them read by another node', {
    initializers: { w: weights(60, 4) },
    nodes: [
      { op: 'Flatten', inputs: ['x'], output: 'f' },
      { op: 'MatMul', inputs: ['f', 'w'], output: 'y' },
      { op: 'Softmax', inputs: ['y'], output: 'z', attributes: { axis: 1 } },
    ],
    outputs: ['y', 'z', 'f'],
  }),
];

const heads: ExportedModel[] = [
  model('scores of shape 1xCx1x1', {
    initializers: { w: weights(5, 2, 1, 1), b: weights(5) },
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['x'], output: 'g' },
      { op: 'Conv', inputs: ['g', 'w', 'b'], output: 'y' },
    ],
  }),
  model('scores squeezed to one axis', {
    inputs: { x: [1, 2, 6, 5] },
    initializers: { w: weights(5, 2, 6, 5), b: weights(5), scale: weights(5), matrix: weights(5, 5) },
    nodes: [
      { op: 'Conv', inputs: ['x', 'w', 'b'], output: 'c' },
      { op: 'Squeeze', inputs: ['c'], output: 's' },
      { op: 'Mul', inputs: ['scale', 's'], output: 'm' },
      { op: 'MatMul', inputs: ['m', 'matrix'], output: 'y' },
    ],
  }),
  ...[7, 11, 13].flatMap((opset) =>
    [1, 2, 3].map((axis) =>
      model(`opset ${opset}, Softmax along axis ${axis} of four`, {
        opset,
        nodes: [
          { op: 'Softmax', inputs: ['x'], output: 's', attributes: { axis } },
          { op: 'LogSoftmax', inputs: ['s'], output: 'y', attributes: { axis } },
        ],
      }),
    ),
  ),
];

/**
 * Small classifiers in the forms in which exporters of all years write them, and graphs of odd shape. ONNX Runtime runs every one as the
 * oracle of its outputs (test/onnx/exported_models.test.ts). test/agreement/graphs.gpu.test.ts compares their gradients on GPU and CPU.
 */
export const exportedModels: readonly ExportedModel[] = [
  ...exports,
  ...heads,
  ...operandModels,
  ...graphModels,
  ...decomposedModels,
  ...attentionModels,
];
