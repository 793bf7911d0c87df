import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel, floatTensor, intTensor, type NodeDescription, rawTensor } from '../../support/onnx_builder.js';
import { needsOnnxRuntime, runOnnxRuntime } from '../../support/oracle.js';

/**
 * Where elements move to. Central differences cannot see a wrong permutation, since the gradient of a wrong one is right for the wrong one. So
 * the numbers here are ONNX Runtime's (1.30, CPU), for the input 0, 1, 2, ...; the last test asks it again where it is installed.
 */
interface Movement {
  readonly what: string;
  readonly node: Pick<NodeDescription, 'op' | 'attributes'>;
  readonly shape: readonly number[];
  /** Further inputs of the node, all constant; undefined for one that is left out. */
  readonly constants?: readonly (ReturnType<typeof intTensor> | undefined)[];
  /** Whether the first constant comes before the image. */
  readonly constantFirst?: boolean;
  readonly opset?: number;
  readonly expected: readonly number[];
}

const BOOL = 9;
const bits = (shape: readonly number[], values: readonly number[]) => rawTensor(BOOL, shape, Uint8Array.from(values));

const movements: readonly Movement[] = [
  {
    what: 'Transpose, rows and columns',
    node: { op: 'Transpose', attributes: { perm: [0, 2, 1] } },
    shape: [1, 2, 3],
    expected: [0, 3, 1, 4, 2, 5],
  },
  {
    what: 'Transpose, a rotation of axes',
    node: { op: 'Transpose', attributes: { perm: [0, 3, 1, 2] } },
    shape: [1, 2, 3, 2],
    expected: [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11],
  },
  {
    what: 'Transpose, the other rotation',
    node: { op: 'Transpose', attributes: { perm: [0, 2, 3, 1] } },
    shape: [1, 2, 3, 2],
    expected: [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11],
  },
  {
    what: 'Pad, constant',
    node: { op: 'Pad' },
    constants: [intTensor([0, 1, 2, 0, 0, 1]), floatTensor([], [9])],
    shape: [1, 2, 2],
    expected: [9, 9, 9, 9, 9, 9, 9, 0, 1, 9, 9, 9, 2, 3, 9],
  },
  {
    what: 'Pad, constant, cropped on one side',
    node: { op: 'Pad' },
    constants: [intTensor([0, -1, 0, 0, 0, 1])],
    shape: [1, 3, 2],
    expected: [2, 3, 0, 4, 5, 0],
  },
  {
    what: 'Pad, reflect',
    node: { op: 'Pad', attributes: { mode: 'reflect' } },
    constants: [intTensor([0, 1, 2, 0, 2, 1])],
    shape: [1, 3, 4],
    expected: [
      6, 5, 4, 5, 6, 7, 6, 2, 1, 0, 1, 2, 3, 2, 6, 5, 4, 5, 6, 7, 6, 10, 9, 8, 9, 10, 11, 10, 6, 5, 4, 5, 6, 7, 6, 2, 1, 0, 1, 2, 3, 2,
    ],
  },
  {
    what: 'Pad, edge',
    node: { op: 'Pad', attributes: { mode: 'edge' } },
    constants: [intTensor([0, 1, 2, 0, 2, 1])],
    shape: [1, 3, 2],
    expected: [0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5, 4, 4, 4, 5, 5, 4, 4, 4, 5, 5],
  },
  {
    what: 'Pad, wrap',
    node: { op: 'Pad', attributes: { mode: 'wrap' } },
    constants: [intTensor([0, 1, 2, 0, 2, 1])],
    shape: [1, 3, 3],
    opset: 19,
    expected: [7, 8, 6, 7, 8, 6, 1, 2, 0, 1, 2, 0, 4, 5, 3, 4, 5, 3, 7, 8, 6, 7, 8, 6, 1, 2, 0, 1, 2, 0, 4, 5, 3, 4, 5, 3],
  },
  {
    what: 'Pad, reflect, of some axes',
    node: { op: 'Pad', attributes: { mode: 'reflect' } },
    constants: [intTensor([2, 1]), undefined, intTensor([2])],
    shape: [1, 2, 4],
    opset: 18,
    expected: [2, 1, 0, 1, 2, 3, 2, 6, 5, 4, 5, 6, 7, 6],
  },
  {
    what: 'Slice, every second, from behind',
    node: { op: 'Slice' },
    constants: [intTensor([-1, 0]), intTensor([-10, 3]), intTensor([1, 2]), intTensor([-2, 1])],
    shape: [1, 5, 4],
    expected: [16, 17, 18, 8, 9, 10, 0, 1, 2],
  },
  {
    what: 'Slice, steps that do not divide',
    node: { op: 'Slice' },
    constants: [intTensor([1]), intTensor([7]), intTensor([1]), intTensor([3])],
    shape: [1, 8],
    expected: [1, 4],
  },
  {
    what: 'Gather, in any order and from behind',
    node: { op: 'Gather', attributes: { axis: 1 } },
    constants: [intTensor([2, 0, -1, 2])],
    shape: [1, 3, 2],
    expected: [4, 5, 0, 1, 4, 5, 4, 5],
  },
  {
    what: 'Gather, a table',
    node: { op: 'Gather', attributes: { axis: 2 } },
    constants: [intTensor([1, 0, 2, 1], [2, 2])],
    shape: [1, 2, 3],
    expected: [1, 0, 2, 1, 4, 3, 5, 4],
  },
  {
    what: 'GatherND, places along the last two axes',
    node: { op: 'GatherND', attributes: { batch_dims: 1 } },
    constants: [intTensor([0, 1, -1, 0, 0, 1], [1, 3, 2])],
    shape: [1, 2, 3, 2],
    expected: [2, 3, 6, 7, 2, 3],
  },
  {
    what: 'GatherElements, from behind',
    node: { op: 'GatherElements', attributes: { axis: -1 } },
    constants: [intTensor([2, -3, -1, 1], [1, 2, 2])],
    shape: [1, 2, 3],
    expected: [2, 0, 5, 4],
  },
  {
    what: 'Expand',
    node: { op: 'Expand' },
    constants: [intTensor([1, 2, 3, 2])],
    shape: [1, 3, 1],
    expected: [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2],
  },
  {
    what: 'Tile',
    node: { op: 'Tile' },
    constants: [intTensor([1, 2, 2])],
    shape: [1, 2, 3],
    expected: [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5, 0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5],
  },
  {
    what: 'Where',
    node: { op: 'Where' },
    constants: [bits([3, 2], [1, 0, 0, 1, 1, 0]), floatTensor([1, 2], [-1, -2])],
    constantFirst: true,
    shape: [1, 3, 1],
    expected: [0, -2, -1, 1, 2, -2],
  },
  {
    what: 'DepthToSpace, DCR',
    node: { op: 'DepthToSpace', attributes: { blocksize: 2 } },
    shape: [1, 8, 1, 2],
    expected: [0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15],
  },
  {
    what: 'DepthToSpace, CRD',
    node: { op: 'DepthToSpace', attributes: { blocksize: 2, mode: 'CRD' } },
    shape: [1, 8, 1, 2],
    expected: [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15],
  },
  {
    what: 'SpaceToDepth',
    node: { op: 'SpaceToDepth', attributes: { blocksize: 2 } },
    shape: [1, 2, 2, 4],
    expected: [0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15],
  },
  {
    what: 'Concat, a constant before',
    node: { op: 'Concat', attributes: { axis: 1 } },
    constants: [floatTensor([1, 1, 2], [-1, -2])],
    constantFirst: true,
    shape: [1, 2, 2],
    expected: [-1, -2, 0, 1, 2, 3],
  },
  {
    what: 'Concat, a constant after, along the last axis',
    node: { op: 'Concat', attributes: { axis: -1 } },
    constants: [floatTensor([1, 2, 1], [-1, -2])],
    shape: [1, 2, 2],
    expected: [0, 1, -1, 2, 3, -2],
  },
  {
    what: 'Resize, nearest, asymmetric and floor',
    node: { op: 'Resize', attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' } },
    constants: [undefined, floatTensor([4], [1, 1, 2, 1.5])],
    shape: [1, 1, 2, 4],
    expected: [0, 0, 1, 2, 2, 3, 0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 4, 4, 5, 6, 6, 7],
  },
  {
    what: 'Resize, nearest, half pixels, smaller',
    node: { op: 'Resize', attributes: { mode: 'nearest' } },
    constants: [undefined, floatTensor([4], [1, 1, 0.5, 0.75])],
    shape: [1, 1, 4, 4],
    expected: [0, 1, 3, 8, 9, 11],
  },
  {
    what: 'Flatten, behind the first axes',
    node: { op: 'Flatten', attributes: { axis: 2 } },
    shape: [1, 2, 2, 2],
    expected: [0, 1, 2, 3, 4, 5, 6, 7],
  },
];

function modelOf({ node, shape, constants = [], constantFirst = false, opset = 13 }: Movement): Uint8Array {
  const names = constants.map((tensor, index) => (tensor === undefined ? '' : `c${index}`));
  const initializers = Object.fromEntries(constants.flatMap((tensor, index) => (tensor === undefined ? [] : [[`c${index}`, tensor]])));
  const [first = '', ...rest] = names;
  const inputs = constantFirst ? [first, 'image', ...rest] : ['image', ...names];
  return buildModel({ opset, inputs: { image: shape }, initializers, nodes: [{ ...node, inputs, output: 'y' }], outputs: ['y'] });
}

const imageOf = ({ shape }: Movement) => Float32Array.from({ length: shape.reduce((size, axis) => size * axis, 1) }, (_, index) => index);

describe('elements move where ONNX Runtime moves them', () => {
  test.each(movements.map((movement) => [movement.what, movement] as const))('%s', async (_, movement) => {
    const { graph } = importModel(modelOf(movement));
    // As it is in the file, and as it goes to a GPU.
    for (const each of [graph, canonicalise(graph)]) {
      expect([...(await new CpuExecutor(each).forward(imageOf(movement), 1)).outputs]).toEqual(movement.expected);
    }
  });

  test('the numbers above are those of ONNX Runtime', async (context) => {
    needsOnnxRuntime(context);
    for (const movement of movements) {
      const [output] = await runOnnxRuntime(modelOf(movement), 'image', movement.shape, imageOf(movement));
      expect([...(output ?? [])], movement.what).toEqual(movement.expected);
    }
  });
});
