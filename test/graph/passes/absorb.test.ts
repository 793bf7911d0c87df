import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../../src/doctor/case_graph.js';
import { pathSchedule } from '../../../src/gpu/requests/path/path_schedule.js';
import { absorbAffine, absorbConcat } from '../../../src/graph/passes/absorb.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { positive, weights } from '../../support/exported_model.js';
import { buildModel, floatTensor, type NodeDescription } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';

const initializers = {
  w: weights(6, 1, 3, 3),
  b: weights(6),
  v: weights(4, 6, 1, 1),
  scale: weights(6),
  shift: weights(6),
  mean: weights(6),
  variance: positive(6),
  channels: weights(6, 1, 1),
  planes: weights(5, 5),
  two: floatTensor([], [2]),
  m: weights(5, 3),
  row: weights(3),
  five: weights(5, 2, 3, 3),
  columns: weights(5),
};

function modelOf(...nodes: NodeDescription[]) {
  return importModel(buildModel({ inputs: { x: ['N', 2, 5, 5] }, outputs: ['y'], initializers, nodes }));
}

const CONV: NodeDescription = { op: 'Conv', inputs: ['x', 'w', 'b'], output: 'c', attributes: { group: 2, pads: [1, 1, 1, 1] } };
const NORMALISED: NodeDescription = { op: 'BatchNormalization', inputs: ['c', 'scale', 'shift', 'mean', 'variance'], output: 'n' };

describe('absorbAffine', () => {
  test.each<[name: string, nodes: NodeDescription[], left: string[]]>([
    ['a batch normalisation, and the ReLU after it', [CONV, NORMALISED, { op: 'Relu', inputs: ['n'], output: 'y' }], ['Conv', 'Relu']],
    [
      'one after the other',
      [
        CONV,
        { op: 'Mul', inputs: ['channels', 'c'], output: 'a' },
        { op: 'Sub', inputs: ['two', 'a'], output: 'd' },
        { op: 'Tanh', inputs: ['d'], output: 'y' },
      ],
      ['Conv', 'Tanh'],
    ],
    [
      'a bias that is added to a product, and a factor',
      [
        { op: 'MatMul', inputs: ['x', 'm'], output: 'p' },
        { op: 'Add', inputs: ['row', 'p'], output: 'a' },
        { op: 'Mul', inputs: ['a', 'row'], output: 'y' },
      ],
      ['Dense'],
    ],
    ['no factor that differs within a channel', [CONV, { op: 'Mul', inputs: ['c', 'planes'], output: 'y' }], ['Conv', 'Affine']],
    // As many numbers as there are channels, but along the columns.
    [
      'no factor along another axis of the same size',
      [
        { ...CONV, inputs: ['x', 'five'], attributes: { pads: [1, 1, 1, 1] } },
        { op: 'Mul', inputs: ['c', 'columns'], output: 'y' },
      ],
      ['Conv', 'Affine'],
    ],
    ['nothing of a value that others read', [CONV, NORMALISED, { op: 'Add', inputs: ['c', 'n'], output: 'y' }], ['Conv', 'Affine', 'Add']],
  ])('%s', async (_, nodes, left) => {
    const { graph } = modelOf(...nodes);
    const canonical = absorbAffine(canonicalise(graph));
    expect(canonical.nodes.map(({ op }) => op)).toEqual(left);
    const [whole, absorbed] = [new CpuExecutor(graph), new CpuExecutor(canonical)];
    const random = mulberry32(3);
    const image = Float32Array.from(uniformArray(random, whole.elements, -1, 1));
    const seed = Float32Array.from(uniformArray(random, whole.classes, -1, 1));
    const [expected, actual] = [await whole.forward(image, 1), await absorbed.forward(image, 1)];
    expect(relativeDistance(actual.outputs, expected.outputs)).toBeLessThan(1e-7);
    const of = async (executor: CpuExecutor) => (await executor.gradients({ images: image, seed })).gradients;
    expect(relativeDistance(await of(absorbed), await of(whole))).toBeLessThan(1e-7);
  });

  test('two normalisations of one filter: each has weights of its own', () => {
    const { graph } = modelOf(
      CONV,
      NORMALISED,
      { ...CONV, output: 'c2' },
      { op: 'Mul', inputs: ['c2', 'channels'], output: 'n2' },
      { op: 'Tanh', inputs: ['n'], output: 't' },
      { op: 'Sub', inputs: ['t', 'n2'], output: 'y' },
    );
    const filters = pathSchedule(absorbAffine(canonicalise(graph))).dispatches.filter(
      ({ kernel, stage }) => kernel === 'conv_tile_forward' && stage === 'begin',
    );
    const bound = filters.map(({ bindings }) => bindings.find(({ kind }) => kind === 'constant'));
    expect(new Set(bound.map((binding) => (binding as { data: object }).data)).size).toBe(2);
  });
});

describe('absorbConcat', () => {
  const parts = {
    a: weights(16, 2, 3, 3),
    b: weights(32, 2, 1, 1),
    c: weights(16, 2, 1, 1),
    odd: weights(15, 2, 1, 1),
    squeeze: weights(4, 48, 1, 1),
    window: weights(4, 64, 3, 3),
    wide: weights(64, 48, 1, 1),
    least: weights(4, 31, 1, 1),
    grouped: weights(4, 24, 1, 1),
    four: weights(4),
    scales: weights(4, 1, 1),
  };
  const A: NodeDescription = { op: 'Conv', inputs: ['x', 'a'], output: 'p', attributes: { pads: [1, 1, 1, 1] } };
  const [B, C]: NodeDescription[] = ['b', 'c'].map((name) => ({ op: 'Conv', inputs: ['x', name], output: `of_${name}` }));
  const JOINED: NodeDescription = { op: 'Concat', inputs: ['p', 'of_b'], output: 'j', attributes: { axis: 1 } };
  const SQUEEZED: NodeDescription = { op: 'Conv', inputs: ['j', 'squeeze', 'four'], output: 's' };
  const TANH: NodeDescription = { op: 'Tanh', inputs: ['s'], output: 'y' };
  const POOL: NodeDescription = {
    op: 'MaxPool',
    inputs: ['j'],
    output: 'pooled',
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  };

  test.each<[name: string, nodes: (NodeDescription | undefined)[], left: string[]]>([
    ['two pieces', [A, B, JOINED, SQUEEZED, TANH], ['Conv', 'Conv', 'Conv', 'Conv', 'Add', 'Tanh']],
    [
      'three pieces, and a window',
      [
        A,
        B,
        C,
        { ...JOINED, inputs: ['p', 'of_b', 'of_c'] },
        { op: 'Conv', inputs: ['j', 'window', 'four'], output: 's', attributes: { pads: [1, 1, 1, 1] } },
        TANH,
      ],
      ['Conv', 'Conv', 'Conv', 'Conv', 'Conv', 'Add', 'Conv', 'Add', 'Tanh'],
    ],
    [
      'a pool in between',
      [A, B, JOINED, POOL, { ...SQUEEZED, inputs: ['pooled', 'squeeze'] }, TANH],
      ['Conv', 'Conv', 'MaxPool', 'Conv', 'MaxPool', 'Conv', 'Add', 'Tanh'],
    ],
    // Both parts have the same shape, and the scale of the normalisation.
    [
      'pieces of one size, with an Affine after them',
      [
        A,
        C,
        { ...JOINED, inputs: ['p', 'of_c'] },
        { ...SQUEEZED, inputs: ['j', 'halves', 'four'] },
        { op: 'Mul', inputs: ['s', 'scales'], output: 'n' },
        { ...TANH, inputs: ['n'] },
      ],
      ['Conv', 'Conv', 'Conv', 'Conv', 'Add', 'Tanh'],
    ],
    [
      'a piece that others read',
      [A, B, JOINED, SQUEEZED, { op: 'ReduceMean', inputs: ['p'], output: 'r' }, { op: 'Mul', inputs: ['s', 'r'], output: 'y' }],
      ['Conv', 'ReduceMean', 'Conv', 'Conv', 'Conv', 'Add', 'Mul'],
    ],
    [
      'no Concat that others read',
      [A, B, JOINED, SQUEEZED, { op: 'ReduceMean', inputs: ['j'], output: 'r' }, { op: 'Mul', inputs: ['s', 'r'], output: 'y' }],
      ['Conv', 'Conv', 'Concat', 'ReduceMean', 'Conv', 'Mul'],
    ],
    [
      'no pieces of tiles that are not full',
      [A, { op: 'Conv', inputs: ['x', 'odd'], output: 'of_b' }, JOINED, { ...SQUEEZED, inputs: ['j', 'least'] }, TANH],
      ['Conv', 'Conv', 'Concat', 'Conv', 'Tanh'],
    ],
    [
      'no sums that are as many as the pieces',
      [A, B, JOINED, { ...SQUEEZED, inputs: ['j', 'wide'] }, TANH],
      ['Conv', 'Conv', 'Concat', 'Conv', 'Tanh'],
    ],
    [
      'no groups',
      [A, B, JOINED, { ...SQUEEZED, inputs: ['j', 'grouped'], attributes: { group: 2 } }, TANH],
      ['Conv', 'Conv', 'Concat', 'Conv', 'Tanh'],
    ],
    [
      'no other axis',
      [B, C, { ...JOINED, inputs: ['of_c', 'of_c'], attributes: { axis: 2 } }, { ...SQUEEZED, inputs: ['j', 'rows'] }, TANH],
      ['Conv', 'Concat', 'Conv', 'Tanh'],
    ],
  ])('%s', async (_, nodes, left) => {
    const all = { ...initializers, ...parts, halves: weights(4, 32, 1, 1), rows: weights(4, 16, 1, 1) };
    const { graph } = importModel(
      buildModel({ inputs: { x: ['N', 2, 5, 5] }, outputs: ['y'], initializers: all, nodes: nodes.filter((node) => node !== undefined) }),
    );
    const canonical = absorbAffine(canonicalise(graph));
    const summed = absorbConcat(canonical);
    expect(summed.nodes.map(({ op }) => op)).toEqual(left);
    const [whole, parted] = [new CpuExecutor(graph), new CpuExecutor(summed)];
    const random = mulberry32(4);
    const image = Float32Array.from(uniformArray(random, whole.elements, -1, 1));
    const seed = Float32Array.from(uniformArray(random, whole.classes, -1, 1));
    const [expected, actual] = [await whole.forward(image, 1), await parted.forward(image, 1)];
    expect(relativeDistance(actual.outputs, expected.outputs)).toBeLessThan(1e-7);
    const of = async (executor: CpuExecutor) => (await executor.gradients({ images: image, seed })).gradients;
    expect(relativeDistance(await of(parted), await of(whole))).toBeLessThan(1e-7);
  });

  test('parts of one size with one scale have weights of their own', () => {
    const nodes = [
      A,
      C!,
      { ...JOINED, inputs: ['p', 'of_c'] },
      { ...SQUEEZED, inputs: ['j', 'halves'] },
      { op: 'Mul', inputs: ['s', 'scales'], output: 'n' },
      { ...TANH, inputs: ['n'] },
    ];
    const all = { ...parts, halves: weights(4, 32, 1, 1) };
    const { graph } = importModel(buildModel({ inputs: { x: ['N', 2, 5, 5] }, outputs: ['y'], initializers: all, nodes }));
    const summed = absorbConcat(absorbAffine(canonicalise(graph)));
    const forward = pathSchedule(summed).dispatches.filter(
      ({ bindings, kernel }) =>
        kernel === 'conv_tile_forward' &&
        bindings.some((each) => each.kind === 'value' && ['p', 'of_c'].includes(each.name) && each !== bindings.at(-1)),
    );
    const bound = forward.map(({ bindings }) => bindings.find(({ kind }) => kind === 'constant'));
    expect(bound).toHaveLength(2);
    expect(new Set(bound.map((binding) => (binding as { data: object }).data)).size).toBe(2);
  });
});
