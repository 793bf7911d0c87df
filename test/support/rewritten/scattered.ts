import { sizeOf } from '../../../src/tensor/tensor.js';
import { floatTensor, intTensor, type NodeDescription } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase } from './case.js';

const slice = (input: string, start: string, end: string, output: string): NodeDescription => ({
  op: 'Slice',
  inputs: [input, start, end, 'axis 1'],
  output,
});

/** Two parts of the image, as "data" and "updates". */
const PARTS = [slice('x', 'zero', 'three', 'data'), slice('x', 'three', 'end', 'updates')];
const BOUNDS = { zero: intTensor([0]), three: intTensor([3]), end: intTensor([1000]), 'axis 1': intTensor([1]) };

function scattered(
  op: 'ScatterND' | 'ScatterElements',
  reduction: string,
  shape: readonly [1, number, number],
  indices: ReturnType<typeof intTensor>,
  axis?: number,
): RewrittenCase {
  const attributes = { reduction, ...(axis !== undefined && { axis }) };
  return rewrittenCase(`${op}, ${reduction}`, shape, [...PARTS, { op, inputs: ['data', 'indices', 'updates'], output: 'y', attributes }], {
    opset: 18,
    initializers: { ...BOUNDS, indices },
  });
}

/** Scattering with reductions: several updates of one element, also three and four, and elements without any. */
export const scatteredCases: readonly RewrittenCase[] = [
  scattered('ScatterND', 'add', [1, 8, 2], intTensor([0, 1, 0, -1, 0, 1, 0, 1, 0, 1], [1, 5, 2])),
  scattered('ScatterND', 'mul', [1, 6, 2], intTensor([0, 2, 0, 0, 0, 2], [1, 3, 2])),
  scattered('ScatterND', 'max', [1, 6, 2], intTensor([0, 2, 0, 0, 0, -1], [1, 3, 2])),
  scattered('ScatterElements', 'add', [1, 6, 3], intTensor([0, 2, 0, 0, 1, 0, 0, -1, 0], [1, 3, 3]), 1),
  scattered('ScatterElements', 'min', [1, 6, 2], intTensor([1, 1, 0, 1, 1, -2], [1, 3, 2]), -1),
  rewrittenCase(
    'ScatterElements, mul, a constant for the updates',
    [1, 4],
    [{ op: 'ScatterElements', inputs: ['x', 'indices', 'updates'], output: 'y', attributes: { axis: 1, reduction: 'mul' } }],
    { opset: 16, initializers: { indices: intTensor([2, 0, 2], [1, 3]), updates: floatTensor([1, 3], [2, -3, 0.5]) } },
  ),
  rewrittenCase(
    'ScatterND, add, onto zeros',
    [1, 3, 2],
    [{ op: 'ScatterND', inputs: ['zeros', 'indices', 'x'], output: 'y', attributes: { reduction: 'add' } }],
    { opset: 16, initializers: { zeros: floatTensor([4, 2], Array(8).fill(0)), indices: intTensor([3, 1, 3], [1, 3, 1]) } },
  ),
];

function columns(
  name: string,
  shape: readonly number[],
  [image, block]: readonly [readonly number[], readonly number[]],
  attributes: NonNullable<NodeDescription['attributes']> = {},
) {
  const nodes: NodeDescription[] = [
    { op: 'Reshape', inputs: ['x', 'shape'], output: 'blocks' },
    { op: 'Col2Im', inputs: ['blocks', 'image', 'block'], output: 'y', attributes },
  ];
  const initializers = { shape: intTensor(shape), image: intTensor(image), block: intTensor(block) };
  return rewrittenCase(name, [1, sizeOf(shape)], nodes, { opset: 18, initializers });
}

/** Col2Im: blocks that overlap, lie apart, and stick out. */
export const columnCases: readonly RewrittenCase[] = [
  columns(
    'Col2Im, blocks that overlap',
    [1, 8, 6],
    [
      [3, 4],
      [2, 2],
    ],
  ),
  columns(
    'Col2Im, blocks with strides and pads, and a rest',
    [1, 12, 4],
    [
      [5, 5],
      [2, 3],
    ],
    { strides: [3, 2], pads: [0, 1, 1, 0] },
  ),
  columns(
    'Col2Im, dilated blocks of two images',
    [2, 4, 2],
    [
      [3, 4],
      [2, 2],
    ],
    { dilations: [2, 2] },
  ),
];
