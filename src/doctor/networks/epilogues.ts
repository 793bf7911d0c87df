import { constantOf, type PlainAttribute } from '../cases/plain_node.js';
import type { Network, Step } from './network.js';

type Attributes = Readonly<Record<string, PlainAttribute>>;
const PADDED: Attributes = { pads: [1, 1, 1, 1] };
/** What follows a convolution, without its names. */
type Follower = Pick<Step, 'op' | 'attributes'>;
const relu: Follower = { op: 'Relu' };
const pool = (size: number, more: Attributes = {}): Follower => ({
  op: 'MaxPool',
  attributes: { kernel_shape: [size, size], strides: [size, size], ...more },
});

/** A convolution and what follows it. */
export interface Epilogue {
  readonly input: readonly [channels: number, rows: number, columns: number];
  readonly weights: readonly [outputs: number, channels: number, rows: number, columns: number];
  readonly attributes?: Attributes;
  /** The nodes after the convolution, in order. */
  readonly after: readonly Follower[];
  /** Whether a value of the convolution's shape is added right after it. */
  readonly residual?: boolean;
  /** Template constants as `direction constant value`, and kernels as `kernel name`: the schedule must have each. */
  readonly expected: readonly string[];
}

/** A convolution between LeakyRelus, because the nodes before the first nonlinearity run separately. */
export function networkOfEpilogue({ input, weights, attributes = {}, after, residual = false }: Epilogue): Network {
  const [outputs] = weights;
  const side: readonly Step[] = residual ? [{ op: 'Conv', inputs: ['a', 'one'], output: 'side' }] : [];
  const conv: Step = { op: 'Conv', inputs: ['a', 'w', 'b'], output: 'z', attributes };
  const sum: readonly Step[] = residual ? [{ op: 'Add', inputs: ['side', 'z'], output: 'sum' }] : [];
  const followers = after.map((follower, index): Step => {
    const before = index > 0 ? `after ${index - 1}` : residual ? 'sum' : 'z';
    return { ...follower, inputs: [before], output: `after ${index}` };
  });
  const last = followers.at(-1)?.output ?? (residual ? 'sum' : 'z');
  return {
    image: input,
    constants: { w: weights, b: [outputs], one: [outputs, input[0], 1, 1] },
    steps: [
      { op: 'LeakyRelu', inputs: ['x'], output: 'a', attributes: { alpha: 0.5 } },
      conv,
      ...side,
      ...sum,
      ...followers,
      { op: 'LeakyRelu', inputs: [last], output: 'y', attributes: { alpha: 0.5 } },
    ],
  };
}

export const epilogues: Readonly<Record<string, Epilogue>> = {
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
  'residual and Relu after 1x1': {
    input: [29, 4, 6],
    weights: [62, 29, 1, 1],
    after: [relu],
    residual: true,
    expected: ['forward RESIDUAL 1', 'forward RELU 1', 'backward TRANSPOSED 16'],
  },
};

/** A value behind gates that two convolutions read. One of them has planes of another size, and groups that split words of gates. */
export const gatedNetwork: Network = {
  image: [3, 4, 6],
  constants: {
    w: [12, 3, 3, 3],
    one: [5, 12, 3, 3],
    two: [9, 2, 3, 3],
    turned: constantOf([1, 6, 8, 6], 'int'),
    flat: constantOf([1, -1], 'int'),
  },
  steps: [
    { op: 'LeakyRelu', inputs: ['x'], output: 'a', attributes: { alpha: 0.5 } },
    { op: 'Conv', inputs: ['a', 'w'], output: 'z', attributes: PADDED },
    { op: 'Relu', inputs: ['z'], output: 'r' },
    { op: 'Conv', inputs: ['r', 'one'], output: 'p', attributes: { strides: [2, 2], ...PADDED } },
    { op: 'Reshape', inputs: ['r', 'turned'], output: 't' },
    { op: 'Conv', inputs: ['t', 'two'], output: 'q', attributes: { group: 3, ...PADDED } },
    { op: 'Reshape', inputs: ['p', 'flat'], output: 'pf' },
    { op: 'Reshape', inputs: ['q', 'flat'], output: 'qf' },
    { op: 'Concat', inputs: ['pf', 'qf'], output: 'c', attributes: { axis: 1 } },
    // Keeps the convolutions before it out of the linear suffix, which runs back once an image.
    { op: 'LeakyRelu', inputs: ['c'], output: 'y', attributes: { alpha: 0.5 } },
  ],
};
