import { floatTensor, type ModelDescription } from './onnx_builder.js';
import { mulberry32, uniformArray } from './random.js';

/**
 * So many rows that an invocation takes several (src/gpu/kernels/variant.ts), which fill neither the last group of rows nor, with 70 and 19 columns,
 * the last tile of outputs or the last steps of the depth.
 */
export const [TOKENS, WIDTH] = [53, 19];
const HIDDEN = 70;

const draw = (shape: number[], seed: number) => {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return floatTensor(shape, uniformArray(mulberry32(seed), size, -0.4, 0.4));
};

/** Dense with gates on its cotangent, and products of values: rows, columns and depth that no tile divides. */
export const tokenModel: ModelDescription = {
  inputs: { x: ['N', TOKENS, WIDTH] },
  initializers: {
    up: draw([WIDTH, HIDDEN], 1),
    bias: draw([HIDDEN], 2),
    down: draw([HIDDEN, WIDTH], 3),
    scores: draw([WIDTH, 4], 4),
  },
  nodes: [
    { op: 'MatMul', inputs: ['x', 'up'], output: 'wide' },
    { op: 'Add', inputs: ['wide', 'bias'], output: 'biased' },
    { op: 'Relu', inputs: ['biased'], output: 'gated' },
    { op: 'MatMul', inputs: ['gated', 'down'], output: 'narrow' },
    { op: 'Transpose', inputs: ['x'], output: 'turned', attributes: { perm: [0, 2, 1] } },
    { op: 'MatMul', inputs: ['narrow', 'turned'], output: 'similar' },
    { op: 'Softmax', inputs: ['similar'], output: 'attended', attributes: { axis: -1 } },
    { op: 'MatMul', inputs: ['attended', 'narrow'], output: 'mixed' },
    { op: 'Add', inputs: ['mixed', 'x'], output: 'sum' },
    { op: 'ReduceMean', inputs: ['sum'], output: 'mean', attributes: { axes: [1], keepdims: 0 } },
    { op: 'MatMul', inputs: ['mean', 'scores'], output: 'y' },
  ],
  outputs: ['y'],
};

/** Fewer rows, of which an invocation takes two where a layer is wide; and a layer of ten outputs, which have a tile of their own. */
export const fewTokensModel: ModelDescription = {
  inputs: { x: ['N', 17, 10] },
  initializers: { up: draw([10, 96], 5), across: draw([96, 96], 6), down: draw([96, 10], 7) },
  nodes: [
    { op: 'MatMul', inputs: ['x', 'up'], output: 'wide' },
    { op: 'Relu', inputs: ['wide'], output: 'gated' },
    { op: 'MatMul', inputs: ['gated', 'across'], output: 'mixed' },
    { op: 'Sigmoid', inputs: ['mixed'], output: 'bent' },
    { op: 'MatMul', inputs: ['bent', 'down'], output: 'narrow' },
    { op: 'ReduceMean', inputs: ['narrow'], output: 'y', attributes: { axes: [1], keepdims: 0 } },
  ],
  outputs: ['y'],
};
