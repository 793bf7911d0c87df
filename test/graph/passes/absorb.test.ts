import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../../src/doctor/case_graph.js';
import { pathSchedule } from '../../../src/gpu/requests/path/path_schedule.js';
import { absorbAffine } from '../../../src/graph/passes/absorb.js';
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
