import { batchNormalization, type ExportedModel, model, positive, weights } from './exported_model.js';
import { float, floatTensor, intTensor } from './onnx_builder.js';

/** Operators with kinds of operands that are easily forgotten. */
export const operandModels: ExportedModel[] = [
  model('constants on the left of Sub, Div, Add, Mul', {
    initializers: { one: floatTensor([], [1]), two: floatTensor([1], [2]), planes: weights(2, 1, 1), rows: weights(1, 1, 6, 1) },
    nodes: [
      { op: 'Sub', inputs: ['one', 'x'], output: 'a' },
      { op: 'Mul', inputs: ['planes', 'a'], output: 'b' },
      { op: 'Add', inputs: ['rows', 'b'], output: 'c' },
      { op: 'Softplus', inputs: ['c'], output: 'd' },
      { op: 'Div', inputs: ['two', 'd'], output: 'e' },
      { op: 'Flatten', inputs: ['e'], output: 'y' },
    ],
  }),
  model('constants that stretch the image, and have more axes', {
    inputs: { x: ['N', 1, 5] },
    initializers: { column: weights(4, 1), deep: weights(1, 1, 4, 5), divisor: positive(3, 1, 1, 1) },
    nodes: [
      { op: 'Add', inputs: ['x', 'column'], output: 'a' },
      { op: 'Mul', inputs: ['a', 'deep'], output: 'b' },
      { op: 'Div', inputs: ['b', 'divisor'], output: 'c' },
      { op: 'Sub', inputs: ['deep', 'c'], output: 'd' },
      { op: 'ReduceMean', inputs: ['d'], output: 'y', attributes: { axes: [0, 2], keepdims: 0 } },
    ],
  }),
  model('MatMul with constants of one and three axes, and a constant on the left', {
    inputs: { x: ['N', 3, 4] },
    initializers: { left: weights(5, 3), stack: weights(1, 4, 6), vector: weights(6) },
    nodes: [
      { op: 'MatMul', inputs: ['left', 'x'], output: 'a' },
      { op: 'MatMul', inputs: ['a', 'stack'], output: 'b' },
      { op: 'MatMul', inputs: ['b', 'vector'], output: 'y' },
    ],
  }),
  model('Gemm of two computed matrices, turned, with a column for C', {
    inputs: { x: [1, 3, 4] },
    initializers: { flat: intTensor([3, 4]), column: weights(4, 1) },
    nodes: [
      { op: 'Reshape', inputs: ['x', 'flat'], output: 'm' },
      { op: 'Tanh', inputs: ['m'], output: 't' },
      { op: 'Gemm', inputs: ['m', 't', 'column'], output: 'y', attributes: { transA: 1, alpha: float(0.3), beta: float(-2) } },
    ],
  }),
  model('Gemm with a constant on the left, and a computed C', {
    inputs: { x: [1, 4] },
    initializers: { left: weights(1, 3), right: weights(3, 4) },
    nodes: [
      { op: 'Gemm', inputs: ['left', 'right', 'x'], output: 'a', attributes: { beta: float(0.5) } },
      { op: 'Gemm', inputs: ['a', 'right'], output: 'y', attributes: { transB: 1 } },
    ],
  }),
  model('PRelu with one slope, one a channel, and a computed slope', {
    initializers: { one: floatTensor([1], [0.3]), channels: weights(2, 1, 1) },
    nodes: [
      { op: 'PRelu', inputs: ['x', 'one'], output: 'a' },
      { op: 'PRelu', inputs: ['a', 'channels'], output: 'b' },
      { op: 'ReduceMean', inputs: ['x'], output: 'slope', attributes: { axes: [2], keepdims: 1 } },
      { op: 'PRelu', inputs: ['b', 'slope'], output: 'c' },
      { op: 'Flatten', inputs: ['c'], output: 'y', attributes: { axis: -3 } },
    ],
  }),
  model('BatchNormalization of two and of three axes', {
    inputs: { x: ['N', 4] },
    initializers: { ...batchNormalization, shape: intTensor([0, 4, -1]) },
    nodes: [
      { op: 'BatchNormalization', inputs: ['x', 'scale', 'shift', 'mean', 'variance'], output: 'a' },
      { op: 'Concat', inputs: ['a', 'x'], output: 'b', attributes: { axis: -1 } },
      { op: 'Reshape', inputs: ['b', 'shape'], output: 'c' },
      { op: 'BatchNormalization', inputs: ['c', 'scale', 'shift', 'mean', 'variance'], output: 'y' },
    ],
  }),
  model('pooling with ceil_mode and asymmetric pads', {
    opset: 10,
    nodes: [
      {
        op: 'MaxPool',
        inputs: ['x'],
        output: 'm',
        attributes: { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 0, 1], ceil_mode: 1, dilations: [1, 2] },
      },
      {
        op: 'AveragePool',
        inputs: ['x'],
        output: 'a',
        attributes: { kernel_shape: [3, 2], strides: [2, 2], pads: [0, 1, 1, 0], ceil_mode: 1 },
      },
      { op: 'Flatten', inputs: ['m'], output: 'fm' },
      { op: 'Flatten', inputs: ['a'], output: 'fa' },
      { op: 'Concat', inputs: ['fm', 'fa'], output: 'y', attributes: { axis: 1 } },
    ],
  }),
  model('VALID and SAME convolutions in groups', {
    initializers: { a: weights(4, 1, 2, 2), b: weights(2, 2, 3, 2) },
    nodes: [
      { op: 'Conv', inputs: ['x', 'a'], output: 'c', attributes: { auto_pad: 'SAME_LOWER', group: 2, strides: [1, 1] } },
      { op: 'Elu', inputs: ['c'], output: 'e', attributes: { alpha: float(0.6) } },
      { op: 'Conv', inputs: ['e', 'b'], output: 'd', attributes: { auto_pad: 'VALID', group: 2, strides: [1, 2] } },
      { op: 'Flatten', inputs: ['d'], output: 'y' },
    ],
  }),
];

/** Graphs that are not chains. */
export const graphModels: ExportedModel[] = [
  model('a view of the image', { nodes: [{ op: 'Flatten', inputs: ['x'], output: 'y' }] }),
  model('a chain of views of the image', {
    initializers: { shape: intTensor([0, 2, -1]) },
    nodes: [
      { op: 'Identity', inputs: ['x'], output: 'a' },
      { op: 'Reshape', inputs: ['a', 'shape'], output: 'b' },
      { op: 'Flatten', inputs: ['b'], output: 'y' },
    ],
  }),
  model('the image and views of it, added up', {
    initializers: { shape: intTensor([0, 2, 6, 5]) },
    nodes: [
      { op: 'Flatten', inputs: ['x'], output: 'f' },
      { op: 'Reshape', inputs: ['f', 'shape'], output: 'r' },
      { op: 'Sum', inputs: ['x', 'r', 'x'], output: 's' },
      { op: 'Flatten', inputs: ['s'], output: 'y' },
    ],
  }),
  ...['Add', 'Sub', 'Mul', 'Concat', 'MatMul', 'PRelu', 'Sum'].map((op) =>
    model(`${op}(x, x)`, {
      inputs: { x: ['N', 5, 5] },
      nodes: [{ op, inputs: ['x', 'x'], output: 'y', ...(op === 'Concat' && { attributes: { axis: 2 } }) }],
    }),
  ),
  model('Div(x, x) of values away from 0', {
    nodes: [
      { op: 'Softplus', inputs: ['x'], output: 'p' },
      { op: 'Div', inputs: ['p', 'p'], output: 'q' },
      { op: 'Add', inputs: ['q', 'p'], output: 'y' },
    ],
  }),
  model('a residual from the image', {
    initializers: { w: weights(2, 2, 3, 3) },
    nodes: [
      { op: 'Conv', inputs: ['x', 'w'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
      { op: 'Add', inputs: ['c', 'x'], output: 'a' },
      { op: 'Relu', inputs: ['a'], output: 'y' },
    ],
  }),
  model('a value that three nodes read, one of them twice', {
    nodes: [
      { op: 'Tanh', inputs: ['x'], output: 't' },
      { op: 'Sigmoid', inputs: ['t'], output: 'a' },
      { op: 'Mul', inputs: ['t', 't'], output: 'b' },
      { op: 'Relu', inputs: ['t'], output: 'c' },
      { op: 'Sum', inputs: ['a', 'b', 'c'], output: 'y' },
    ],
  }),
  model('forty branches', {
    initializers: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, weights(2, 1, 1)])),
    nodes: [
      ...Array.from({ length: 40 }, (_, i) => ({ op: 'Add', inputs: ['x', `c${i}`], output: `a${i}` })),
      ...Array.from({ length: 40 }, (_, i) => ({ op: i % 2 ? 'Relu' : 'Tanh', inputs: [`a${i}`], output: `b${i}` })),
      { op: 'Concat', inputs: Array.from({ length: 40 }, (_, i) => `b${i}`), output: 'joined', attributes: { axis: 1 } },
      { op: 'Sum', inputs: Array.from({ length: 40 }, (_, i) => `b${i}`), output: 'sum' },
      { op: 'Concat', inputs: ['sum', 'joined'], output: 'all', attributes: { axis: 1 } },
      { op: 'ReduceMean', inputs: ['all'], output: 'y', attributes: { axes: [2, 3], keepdims: 0 } },
    ],
  }),
  model('a gate: a tensor times one number a channel, computed from it', {
    initializers: { w: weights(2, 2, 1, 1) },
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['x'], output: 'g' },
      { op: 'Conv', inputs: ['g', 'w'], output: 'c' },
      { op: 'HardSigmoid', inputs: ['c'], output: 'h' },
      { op: 'Mul', inputs: ['h', 'x'], output: 'm' },
      { op: 'Flatten', inputs: ['m'], output: 'y' },
    ],
  }),
  model('the mean of the whole image, a scalar, taken from it', {
    inputs: { x: [1, 2, 6, 5] },
    nodes: [
      { op: 'ReduceMean', inputs: ['x'], output: 'm', attributes: { keepdims: 0 } },
      { op: 'Sub', inputs: ['x', 'm'], output: 'd' },
      { op: 'Mul', inputs: ['m', 'd'], output: 'p' },
      { op: 'Flatten', inputs: ['p'], output: 'y' },
    ],
  }),
  model('a constant without elements, joined', {
    initializers: { nothing: floatTensor([1, 0, 6, 5], []) },
    nodes: [
      { op: 'Tanh', inputs: ['x'], output: 't' },
      { op: 'Concat', inputs: ['nothing', 't'], output: 'j', attributes: { axis: 1 } },
      { op: 'Flatten', inputs: ['j'], output: 'y' },
    ],
    inputs: { x: [1, 2, 6, 5] },
  }),
  model('an outer product of two computed vectors', {
    nodes: [
      { op: 'ReduceMean', inputs: ['x'], output: 'r', attributes: { axes: [2] } },
      { op: 'ReduceMean', inputs: ['x'], output: 'c', attributes: { axes: [3] } },
      { op: 'Mul', inputs: ['r', 'c'], output: 'o' },
      { op: 'Sub', inputs: ['o', 'r'], output: 'd' },
      { op: 'Flatten', inputs: ['d'], output: 'y' },
    ],
  }),
];

/**
 * Functions that are linear because of their attributes. Their backward kernels read the saved input only at the points of a path, at
 * whichever end of the network they stand. onnxruntime refuses an alpha of 0.
 */
export const linearByAttributes = model('functions that are linear for their attributes alone', {
  nodes: [
    { op: 'LRN', inputs: ['x'], output: 'a', attributes: { size: 3, alpha: float(0), bias: float(0.5) } },
    { op: 'MaxPool', inputs: ['a'], output: 'b', attributes: { kernel_shape: [1, 1], strides: [2, 2] } },
    { op: 'Tanh', inputs: ['b'], output: 't' },
    { op: 'LRN', inputs: ['t'], output: 'n', attributes: { size: 3, alpha: float(0), bias: float(2) } },
    { op: 'Flatten', inputs: ['n'], output: 'y' },
  ],
});
