import { floatTensor, type ModelDescription } from '../onnx_builder.js';
import { mulberry32, uniformArray } from '../random.js';

const random = mulberry32(59);
const draw = (shape: number[], low = -1, high = 1) => {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return floatTensor(shape, Array.from(uniformArray(random, size, low, high)));
};

const image = { inputs: { x: ['N', 2, 4, 4] }, outputs: ['y'] } as const;
/** Two classes of three channels. */
const head = [
  { op: 'GlobalAveragePool', inputs: ['features'], output: 'means' },
  { op: 'Flatten', inputs: ['means'], output: 'flat' },
  { op: 'Gemm', inputs: ['flat', 'v', 'd'], output: 'y' },
] as const;

/** Small networks of two classes whose nonlinear functions are of single elements, or max pooling of 2 x 2 windows that overlap. */
export const rescaleNetworks = {
  'layers with biases and ReLUs': {
    inputs: { x: ['N', 5] },
    initializers: { w: draw([5, 7]), b: draw([7]), u: draw([7, 6]), c: draw([6]), v: draw([6, 2]), d: draw([2]) },
    nodes: [
      { op: 'Gemm', inputs: ['x', 'w', 'b'], output: 'p' },
      { op: 'Relu', inputs: ['p'], output: 'h' },
      { op: 'Gemm', inputs: ['h', 'u', 'c'], output: 'q' },
      { op: 'Relu', inputs: ['q'], output: 'k' },
      { op: 'Gemm', inputs: ['k', 'v', 'd'], output: 'y' },
    ],
    outputs: ['y'],
  },
  'convolution, ReLU, max pooling': {
    ...image,
    initializers: { w: draw([3, 2, 1, 1]), b: draw([3]), v: draw([3, 2]), d: draw([2]) },
    nodes: [
      { op: 'Conv', inputs: ['x', 'w', 'b'], output: 'z' },
      { op: 'Relu', inputs: ['z'], output: 'r' },
      { op: 'MaxPool', inputs: ['r'], output: 'features', attributes: { kernel_shape: [2, 2] } },
      ...head,
    ],
  },
  'max pooling of the image, then ReLU': {
    ...image,
    initializers: { w: draw([3, 2, 1, 1]), b: draw([3]), v: draw([3, 2]), d: draw([2]) },
    nodes: [
      { op: 'MaxPool', inputs: ['x'], output: 'm', attributes: { kernel_shape: [2, 2] } },
      { op: 'Conv', inputs: ['m', 'w', 'b'], output: 'z' },
      { op: 'Relu', inputs: ['z'], output: 'features' },
      ...head,
    ],
  },
  'sigmoid and tanh': {
    inputs: { x: ['N', 5] },
    initializers: { w: draw([5, 6]), b: draw([6]), u: draw([6, 4]), v: draw([4, 2]), d: draw([2]) },
    nodes: [
      { op: 'Gemm', inputs: ['x', 'w', 'b'], output: 'p' },
      { op: 'Sigmoid', inputs: ['p'], output: 'h' },
      { op: 'MatMul', inputs: ['h', 'u'], output: 'q' },
      { op: 'Tanh', inputs: ['q'], output: 'k' },
      { op: 'Gemm', inputs: ['k', 'v', 'd'], output: 'y' },
    ],
    outputs: ['y'],
  },
  'residual sum': {
    inputs: { x: ['N', 5] },
    initializers: { w: draw([5, 5]), b: draw([5]), v: draw([5, 2]), d: draw([2]) },
    nodes: [
      { op: 'Gemm', inputs: ['x', 'w', 'b'], output: 'p' },
      { op: 'Relu', inputs: ['p'], output: 'r' },
      { op: 'Add', inputs: ['r', 'x'], output: 's' },
      { op: 'Relu', inputs: ['s'], output: 'h' },
      { op: 'Gemm', inputs: ['h', 'v', 'd'], output: 'y' },
    ],
    outputs: ['y'],
  },
  'batch normalisation': {
    ...image,
    initializers: {
      w: draw([3, 2, 1, 1]),
      scale: draw([3], 0.5, 1.5),
      shift: draw([3]),
      mean: draw([3]),
      variance: draw([3], 0.5, 1.5),
      v: draw([3, 2]),
      d: draw([2]),
    },
    nodes: [
      { op: 'Conv', inputs: ['x', 'w'], output: 'z' },
      { op: 'BatchNormalization', inputs: ['z', 'scale', 'shift', 'mean', 'variance'], output: 'n' },
      { op: 'Relu', inputs: ['n'], output: 'features' },
      ...head,
    ],
  },
} satisfies Record<string, ModelDescription>;
