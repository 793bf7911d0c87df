import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { type AttributeDescription, float, floatTensor, intTensor, type NodeDescription, type TensorInit } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase } from './case.js';

type Attributes = Readonly<Record<string, AttributeDescription>>;

interface More {
  readonly opset?: number;
  readonly initializers?: Readonly<Record<string, TensorInit>>;
}

/** One node that reads "x" and further inputs. */
function alone(name: string, shape: readonly number[], attributes: Attributes = {}, more: More = {}): RewrittenCase {
  const [op = ''] = name.split(',');
  const inputs = ['x', ...Object.keys(more.initializers ?? {})];
  return rewrittenCase(name, shape, [{ op, inputs, output: 'y', attributes }], more);
}

/** Sums along axes, of exponentials, of logarithms, as products, and along the way. */
export const reductionCases: readonly RewrittenCase[] = [
  alone('ReduceLogSumExp, axes apart', [1, 3, 4, 5], { axes: [1, 3], keepdims: 0 }, { opset: 13 }),
  alone('ReduceLogSumExp, axes as an input', [1, 3, 4], { keepdims: 1 }, { opset: 18, initializers: { axes: intTensor([-1]) } }),
  alone('ReduceLogSumExp, everything', [1, 3, 4], {}, { opset: 13 }),
  rewrittenCase(
    'ReduceLogSumExp, of large numbers',
    [1, 3, 4],
    [
      { op: 'Mul', inputs: ['x', 'large'], output: 'scores' },
      { op: 'ReduceLogSumExp', inputs: ['scores'], output: 'y', attributes: { axes: [2] } },
    ],
    { opset: 13, initializers: { large: floatTensor([], [400]) } },
  ),
  rewrittenCase(
    'ReduceLogSum',
    [1, 3, 4],
    [
      { op: 'Exp', inputs: ['x'], output: 'e' },
      { op: 'ReduceLogSum', inputs: ['e'], output: 'y', attributes: { axes: [1], keepdims: 0 } },
    ],
    { opset: 13 },
  ),
  // Elements 0 to 119 hold a 0, at 57, so that its line has one.
  alone('ReduceProd, an odd axis with a 0', [1, 24, 5], { axes: [-1] }, { opset: 13 }),
  alone('ReduceProd, several axes', [1, 3, 4, 5], { axes: [1, 3], keepdims: 0 }, { opset: 13 }),
  ...(['', ', exclusive', ', reverse', ', exclusive, reverse'] as const).map((what) =>
    alone(
      `CumSum${what}`,
      [1, 3, 4],
      { exclusive: Number(what.includes('exclusive')), reverse: Number(what.includes('reverse')) },
      { opset: 14, initializers: { axis: intTensor([1], []) } },
    ),
  ),
  alone('CumSum, a long axis', [1, 300, 2], {}, { opset: 14, initializers: { axis: intTensor([-2], []) } }),
  alone(
    'CumSum, a long axis, exclusive, reverse',
    [1, 2, 300],
    { exclusive: 1, reverse: 1 },
    { opset: 14, initializers: { axis: intTensor([2], []) } },
  ),
];

/** Norms of lines, windows and planes. */
export const normCases: readonly RewrittenCase[] = [
  alone('LpNormalization, p 1', [1, 3, 4], { p: 1, axis: 1 }),
  rewrittenCase(
    'LpNormalization, a line of zeros',
    [1, 3, 4],
    [
      { op: 'Mul', inputs: ['x', 'mask'], output: 'masked' },
      { op: 'LpNormalization', inputs: ['masked'], output: 'y' },
    ],
    { initializers: { mask: floatTensor([3, 1], [0, 1, 2]) } },
  ),
  alone('MeanVarianceNormalization, the default', [1, 3, 4, 5]),
  alone('MeanVarianceNormalization, a layer', [1, 3, 4, 5], { axes: [1, 2, 3] }),
  alone('LpPool, p 2 with padding', [1, 2, 5, 6], { kernel_shape: [3, 2], pads: [1, 0, 1, 1], strides: [2, 1] }),
  alone('LpPool, p 3, auto_pad', [1, 2, 5, 6], { kernel_shape: [2, 3], strides: [2, 2], auto_pad: 'SAME_UPPER', p: 3 }),
  alone('LpPool, p 1, dilations', [1, 1, 7, 6], { kernel_shape: [2, 2], dilations: [2, 3], p: 1 }, { opset: 18 }),
  alone('LpPool, p 2, rounded up', [1, 1, 5, 6], { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 }, { opset: 18 }),
  alone('GlobalLpPool, p 2', [1, 3, 4, 5]),
  alone('GlobalLpPool, p 3', [1, 3, 4, 5], { p: 3 }),
];

/** A node whose output is constant in pieces, made floats and added to Tanh(x), which has a gradient. */
function beside(name: string, shape: readonly number[], nodes: readonly NodeDescription[], more: More = {}): RewrittenCase {
  return rewrittenCase(
    name,
    shape,
    [
      ...nodes,
      { op: 'Cast', inputs: ['step'], output: 'steps', attributes: { to: DataType.FLOAT } },
      { op: 'Tanh', inputs: ['x'], output: 'smooth' },
      { op: 'Add', inputs: ['steps', 'smooth'], output: 'y' },
    ],
    more,
  );
}

const topK = (attributes: Attributes = {}, inputs = ['x', 'k']): NodeDescription => ({
  op: 'TopK',
  inputs,
  output: ['values', 'places'],
  attributes,
});
/** Values times one more than their places. */
const byPlaces: readonly NodeDescription[] = [
  { op: 'Cast', inputs: ['places'], output: 'numbers', attributes: { to: DataType.FLOAT } },
  { op: 'Add', inputs: ['numbers', 'one'], output: 'factors' },
  { op: 'Mul', inputs: ['values', 'factors'], output: 'y' },
];
const one = floatTensor([], [1]);

/** What chooses among elements, and matrices of ones. */
export const choiceCases: readonly RewrittenCase[] = [
  beside('Hardmax, the last axis', [1, 3, 4], [{ op: 'Hardmax', inputs: ['x'], output: 'step' }]),
  beside('Hardmax, axes as one', [1, 3, 4], [{ op: 'Hardmax', inputs: ['x'], output: 'step', attributes: { axis: 1 } }], { opset: 11 }),
  beside('ArgMax', [1, 3, 4], [{ op: 'ArgMax', inputs: ['x'], output: 'step', attributes: { axis: 1 } }]),
  beside('ArgMin, without its axis', [1, 3, 4], [{ op: 'ArgMin', inputs: ['x'], output: 'step', attributes: { axis: 1, keepdims: 0 } }]),
  beside(
    'ArgMax, the last of equals',
    [1, 3, 4],
    [
      { op: 'Round', inputs: ['x'], output: 'r' },
      { op: 'ArgMax', inputs: ['r'], output: 'step', attributes: { axis: -1, select_last_index: 1 } },
    ],
  ),
  beside(
    'OneHot, negative and outside',
    [1, 2, 3],
    [
      { op: 'Mul', inputs: ['x', 'three'], output: 'wide' },
      { op: 'Cast', inputs: ['wide'], output: 'indices', attributes: { to: DataType.INT64 } },
      { op: 'OneHot', inputs: ['indices', 'depth', 'pair'], output: 'step', attributes: { axis: 1 } },
    ],
    { initializers: { three: floatTensor([], [3.03]), depth: intTensor([3], []), pair: floatTensor([2], [-1, 2]) } },
  ),
  rewrittenCase('TopK, along an axis', [1, 7, 3], [topK({ axis: 1 }), ...byPlaces], { initializers: { k: intTensor([3]), one } }),
  rewrittenCase('TopK, the smallest', [1, 2, 7], [topK({ largest: 0 }), ...byPlaces], { initializers: { k: intTensor([7]), one } }),
  rewrittenCase('TopK, k as an attribute', [1, 2, 7], [topK({ k: 2 }, ['x']), ...byPlaces], { opset: 9, initializers: { one } }),
  rewrittenCase(
    'TopK, equal elements',
    [1, 9],
    [
      { op: 'Mul', inputs: ['x', 'wider'], output: 'wide' },
      { op: 'Round', inputs: ['wide'], output: 'r' },
      { op: 'TopK', inputs: ['r', 'k'], output: ['values', 'places'] },
      { op: 'Cast', inputs: ['places'], output: 'numbers', attributes: { to: DataType.FLOAT } },
      { op: 'Mul', inputs: ['numbers', 'x'], output: 'y' },
    ],
    { initializers: { k: intTensor([9]), wider: floatTensor([], [1.3]) } },
  ),
  rewrittenCase(
    'TopK, few of many',
    [1, 150],
    [
      { op: 'Mul', inputs: ['x', 'ramp'], output: 'ramped' },
      { op: 'TopK', inputs: ['ramped', 'k'], output: ['values', 'places'] },
      ...byPlaces,
    ],
    {
      initializers: {
        k: intTensor([3]),
        one,
        ramp: floatTensor(
          [150],
          Array.from({ length: 150 }, (_, i) => 1 + i / 512),
        ),
      },
    },
  ),
  rewrittenCase(
    'Gather, by computed indices',
    [1, 4, 3],
    [
      { op: 'ArgMax', inputs: ['x'], output: 'places', attributes: { axis: 1, keepdims: 0 } },
      { op: 'Sub', inputs: ['places', 'four'], output: 'negative' },
      { op: 'Gather', inputs: ['x', 'negative'], output: 'y', attributes: { axis: 1 } },
    ],
    { initializers: { four: intTensor([4], []) } },
  ),
  rewrittenCase(
    'GatherND, by computed indices',
    [1, 4, 3, 2],
    [
      { op: 'ArgMax', inputs: ['x'], output: 'places', attributes: { axis: 1, keepdims: 0 } },
      { op: 'Reshape', inputs: ['places', 'rows'], output: 'two' },
      { op: 'Sub', inputs: ['two', 'back'], output: 'row' },
      { op: 'Concat', inputs: ['none', 'row'], output: 'indices', attributes: { axis: 1 } },
      { op: 'GatherND', inputs: ['x', 'indices'], output: 'y' },
    ],
    { initializers: { rows: intTensor([3, 2]), back: intTensor([4, 2], [1, 2]), none: intTensor([0, 0, 0], [3, 1]) } },
  ),
  rewrittenCase(
    'GatherElements, by computed indices',
    [1, 4, 5],
    [
      { op: 'TopK', inputs: ['x', 'k'], output: ['values', 'places'], attributes: { axis: 1, largest: 0 } },
      { op: 'Exp', inputs: ['x'], output: 'e' },
      { op: 'Slice', inputs: ['places', 'none', 'two', 'last'], output: 'some' },
      { op: 'GatherElements', inputs: ['e', 'some'], output: 'y', attributes: { axis: 1 } },
    ],
    { initializers: { k: intTensor([3]), none: intTensor([0]), two: intTensor([2]), last: intTensor([2]) } },
  ),
  ...(['none', 'add'] as const).map((reduction) =>
    rewrittenCase(
      `ScatterElements, by computed indices, ${reduction}`,
      [1, 3, 6],
      [
        { op: 'TopK', inputs: ['x', 'k'], output: ['values', 'places'], attributes: { axis: 2 } },
        { op: 'Exp', inputs: ['values'], output: 'e' },
        { op: 'ScatterElements', inputs: ['x', 'places', 'e'], output: 'y', attributes: { axis: -1, reduction } },
      ],
      { opset: 16, initializers: { k: intTensor([2]) } },
    ),
  ),
  alone('Trilu, upper', [1, 4, 5], {}, { opset: 14, initializers: { k: intTensor([1], []) } }),
  alone('Trilu, lower', [1, 4, 5], { upper: 0 }, { opset: 14 }),
  rewrittenCase(
    'EyeLike',
    [1, 12],
    [
      { op: 'Reshape', inputs: ['x', 'shape'], output: 'matrix' },
      { op: 'EyeLike', inputs: ['matrix'], output: 'eye', attributes: { k: 1 } },
      { op: 'Mul', inputs: ['matrix', 'eye'], output: 'diagonal' },
      { op: 'Add', inputs: ['matrix', 'diagonal'], output: 'y' },
    ],
    { initializers: { shape: intTensor([3, 4]) } },
  ),
  alone('Shrink, the default', [1, 3, 4]),
  alone('Shrink, continuous', [1, 3, 4], { bias: float(0.51), lambd: float(0.51) }),
  alone('Shrink, a bias', [1, 3, 4], { bias: float(0.2), lambd: float(0.51) }),
  alone('ThresholdedRelu, at 0', [1, 3, 4], { alpha: float(0) }),
];
