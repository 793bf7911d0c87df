import { float, floatTensor, intTensor, type ModelDescription, type NodeDescription } from './onnx_builder.js';
import { mulberry32, uniformArray } from './random.js';

type Attributes = NonNullable<NodeDescription['attributes']>;
const PADDED: Attributes = { pads: [1, 1, 1, 1] };
const relu: NodeDescription = { op: 'Relu', output: '' };
const pool = (size: number, more: Attributes = {}): NodeDescription => ({
  op: 'MaxPool',
  output: '',
  attributes: { kernel_shape: [size, size], strides: [size, size], ...more },
});

/** A convolution and what follows it. */
export interface EpilogueCase {
  readonly input: readonly [number, number, number];
  readonly weights: readonly [number, number, number, number];
  readonly attributes?: Attributes;
  /** The nodes after the convolution, in order. */
  readonly after: readonly NodeDescription[];
  /** Whether a value of the convolution's shape is added right after it. */
  readonly residual?: boolean;
  /** Template constants as `direction constant value`, and kernels as `kernel name`: the schedule must have each. */
  readonly expected: readonly string[];
}

/** A convolution between LeakyRelus, because the nodes before the first nonlinearity run separately. */
export function modelOf({ input, weights, attributes = {}, after, residual }: EpilogueCase): ModelDescription {
  const random = mulberry32(41);
  const draw = (...shape: number[]) =>
    floatTensor(
      shape,
      uniformArray(
        random,
        shape.reduce((a, b) => a * b, 1),
        -1,
        1,
      ),
    );
  const [rows, columns] = [input[1], input[2]];
  const nodes: NodeDescription[] = [
    { op: 'LeakyRelu', inputs: ['x'], output: 'a', attributes: { alpha: float(0.5) } },
    { op: 'Conv', inputs: ['a', 'w', 'b'], output: 'z', attributes },
  ];
  if (residual) {
    nodes.splice(1, 0, { op: 'Conv', inputs: ['a', 'one'], output: 'side' });
    nodes.push({ op: 'Add', inputs: ['side', 'z'], output: 'sum' });
  }
  after.forEach((node, index) => {
    nodes.push({ ...node, inputs: [nodes.at(-1)!.output as string], output: `after ${index}` });
  });
  nodes.push({ op: 'LeakyRelu', inputs: [nodes.at(-1)!.output as string], output: 'y', attributes: { alpha: float(0.5) } });
  return {
    inputs: { x: [1, input[0], rows, columns] },
    initializers: { w: draw(...weights), b: draw(weights[0]), one: draw(weights[0], input[0], 1, 1) },
    nodes,
    outputs: ['y'],
  };
}

export const epilogueCases: Readonly<Record<string, EpilogueCase>> = {
  'pool 2 and Relu, odd planes': {
    input: [5, 7, 9],
    weights: [9, 5, 3, 3],
    attributes: PADDED,
    after: [pool(2), relu],
    expected: ['forward POOL 2', 'forward RELU 1', 'backward EXPAND 2', 'backward ROW_PHASE 1', 'backward TAP_ROWS 3'],
  },
  'Relu and pool 2, 16 channels': {
    input: [16, 6, 6],
    weights: [8, 16, 3, 3],
    attributes: PADDED,
    after: [relu, pool(2)],
    expected: ['backward CHANNELS 16', 'backward EXPAND 2'],
  },
  'Relu and pool 2': {
    input: [5, 8, 8],
    weights: [9, 5, 3, 3],
    attributes: { pads: [0, 1, 2, 0] },
    after: [relu, pool(2)],
    expected: ['forward POOL 2', 'forward RELU 1', 'backward COLUMN_PHASE 1', 'backward ROW_PHASE 0'],
  },
  'pool 2 alone': { input: [3, 9, 8], weights: [8, 3, 2, 2], after: [pool(2)], expected: ['forward POOL 2', 'forward RELU 0'] },
  'pool 3 and Relu': {
    input: [4, 11, 10],
    weights: [10, 4, 3, 3],
    attributes: PADDED,
    after: [pool(3), relu],
    expected: ['forward POOL 3', 'backward EXPAND 3', 'backward TAP_ROWS 1'],
  },
  'pool 2 after 5x5': {
    input: [4, 10, 11],
    weights: [9, 4, 5, 5],
    attributes: { pads: [2, 2, 2, 2] },
    after: [relu, pool(2)],
    expected: ['forward TAP_ROWS 1', 'backward EXPAND 2', 'backward TAP_ROWS 1'],
  },
  'pool 3 after 5x5': {
    input: [4, 11, 12],
    weights: [8, 4, 5, 5],
    after: [relu, pool(3)],
    expected: ['backward EXPAND 3', 'backward COLUMN_PHASE 2'],
  },
  'pool 2 after 1x1': { input: [4, 6, 7], weights: [9, 4, 1, 1], after: [pool(2), relu], expected: ['forward POOL 2', 'backward TAPS 1'] },
  'pool 2 after 4x4, dilated': {
    input: [3, 13, 12],
    weights: [5, 3, 4, 4],
    attributes: { dilations: [2, 2], pads: [3, 3, 3, 3] },
    after: [pool(2), relu],
    expected: ['backward EXPAND 2', 'backward DILATION 2', 'backward COLUMN_PHASE 1'],
  },
  'pool 2 of a grey image': {
    input: [1, 9, 9],
    weights: [5, 1, 3, 3],
    after: [pool(2), relu],
    expected: ['backward CHANNELS 1', 'backward EXPAND 2'],
  },
  'pool 2 of one output': {
    input: [5, 9, 9],
    weights: [1, 5, 3, 3],
    after: [pool(2), relu],
    expected: ['forward CHANNELS 1', 'forward POOL 2'],
  },
  'pool 2 in groups': {
    input: [6, 8, 6],
    weights: [10, 3, 3, 3],
    attributes: { group: 2, ...PADDED },
    after: [pool(2), relu],
    expected: ['forward POOL 2'],
  },
  'pool 2 of a depthwise convolution': {
    input: [5, 8, 6],
    weights: [5, 1, 3, 3],
    attributes: { group: 5, ...PADDED },
    after: [pool(2), relu],
    expected: ['forward POOL 2', 'backward CHANNELS 1'],
  },
  'a pool with overlap is left alone': {
    input: [4, 9, 9],
    weights: [8, 4, 3, 3],
    after: [pool(3, { strides: [2, 2] }), relu],
    expected: ['forward POOL 1', 'forward RELU 0', 'backward EXPAND 1'],
  },
  'a pool after a stride is left alone': {
    input: [4, 11, 11],
    weights: [8, 4, 3, 3],
    attributes: { strides: [2, 2] },
    after: [pool(2), relu],
    expected: ['forward POOL 1', 'kernel conv_tile_phases'],
  },
  'residual and Relu': {
    input: [5, 6, 7],
    weights: [11, 5, 3, 3],
    attributes: PADDED,
    after: [relu],
    residual: true,
    expected: ['forward RESIDUAL 1', 'forward RELU 1'],
  },
  'residual alone': {
    input: [3, 6, 7],
    weights: [3, 3, 5, 5],
    attributes: { pads: [2, 2, 2, 2] },
    after: [],
    residual: true,
    expected: ['forward RESIDUAL 1'],
  },
  'residual and pool': {
    input: [3, 6, 7],
    weights: [8, 3, 3, 3],
    attributes: PADDED,
    after: [pool(2), relu],
    residual: true,
    expected: ['forward RESIDUAL 1', 'forward POOL 1'],
  },
  'Relu after a stride': {
    input: [4, 9, 10],
    weights: [9, 4, 3, 3],
    attributes: { strides: [2, 2], ...PADDED },
    after: [relu],
    expected: ['forward RELU 1', 'forward STRIDE 2', 'kernel conv_tile_phases'],
  },
  'Relu of whole words in groups': {
    input: [6, 5, 6],
    weights: [16, 3, 3, 3],
    attributes: { group: 2, ...PADDED },
    after: [relu],
    expected: ['forward RELU 1'],
  },
  'Relu of parts of words in groups': {
    input: [6, 5, 6],
    weights: [12, 3, 3, 3],
    attributes: { group: 2, ...PADDED },
    after: [relu],
    expected: ['forward RELU 0'],
  },
};

/** A value behind gates that two convolutions read. One of them has planes of another size, and groups that split words of gates. */
export const gatedModel: ModelDescription = (() => {
  const random = mulberry32(42);
  const draw = (...shape: number[]) =>
    floatTensor(
      shape,
      uniformArray(
        random,
        shape.reduce((a, b) => a * b, 1),
        -1,
        1,
      ),
    );
  return {
    inputs: { x: [1, 3, 4, 6] },
    initializers: {
      w: draw(12, 3, 3, 3),
      one: draw(5, 12, 3, 3),
      two: draw(9, 2, 3, 3),
      turned: intTensor([1, 6, 8, 6]),
      flat: intTensor([1, -1]),
    },
    nodes: [
      { op: 'LeakyRelu', inputs: ['x'], output: 'a', attributes: { alpha: float(0.5) } },
      { op: 'Conv', inputs: ['a', 'w'], output: 'z', attributes: PADDED },
      { op: 'Relu', inputs: ['z'], output: 'r' },
      { op: 'Conv', inputs: ['r', 'one'], output: 'p', attributes: { strides: [2, 2], ...PADDED } },
      { op: 'Reshape', inputs: ['r', 'turned'], output: 't' },
      { op: 'Conv', inputs: ['t', 'two'], output: 'q', attributes: { group: 3, ...PADDED } },
      { op: 'Reshape', inputs: ['p', 'flat'], output: 'pf' },
      { op: 'Reshape', inputs: ['q', 'flat'], output: 'qf' },
      { op: 'Concat', inputs: ['pf', 'qf'], output: 'c', attributes: { axis: 1 } },
      // Keeps the convolutions before it out of the linear suffix, which runs back once an image.
      { op: 'LeakyRelu', inputs: ['c'], output: 'y', attributes: { alpha: float(0.5) } },
    ],
    outputs: ['y'],
  };
})();
