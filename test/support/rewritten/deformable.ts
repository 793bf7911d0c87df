import { sizeOf } from '../../../src/tensor/tensor.js';
import { floatTensor, intTensor, type ModelDescription, type NodeDescription } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

/** The shapes of a DeformConv. */
interface Shapes {
  readonly planes: readonly number[];
  readonly filters: readonly number[];
  /** Places of the window. */
  readonly places: readonly [rows: number, columns: number];
  readonly parts?: number;
}

/** A DeformConv whose offsets and mask are sums of numbers of the image, small enough that no place is near a kink of another. */
function deformed(
  what: string,
  { planes, filters, places, parts = 1 }: Shapes,
  attributes: NonNullable<NodeDescription['attributes']>,
  more: NonNullable<ModelDescription['initializers']> = {},
  mask = false,
): RewrittenCase {
  const [batch = 1] = planes;
  const [, , kernelRows = 1, kernelColumns = 1] = filters;
  const taps = parts * kernelRows * kernelColumns;
  const [offsets, factors] = [
    [batch, 2 * taps, ...places],
    [batch, taps, ...places],
  ];
  const nodes: NodeDescription[] = [
    { op: 'Reshape', inputs: ['x', 'shape'], output: 'planes' },
    { op: 'Tanh', inputs: ['x'], output: 't' },
    { op: 'MatMul', inputs: ['t', 'mix'], output: 'mixed' },
    { op: 'Add', inputs: ['mixed', 'off the kinks'], output: 'moved' },
    { op: 'Reshape', inputs: ['moved', 'offsets'], output: 'o' },
    { op: 'MatMul', inputs: ['t', 'mix of factors'], output: 'f' },
    { op: 'Sigmoid', inputs: ['f'], output: 's' },
    { op: 'Reshape', inputs: ['s', 'factors'], output: 'm' },
    {
      op: 'DeformConv',
      inputs: ['planes', 'w', 'o', ...('b' in more ? ['b'] : mask ? [''] : []), ...(mask ? ['m'] : [])],
      output: 'y',
      attributes,
    },
  ];
  const initializers = {
    shape: intTensor(planes),
    mix: weights([sizeOf(planes), sizeOf(offsets)], 1),
    'off the kinks': floatTensor([], [0.0117]),
    offsets: intTensor(offsets),
    'mix of factors': weights([sizeOf(planes), sizeOf(factors)], 2),
    factors: intTensor(factors),
    w: weights(filters, 3),
    ...more,
  };
  return rewrittenCase(`DeformConv, ${what}`, [1, sizeOf(planes)], nodes, { opset: 19, initializers });
}

/** Convolutions whose windows are moved by the image, or by constants. */
export const deformableCases: readonly RewrittenCase[] = [
  deformed(
    'all inputs and attributes',
    { planes: [1, 4, 4, 5], filters: [2, 2, 3, 2], places: [2, 4], parts: 2 },
    { group: 2, offset_group: 2, kernel_shape: [3, 2], strides: [2, 1], dilations: [1, 2], pads: [1, 1, 1, 0] },
    { b: weights([2], 4) },
    true,
  ),
  deformed('a mask without a bias', { planes: [1, 2, 3, 3], filters: [3, 2, 2, 2], places: [2, 2] }, {}, {}, true),
  deformed('more channels than columns', { planes: [1, 5, 3, 3], filters: [2, 5, 2, 2], places: [2, 2] }, {}),
  deformed('two stacks', { planes: [2, 2, 3, 3], filters: [2, 2, 2, 2], places: [2, 2] }, {}),
  rewrittenCase(
    'DeformConv, constant offsets',
    [1, 2, 4, 4],
    [{ op: 'DeformConv', inputs: ['x', 'w', 'o'], output: 'y', attributes: { pads: [1, 1, 1, 1] } }],
    { opset: 22, initializers: { w: weights([3, 2, 3, 3], 5), o: weights([1, 18, 4, 4], 6) } },
  ),
];
