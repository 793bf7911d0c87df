import type { OperatorAttributes, OpType } from '../../ops/index.js';
import type { Shape } from '../../tensor/tensor.js';
import type { OperatorCase } from './operator_case.js';

function moved<Op extends OpType>(
  op: Op,
  what: string,
  attributes: OperatorAttributes[Op],
  x: Shape,
  outputShape: Shape,
): OperatorCase<Op> {
  return { name: `${op}, ${what}`, op, attributes, inputShapes: [x], outputShape };
}

function where(what: string, condition: Shape, bits: readonly number[], a: Shape, b: Shape, y: Shape, constants?: number[]): OperatorCase {
  return {
    name: `Where, ${what}`,
    op: 'Where',
    attributes: { condition: { shape: condition, data: Float64Array.from(bits) } },
    inputShapes: [a, b],
    outputShape: y,
    ...(constants && { constants }),
  };
}

const slice = (what: string, begins: Shape, steps: Shape, x: Shape, y: Shape) => moved('Slice', what, { begins, steps }, x, y);
const gather = (what: string, axis: number, indices: Shape, x: Shape, y: Shape) => moved('Gather', what, { axis, indices }, x, y);

/** Operators that move elements and compute nothing: each way in which shaders/movement/move.wgsl finds elements, in either direction. */
export const movementCases: readonly OperatorCase[] = [
  moved('Transpose', 'NHWC to NCHW', { perm: [0, 3, 1, 2] }, [1, 5, 7, 3], [1, 3, 5, 7]),
  moved('Transpose', 'a rotation of axes', { perm: [2, 0, 1] }, [2, 3, 5], [5, 2, 3]),
  moved('Transpose', 'six axes', { perm: [5, 2, 4, 0, 1, 3] }, [1, 2, 3, 2, 5, 2], [2, 3, 5, 1, 2, 2]),
  moved(
    'Transpose',
    'ten axes, none beside its old neighbour',
    { perm: [8, 6, 4, 2, 0, 9, 7, 5, 3, 1] },
    Array(10).fill(2),
    Array(10).fill(2),
  ),
  moved('Transpose', 'nothing moves', { perm: [0, 1, 2] }, [1, 3, 5], [1, 3, 5]),
  moved('Pad', 'rows and columns', { begin: [0, 0, 1, 2], value: 0.5 }, [1, 2, 3, 5], [1, 2, 5, 8]),
  moved('Pad', 'channels', { begin: [0, 1, 0, 0], value: 0 }, [1, 2, 3, 5], [1, 4, 3, 5]),
  moved('Pad', 'cropped on both sides', { begin: [0, -1, -2], value: 7 }, [1, 5, 7], [1, 3, 4]),
  moved('Pad', 'cropped before, padded after', { begin: [0, -2, 1], value: -1 }, [1, 3, 4], [1, 4, 4]),
  moved('Pad', 'cropped away but for the padding', { begin: [0, -3], value: 3 }, [1, 3], [1, 2]),
  moved('Pad', 'nothing padded', { begin: [0, 0, 0], value: 3 }, [1, 3, 5], [1, 3, 5]),
  moved(
    'Pad',
    'mirrored',
    {
      begin: [1, 2],
      value: 0,
      lists: [
        [1, 0, 1, 2],
        [2, 1, 0, 1, 2, 1],
      ],
    },
    [3, 3],
    [4, 6],
  ),
  slice('rows', [0, 1, 0], [1, 1, 1], [1, 5, 3], [1, 2, 3]),
  slice('rows and columns', [0, 1, 2], [1, 1, 1], [2, 5, 7], [2, 3, 4]),
  slice('every second row and column (patch merging)', [0, 1, 0, 0], [1, 2, 2, 1], [1, 6, 4, 3], [1, 3, 2, 3]),
  slice('a step that does not divide the axis', [0, 1], [1, 3], [2, 8], [2, 3]),
  slice('backwards', [0, 4, 2], [1, -1, -1], [2, 5, 3], [2, 5, 3]),
  slice('backwards from the middle', [0, 3, 0], [1, -1, 1], [2, 5, 3], [2, 3, 3]),
  slice('backwards in twos', [0, 5], [1, -2], [3, 6], [3, 3]),
  slice('one element, in a step longer than the axis', [0, 4], [1, 9], [3, 6], [3, 1]),
  slice('everything', [0, 0], [1, 1], [3, 6], [3, 6]),
  moved('Split', 'the middle part', { axis: 1, begin: 2 }, [1, 7, 3], [1, 3, 3]),
  moved('Split', 'the first part of the innermost axis', { axis: 2, begin: 0 }, [1, 4, 6], [1, 4, 2]),
  gather('one index', 1, [3], [1, 5, 4], [1, 4]),
  gather('in any order', 1, [3, 0, 4, 2], [1, 5, 4], [1, 4, 4]),
  gather('some twice, some never', 1, [3, 0, 3, 3, 2, 0], [2, 5, 3], [2, 6, 3]),
  gather('each twice, side by side', 2, [0, 0, 1, 1, 2, 2], [2, 2, 3], [2, 2, 6]),
  gather('the last two three times, backwards', 1, [4, 4, 4, 3, 3, 3], [2, 5, 3], [2, 6, 3]),
  gather('one of them very often', 1, Array(150).fill(2), [1, 3, 2], [1, 150, 2]),
  gather('a table of indices', 0, [1, 0, 2, 2], [3, 2], [2, 2, 2]),
  moved('GatherND', 'rows, one twice, one never', { starts: Uint32Array.of(6, 0, 6), length: 3 }, [2, 2, 3], [3, 3]),
  moved('GatherElements', 'single elements in any order', { starts: Uint32Array.of(5, 0, 3, 0), length: 1 }, [2, 3], [2, 2]),
  {
    name: 'ScatterND, rows in any order',
    op: 'ScatterND',
    attributes: { starts: Uint32Array.of(6, 0), length: 3 },
    inputShapes: [
      [2, 2, 3],
      [2, 3],
    ],
    outputShape: [2, 2, 3],
  },
  {
    name: 'ScatterElements, some updates twice, some elements never',
    op: 'ScatterElements',
    attributes: { starts: Uint32Array.of(5, 0, 5, 3), length: 1 },
    inputShapes: [
      [2, 3],
      [2, 2],
    ],
    outputShape: [2, 3],
  },
  moved('Expand', 'columns', {}, [2, 3, 1], [2, 3, 5]),
  moved('Expand', 'rows in the middle', {}, [2, 1, 3], [2, 4, 3]),
  moved('Expand', 'more axes, and some apart', {}, [3, 1, 2, 1], [2, 3, 4, 2, 3]),
  moved('Expand', 'one number a hundred times', {}, [1], [10, 10]),
  moved('Expand', 'nothing', {}, [2, 3], [2, 3]),
  moved('Tile', 'rows and columns', {}, [2, 3], [4, 9]),
  moved('Tile', 'the innermost axis', {}, [1, 2, 3], [1, 2, 12]),
  moved('Tile', 'five axes', {}, [2, 1, 2, 3, 2], [4, 2, 4, 6, 4]),
  where('both computed', [2, 3], [1, 0, 1, 0, 0, 1], [2, 3], [2, 3], [2, 3]),
  where('all stretched', [3, 1], [1, 0, 1], [2, 1, 4], [4], [2, 3, 4]),
  moved('DepthToSpace', 'DCR', { block: 2, mode: 'DCR' }, [1, 12, 2, 3], [1, 3, 4, 6]),
  moved('DepthToSpace', 'CRD', { block: 2, mode: 'CRD' }, [1, 12, 2, 3], [1, 3, 4, 6]),
  moved('SpaceToDepth', 'blocks of 3', { block: 3, mode: 'DCR' }, [1, 2, 3, 6], [1, 18, 1, 2]),
  moved('SpaceToDepth', 'CRD', { block: 2, mode: 'CRD' }, [1, 2, 4, 2], [1, 8, 2, 1]),
];

/** An axis whose elements are these shares, [element of x, weight], of elements of x. */
function resized(axis: number, taps: readonly (readonly (readonly [from: number, weight: number])[])[]) {
  let end = 0;
  const first = [0, ...taps.map((own) => (end += own.length))];
  return { axis, first, places: taps.flat().map(([from]) => from), weights: taps.flat().map(([, weight]) => weight) };
}

const twice = (axis: number) =>
  resized(axis, [
    [[0, 1]],
    [
      [0, 0.75],
      [1, 0.25],
    ],
    [
      [0, 0.25],
      [1, 0.75],
    ],
    [
      [1, 0.75],
      [2, 0.25],
    ],
    [
      [1, 0.25],
      [2, 0.75],
    ],
    [[2, 1]],
  ]);
const fewer = (axis: number) =>
  resized(axis, [
    [
      [0, 0.5],
      [1, 0.5],
    ],
    [
      [3, 0.75],
      [4, 0.25],
    ],
  ]);

/** One axis, resampled between two elements. */
export const resampledCases: readonly OperatorCase[] = [
  moved('Resize', 'twice as many rows', { axes: [twice(2)] }, [1, 2, 3, 5], [1, 2, 6, 5]),
  moved('Resize', 'twice as many columns', { axes: [twice(3)] }, [1, 2, 5, 3], [1, 2, 5, 6]),
  moved('Resize', 'fewer columns, some unread', { axes: [fewer(2)] }, [1, 3, 6], [1, 3, 2]),
  moved(
    'Resize',
    'a row of nothing, and one of more than two, some negative',
    {
      axes: [
        resized(1, [
          [],
          [
            [0, -0.25],
            [1, 0.75],
            [2, 0.75],
            [3, -0.25],
          ],
        ]),
      ],
    },
    [1, 4, 3],
    [1, 2, 3],
  ),
];

/** Several axes, or nearest elements. A pass turns these into other nodes. */
export const resizedCases: readonly OperatorCase[] = [
  moved(
    'Resize',
    'rows and columns',
    {
      axes: [twice(2), fewer(3)],
    },
    [1, 2, 3, 6],
    [1, 2, 6, 2],
  ),
  moved(
    'Upsample',
    'the nearest row',
    {
      axes: [
        resized(
          1,
          [0, 0, 0, 1, 1, 2].map((from) => [[from, 1]]),
        ),
      ],
    },
    [1, 3, 2],
    [1, 6, 2],
  ),
  moved('Resize', 'nothing changes', { axes: [] }, [1, 3, 2], [1, 3, 2]),
];

/** Where with a constant branch, which a pass turns into a value. */
export const whereCases: readonly OperatorCase[] = [
  where('never the first', [1], [0], [1, 5], [1, 5], [1, 5], [0]),
  where('a constant for the second', [1, 5], [1, 0, 1, 1, 0], [3, 5], [], [3, 5], [1]),
];
