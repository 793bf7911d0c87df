import { describe, expect, test } from 'vitest';
import { type ImportChoice, importModel } from '../../../src/onnx/import.js';
import {
  buildModel,
  type Dimension,
  floatTensor,
  intTensor,
  type ModelDescription,
  type NodeDescription,
} from '../../support/onnx_builder.js';

// Which shape the input gets where the file leaves it open.

const ones = (...shape: readonly number[]) =>
  floatTensor(shape, new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(1));

/** Two classes from the mean of every channel, so that any size fits. */
const pooled = {
  initializers: { kernel: ones(4, 3, 3, 3), w: ones(4, 2) },
  nodes: [
    { op: 'Conv', inputs: ['x', 'kernel'], output: 'c' },
    { op: 'GlobalAveragePool', inputs: ['c'], output: 'p' },
    { op: 'Flatten', inputs: ['p'], output: 'f' },
    { op: 'MatMul', inputs: ['f', 'w'], output: 'y' },
  ],
  outputs: ['y'],
};

/** Two classes from every value after a convolution with stride 2, for an input of 3 x side x side. */
function flattened(side: number): Omit<ModelDescription, 'inputs'> {
  const rows = Math.ceil(side / 2);
  return {
    initializers: { kernel: ones(4, 3, 3, 3), w: ones(4 * rows * rows, 2) },
    nodes: [
      { op: 'Conv', inputs: ['x', 'kernel'], output: 'c', attributes: { strides: [2, 2], pads: [1, 1, 1, 1] } },
      { op: 'Flatten', inputs: ['c'], output: 'f' },
      { op: 'MatMul', inputs: ['f', 'w'], output: 'y' },
    ],
    outputs: ['y'],
  };
}

/** Two classes from patches of 8 x 8 pixels, to which positions are added. With a single patch they are added to it again and again. */
function embedded(side: number): Omit<ModelDescription, 'inputs'> {
  const tokens = (side / 8) ** 2;
  return {
    initializers: { kernel: ones(4, 3, 8, 8), shape: intTensor([1, 4, -1]), positions: ones(1, 4, tokens), w: ones(4, 2) },
    nodes: [
      { op: 'Conv', inputs: ['x', 'kernel'], output: 'c', attributes: { strides: [8, 8] } },
      { op: 'Reshape', inputs: ['c', 'shape'], output: 'tokens' },
      { op: 'Add', inputs: ['tokens', 'positions'], output: 'sum' },
      { op: 'ReduceMean', inputs: ['sum'], output: 'mean', attributes: { axes: [2], keepdims: 0 } },
      { op: 'MatMul', inputs: ['mean', 'w'], output: 'y' },
    ],
    outputs: ['y'],
  };
}

const lastFirst: NodeDescription = { op: 'Transpose', inputs: ['image'], output: 'x', attributes: { perm: [0, 3, 1, 2] } };
const channelsLast = (model: Omit<ModelDescription, 'inputs'>) => ({ ...model, nodes: [lastFirst, ...model.nodes] });

function inputOf(model: Omit<ModelDescription, 'inputs'>, axes: readonly Dimension[] | undefined, choice: ImportChoice = {}) {
  const name = model.nodes.some(({ inputs }) => inputs?.includes('image')) ? 'image' : 'x';
  const { graph, info } = importModel(buildModel({ ...model, inputs: { [name]: axes ?? 'any' } }), choice);
  return { shape: graph.input.shape, from: info.openAxes.map(({ from }) => from) };
}

const network = 'the network';
const assumed = 'assumed';

describe('an open size is', () => {
  const open = ['N', 3, 'height', 'width'];
  test.each<[string, Omit<ModelDescription, 'inputs'>, readonly Dimension[] | undefined, readonly number[], readonly string[]]>([
    ['the one whose elements a product takes', flattened(64), open, [1, 3, 64, 64], [network, network]],
    ['an unusual one', flattened(40), open, [1, 3, 40, 40], [network, network]],
    ['the one that has as many patches as positions', embedded(48), open, [1, 3, 48, 48], [network, network]],
    ['of patches an unusual one', embedded(40), open, [1, 3, 40, 40], [network, network]],
    ['assumed where any fits', pooled, open, [1, 3, 224, 224], [assumed, assumed]],
    ['that of the other side', pooled, ['N', 3, 480, 'width'], [1, 3, 480, 480], [assumed]],
    [
      'assumed beside channels that are not 1 or 3',
      { ...pooled, initializers: { ...pooled.initializers, kernel: ones(4, 5, 3, 3) } },
      ['N', 5, 'h', 'w'],
      [1, 5, 224, 224],
      [assumed, assumed],
    ],
    ['of the channels that of the kernels', pooled, ['N', 'c', 32, 32], [1, 3, 32, 32], [network]],
    ['of all axes', flattened(64), ['N', 'c', 'h', 'w'], [1, 3, 64, 64], [network, network, network]],
    ['of all axes, the channels last', channelsLast(flattened(64)), ['N', 'h', 'w', 'c'], [1, 64, 64, 3], [network, network, network]],
    [
      'of axes without names, the channels last',
      channelsLast(flattened(64)),
      ['', '', '', ''],
      [1, 64, 64, 3],
      [network, network, network],
    ],
    ['of all axes, where there is no shape', flattened(64), undefined, [1, 3, 64, 64], [network, network, network]],
    [
      'of a row, what the first product takes',
      { ...flattened(0), initializers: { w: ones(12, 2) }, nodes: [{ op: 'MatMul', inputs: ['x', 'w'], output: 'y' }] },
      ['N', 'n'],
      [1, 12],
      [network],
    ],
  ])('%s', (_, model, axes, shape, from) => {
    expect(inputOf(model, axes)).toEqual({ shape, from });
  });

  test('that of an array, with the batch axis or without it', () => {
    for (const shape of [
      [1, 3, 40, 24],
      [3, 40, 24],
    ]) {
      expect(inputOf(pooled, open, { input: { shape } })).toEqual({ shape: [1, 3, 40, 24], from: ['the array', 'the array'] });
      expect(inputOf(pooled, undefined, { input: { shape } }).shape).toEqual([1, 3, 40, 24]);
    }
  });

  test('the likely one, unless it does not fit', () => {
    const likely = [{ height: 64, width: 64, from: 'preprocessor_config.json' }];
    expect(inputOf(pooled, open, { input: { likely } }).from).toEqual(['preprocessor_config.json', 'preprocessor_config.json']);
    expect(inputOf(embedded(32), open, { input: { likely } })).toEqual({ shape: [1, 3, 32, 32], from: [network, network] });
  });

  test('refused where none fits, with what stopped the first', () => {
    const broken = { ...pooled, initializers: { ...pooled.initializers, w: ones(5, 2) } };
    expect(() => inputOf(broken, open)).toThrow(
      /^the file leaves the size of input "x" open, and no size was found that fits; with 1x3x224x224: MatMul "MatMul_3", opset 13: .* \(--size 192x256/,
    );
  });
});

describe('an input without a batch axis', () => {
  const unsqueezed = (model: Omit<ModelDescription, 'inputs'>): Omit<ModelDescription, 'inputs'> => ({
    ...model,
    nodes: [{ op: 'Unsqueeze', inputs: ['image'], output: 'x', attributes: { axes: [0] } }, ...model.nodes],
    opset: 11,
  });
  test.each<[string, Omit<ModelDescription, 'inputs'>, readonly number[]]>([
    ['of channels', unsqueezed(pooled), [3, 8, 8]],
    ['of numbers', { initializers: { w: ones(12, 2) }, nodes: [{ op: 'MatMul', inputs: ['x', 'w'], output: 'y' }], outputs: ['y'] }, [12]],
  ])('%s', (_, model, shape) => {
    expect(inputOf(model, shape)).toEqual({ shape, from: [] });
  });
});

describe('a batch that the file fixes', () => {
  const token = (values: readonly number[]): Omit<ModelDescription, 'inputs'> => ({
    initializers: { token: floatTensor([4, 1], values), bias: floatTensor([4, 4], new Float32Array(16).fill(2)), w: ones(4, 2) },
    nodes: [
      { op: 'Concat', name: 'c', inputs: ['token', 'x'], output: 'tokens', attributes: { axis: 1 } },
      { op: 'Add', inputs: ['tokens', 'bias'], output: 'sum' },
      { op: 'MatMul', inputs: ['sum', 'w'], output: 'y' },
    ],
    outputs: ['y'],
  });

  test('may have repeated constants: those of one image stay', () => {
    const { graph } = importModel(buildModel({ ...token([7, 7, 7, 7]), inputs: { x: [4, 3] } }));
    expect(graph.output.shape).toEqual([1, 2]);
    expect([...graph.constants.values()].map(({ shape }) => shape)).toEqual(
      expect.arrayContaining([
        [1, 1],
        [1, 4],
        [4, 2],
      ]),
    );
  });

  test('is refused where the constants of images differ', () => {
    expect(() => importModel(buildModel({ ...token([7, 7, 7, 8]), inputs: { x: [4, 3] } }))).toThrow(
      'Concat "c", opset 13: shapes 4x1 and 1x3 do not join along axis 1 (all other sizes equal; the model was exported with batch 4, try batch 1)',
    );
  });
});
