import { type OpType, operatorOf } from '../../ops/index.js';
import { firstOf } from '../../tensor/items.js';
import type { Shape } from '../../tensor/tensor.js';
import type { OperatorCase } from './operator_case.js';
import { constantOf, type PlainAttribute, plainNode } from './plain_node.js';

type Attributes = Readonly<Record<string, PlainAttribute>>;

/** A case whose attributes and output shape the operator reads from a node of a file, with opset 19 by default. */
export function nodeCase<Op extends OpType>(
  op: Op,
  what: string,
  inputShapes: readonly Shape[],
  attributes: Attributes = {},
  constants: readonly number[] = [],
  opset = 19,
): OperatorCase<Op> {
  const inputs = inputShapes.map((shape, position) =>
    constants.includes(position) ? constantOf(new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0), 'float', shape) : shape,
  );
  const reading = operatorOf({ op }).read(plainNode({ op, opset, inputs, attributes }));
  const extra = constants.length > 0 ? { constants } : {};
  return { name: `${op}, ${what}`, op, attributes: reading.attributes, inputShapes, outputShape: reading.shape, ...extra };
}

function conv(what: string, input: Shape, weights: Shape, attributes: Attributes = {}, bias = true): OperatorCase {
  const shapes = [[1, ...input], weights, ...(bias ? [[firstOf(weights)]] : [])];
  return nodeCase('Conv', what, shapes, attributes, bias ? [1, 2] : [1]);
}

function pool(
  op: 'MaxPool' | 'AveragePool',
  what: string,
  input: Shape,
  kernel: readonly number[],
  attributes: Attributes = {},
): OperatorCase {
  return nodeCase(op, what, [[1, ...input]], { kernel_shape: kernel, ...attributes });
}

const convolutionCases: readonly OperatorCase[] = [
  conv('3x3', [5, 7, 6], [9, 5, 3, 3]),
  conv('no bias', [3, 5, 5], [8, 3, 3, 3], {}, false),
  conv('1x1', [9, 5, 4], [10, 9, 1, 1]),
  conv('1x1, stride 2', [4, 7, 5], [5, 4, 1, 1], { strides: [2, 2] }),
  conv('one pixel out', [4, 3, 3], [3, 4, 3, 3]),
  conv('one pixel in', [4, 1, 1], [3, 4, 3, 3], { pads: [1, 1, 1, 1] }),
  conv('a grey image', [1, 8, 9], [11, 1, 5, 5], { pads: [2, 2, 2, 2] }),
  conv('one output channel', [9, 6, 7], [1, 9, 3, 3]),
  conv('two channels either way', [2, 6, 7], [2, 2, 3, 3], { pads: [1, 0, 0, 1] }),
  conv('asymmetric pads', [4, 5, 6], [5, 4, 3, 3], { pads: [0, 2, 1, 0] }),
  conv('pads larger than the kernel', [3, 4, 4], [4, 3, 2, 2], { pads: [3, 2, 4, 3] }),
  conv('an oblong kernel', [3, 6, 9], [4, 3, 1, 5], { pads: [0, 2, 0, 2] }),
  conv('stride 2', [3, 9, 8], [9, 3, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv('stride 2, five channels', [5, 7, 6], [4, 5, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv('5x5, stride 2', [3, 9, 8], [5, 3, 5, 5], { strides: [2, 2], pads: [2, 2, 2, 2] }),
  conv('stride 3', [4, 10, 11], [5, 4, 3, 3], { strides: [3, 3], pads: [1, 0, 1, 2] }),
  conv('strides 1 and 3', [4, 6, 11], [5, 4, 3, 2], { strides: [1, 3] }),
  conv('a stride larger than the kernel', [3, 9, 9], [4, 3, 2, 2], { strides: [3, 3] }),
  conv('a stride larger than the input', [3, 4, 4], [4, 3, 2, 2], { strides: [7, 5] }),
  conv('an input not used up by the stride', [3, 8, 8], [4, 3, 3, 3], { strides: [3, 2] }),
  conv('dilation 2', [3, 9, 8], [5, 3, 3, 3], { dilations: [2, 2], pads: [2, 2, 2, 2] }),
  conv('dilations 3 and 1', [3, 9, 6], [5, 3, 3, 2], { dilations: [3, 1] }),
  conv('stride 2, dilation 2', [3, 11, 10], [5, 3, 3, 3], { strides: [2, 2], dilations: [2, 2], pads: [1, 2, 2, 1] }),
  conv('stride 2, dilation 3', [3, 12, 11], [5, 3, 3, 3], { strides: [2, 2], dilations: [3, 3], pads: [3, 3, 3, 3] }),
  conv('stride 6, dilation 4', [3, 17, 19], [4, 3, 3, 3], { strides: [6, 6], dilations: [4, 4], pads: [3, 4, 2, 1] }),
  conv('auto_pad SAME_UPPER', [3, 7, 6], [4, 3, 3, 4], { strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  conv('auto_pad SAME_LOWER', [3, 7, 6], [4, 3, 4, 3], { strides: [2, 2], auto_pad: 'SAME_LOWER' }),
  conv('auto_pad VALID', [3, 7, 6], [4, 3, 3, 3], { auto_pad: 'VALID' }),
  conv('2 groups', [6, 6, 5], [10, 3, 3, 3], { group: 2, pads: [1, 1, 1, 1] }),
  conv('3 groups of more than a tile', [27, 4, 4], [33, 9, 2, 2], { group: 3 }),
  conv('4 groups, stride 2', [12, 7, 7], [16, 3, 3, 3], { group: 4, strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv('depthwise', [7, 6, 5], [7, 1, 3, 3], { group: 7, pads: [1, 1, 1, 1] }),
  conv('depthwise, stride 2', [5, 9, 11], [5, 1, 3, 3], { group: 5, strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv('depthwise, dilated', [5, 9, 11], [5, 1, 3, 3], { group: 5, dilations: [2, 3], pads: [2, 3, 2, 3] }),
  conv('depthwise, stride 3, dilation 2', [3, 13, 12], [3, 1, 3, 3], { group: 3, strides: [3, 3], dilations: [2, 2], pads: [1, 0, 2, 3] }),
  conv('depthwise, two outputs a channel', [4, 6, 6], [8, 1, 3, 3], { group: 4 }),
  conv('depthwise, five outputs a channel', [3, 6, 6], [15, 1, 3, 3], { group: 3, strides: [2, 1] }, false),
  conv('1x1, a plane of no whole tiles', [3, 3, 3], [17, 3, 1, 1]),
  conv('1x1, padded', [3, 3, 4], [4, 3, 1, 1], { pads: [1, 0, 0, 1] }),
  conv('1x1, groups', [8, 3, 5], [40, 4, 1, 1], { group: 2 }, false),
  conv('1x1, tiles of 8 and of 16', [9, 3, 5], [8, 9, 1, 1]),
  conv('1x1, many channels', [29, 4, 4], [62, 29, 1, 1]),
  conv('1x1, groups of many channels', [58, 3, 5], [60, 29, 1, 1], { group: 2 }, false),
  conv('3x3, a plane of one column', [3, 6, 1], [4, 3, 3, 3], { pads: [1, 1, 1, 1] }),
  conv('3x3, as much padding as the kernel allows', [4, 5, 7], [9, 4, 3, 3], { pads: [2, 2, 2, 2] }),
  conv('2x2', [4, 5, 7], [9, 4, 2, 2], { pads: [0, 1, 1, 0] }),
  conv('5x5', [3, 9, 10], [5, 3, 5, 5], { pads: [2, 2, 2, 2] }),
  conv('5x5 on less than its kernel', [3, 3, 2], [4, 3, 5, 5], { pads: [4, 4, 3, 4] }),
  conv('3x5, groups, more than a tile', [6, 6, 9], [18, 3, 3, 5], { group: 2, pads: [0, 3, 2, 1] }, false),
  conv('4x4', [4, 8, 9], [5, 4, 4, 4], { pads: [1, 2, 2, 0] }),
  conv('a kernel too wide to unroll', [3, 3, 14], [9, 3, 2, 12], { pads: [1, 3, 0, 2] }),
  conv('7x7, stride 2', [3, 15, 14], [9, 3, 7, 7], { strides: [2, 2], pads: [3, 3, 3, 3] }),
  conv('5x5, stride 3', [3, 14, 13], [4, 3, 5, 5], { strides: [3, 3], pads: [2, 1, 0, 2] }),
  conv('3x3, stride 2, 18 channels', [18, 9, 11], [5, 18, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 0] }),
  conv('2x3, a stride of 20 columns, nine channels', [9, 5, 43], [3, 9, 2, 3], { strides: [2, 20], pads: [0, 7, 1, 2] }),
  conv('1x1, stride 3, padded', [5, 8, 7], [9, 5, 1, 1], { strides: [3, 3], pads: [2, 2, 1, 1] }),
  conv('3x3, stride 4', [9, 13, 14], [4, 9, 3, 3], { strides: [4, 4], pads: [1, 0, 0, 1] }),
  conv('1x1, stride 2, no whole tiles', [10, 9, 11], [3, 10, 1, 1], { strides: [2, 2] }),
  conv('strides 2 and 1, dilation of the other axis', [3, 9, 9], [4, 3, 1, 3], { strides: [2, 1], dilations: [2, 2] }),
  conv('one pixel out of 7x7', [9, 7, 7], [8, 9, 7, 7]),
  conv('one column out', [4, 9, 3], [9, 4, 3, 3], { pads: [1, 0, 1, 0] }),
  conv('7x7', [3, 8, 9], [4, 3, 7, 7], { pads: [3, 3, 3, 3] }),
  conv('five channels to one output in each group', [10, 5, 6], [2, 5, 3, 3], { group: 2, pads: [1, 1, 1, 1] }),
];

/** [channels, rows, columns] and [channels, outputs / group, rows, columns]. */
function convTranspose(what: string, input: Shape, weights: Shape, attributes: Attributes = {}): OperatorCase {
  return nodeCase('ConvTranspose', what, [[1, ...input], weights], attributes, [1]);
}

const transposedCases: readonly OperatorCase[] = [
  nodeCase('ConvTranspose', '2x2, stride 2, a bias (a decoder)', [[1, 9, 3, 5], [9, 4, 2, 2], [4]], { strides: [2, 2] }, [1, 2]),
  convTranspose('3x3, stride 2, output_padding', [4, 5, 3], [4, 3, 3, 3], { strides: [2, 2], pads: [1, 0, 1, 1], output_padding: [1, 0] }),
  convTranspose('stride 2, dilation 2, larger than its windows reach', [3, 4, 5], [3, 4, 3, 3], {
    strides: [2, 2],
    dilations: [2, 2],
    output_shape: [12, 13],
  }),
  convTranspose('3 groups', [6, 4, 5], [6, 2, 3, 3], { group: 3, strides: [1, 1] }),
  convTranspose('a kernel too wide to unroll', [3, 3, 5], [3, 2, 2, 12], { strides: [1, 2] }),
];

const productCases: readonly OperatorCase[] = [
  ...[1, 4, 9, 12, 13].map((n) => nodeCase('Gemm', `${n} outputs`, [[1, 19], [19, n], [n]], {}, [1, 2])),
  // So many tiles that invocations take two quads although a block has few: forward, and backward by the weights of this direction.
  nodeCase(
    'Gemm',
    'thousands of outputs',
    [
      [1, 2],
      [2, 4100],
    ],
    {},
    [1],
  ),
  ...[4, 12, 13].map((n) =>
    nodeCase(
      'Gemm',
      `${n} outputs of 260 inputs`,
      [
        [1, 260],
        [260, n],
      ],
      {},
      [1],
    ),
  ),
  nodeCase(
    'Gemm',
    '13 outputs of 4 inputs',
    [
      [1, 4],
      [4, 13],
    ],
    {},
    [1],
  ),
  nodeCase('Gemm', 'ten rows and columns', [[3, 10], [10, 10], [10]], {}, [1, 2]),
  nodeCase('Gemm', 'alpha, beta, a vector', [[1, 7], [7, 5], [5]], { alpha: 0.5, beta: -1.5 }, [1, 2]),
  nodeCase(
    'Gemm',
    'transB, no C',
    [
      [1, 7],
      [5, 7],
    ],
    { transB: 1 },
    [1],
  ),
  nodeCase('Gemm', 'transA of a column, a scalar', [[7, 1], [7, 5], []], { transA: 1 }, [1, 2]),
  nodeCase(
    'Gemm',
    'several rows, a row',
    [
      [3, 7],
      [5, 7],
      [1, 5],
    ],
    { transB: 1, alpha: 2 },
    [1, 2],
  ),
  nodeCase(
    'Gemm',
    'a column of one row',
    [
      [1, 4],
      [4, 3],
      [1, 1],
    ],
    {},
    [1, 2],
  ),
  nodeCase(
    'Gemm',
    'both transposed, all computed',
    [
      [4, 3],
      [5, 4],
      [3, 1],
    ],
    { transA: 1, transB: 1, alpha: -2, beta: 3 },
  ),
  nodeCase(
    'Gemm',
    'a full C',
    [
      [2, 3],
      [3, 4],
      [2, 4],
    ],
    {},
    [0],
  ),
  { name: 'Dense, 37 to 21', op: 'Dense', attributes: {}, inputShapes: [[1, 37], [37, 21], [21]], constants: [1, 2], outputShape: [1, 21] },
  {
    name: 'Dense, no bias',
    op: 'Dense',
    attributes: {},
    inputShapes: [
      [1, 16],
      [16, 32],
    ],
    constants: [1],
    outputShape: [1, 32],
  },
  { name: 'Dense, one to one', op: 'Dense', attributes: {}, inputShapes: [[1, 1], [1, 1], [1]], constants: [1, 2], outputShape: [1, 1] },
  {
    name: 'Dense, rows',
    op: 'Dense',
    attributes: {},
    inputShapes: [[1, 3, 2, 5], [5, 18], [18]],
    constants: [1, 2],
    outputShape: [1, 3, 2, 18],
  },
  nodeCase('MatMul', 'two matrices', [
    [3, 5],
    [5, 7],
  ]),
  nodeCase('MatMul', 'one element', [
    [1, 1],
    [1, 1],
  ]),
  nodeCase('MatMul', 'equal batches', [
    [2, 3, 4, 5],
    [2, 3, 5, 6],
  ]),
  nodeCase('MatMul', 'either batch stretched', [
    [2, 1, 3, 4],
    [5, 4, 2],
  ]),
  nodeCase('MatMul', 'both batches stretched', [
    [3, 1, 2, 4],
    [1, 5, 4, 3],
  ]),
  nodeCase('MatMul', 'more than a tile in workgroup memory', [
    [2, 35, 19],
    [19, 37],
  ]),
  nodeCase('MatMul', 'a vector on the left', [[5], [2, 5, 3]]),
  nodeCase('MatMul', 'a vector on the right', [[2, 3, 5], [5]]),
  nodeCase('MatMul', 'two vectors', [[6], [6]]),
  ...(
    [
      ['bhqd,bhkd->bhqk', [2, 3, 4, 5], [2, 3, 6, 5]],
      ['bhqk,bkhd->bqhd', [2, 3, 4, 6], [2, 6, 3, 5]],
      ['abc,cde->abde', [1, 3, 4], [4, 2, 5]],
      ['...ij,...jk', [2, 1, 3, 4], [3, 4, 5]],
      ['i,j->ji', [3], [4]],
    ] as const
  ).map(([equation, a, b]) => nodeCase('Einsum', equation, [a, b], { equation })),
  nodeCase(
    'Einsum',
    'constant weights',
    [
      [1, 3, 4],
      [4, 2, 5],
    ],
    { equation: 'abc,cde->abde' },
    [1],
  ),
];

const poolCases: readonly OperatorCase[] = [
  pool('MaxPool', '2x2', [3, 6, 8], [2, 2], { strides: [2, 2] }),
  pool('MaxPool', 'overlapping', [3, 7, 8], [3, 3], { strides: [2, 2] }),
  pool('MaxPool', 'overlapping, in strips of rows', [2, 19, 6], [3, 3], { strides: [2, 2] }),
  pool('MaxPool', 'stride 1, in strips of rows', [2, 12, 5], [3, 3]),
  pool('MaxPool', 'apart, padded, with a remainder', [2, 9, 12], [2, 3], { strides: [3, 4], pads: [1, 2, 0, 0] }),
  pool('MaxPool', 'a window of 255 taps', [2, 15, 18], [15, 17]),
  pool('MaxPool', 'a window of 256 taps', [2, 16, 17], [16, 16]),
  pool('MaxPool', 'windows of more than 255 taps, apart', [1, 17, 34], [16, 16], { strides: [17, 17] }),
  pool('MaxPool', 'padded', [2, 7, 7], [3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }),
  pool('MaxPool', 'asymmetric pads', [2, 5, 6], [3, 2], { pads: [0, 1, 2, 0] }),
  pool('MaxPool', 'ceil_mode with auto_pad VALID', [2, 6, 7], [3, 3], { strides: [2, 3], ceil_mode: 1, auto_pad: 'VALID' }),
  pool('MaxPool', 'ceil_mode', [2, 6, 7], [3, 3], { strides: [2, 2], ceil_mode: 1 }),
  pool('MaxPool', 'ceil_mode, a window dropped', [2, 5, 6], [2, 2], { strides: [3, 2], pads: [1, 1, 1, 1], ceil_mode: 1 }),
  pool('MaxPool', 'holes', [2, 7, 9], [2, 3], { strides: [3, 1], dilations: [1, 3] }),
  pool('MaxPool', 'dilated and padded', [2, 9, 8], [3, 3], { strides: [2, 1], dilations: [2, 2], pads: [2, 1, 2, 1] }),
  pool('MaxPool', 'auto_pad SAME_UPPER', [2, 7, 6], [2, 3], { strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  pool('MaxPool', 'auto_pad SAME_LOWER', [2, 7, 6], [2, 3], { strides: [2, 2], auto_pad: 'SAME_LOWER' }),
  pool('MaxPool', 'auto_pad VALID', [2, 7, 6], [2, 3], { strides: [2, 2], auto_pad: 'VALID' }),
  nodeCase('GlobalMaxPool', 'planes', [[1, 5, 4, 3]]),
  nodeCase('GlobalMaxPool', 'one spatial axis', [[1, 3, 7]]),
  pool('AveragePool', '2x2', [3, 6, 8], [2, 2], { strides: [2, 2] }),
  pool('AveragePool', 'overlapping, padded', [2, 7, 6], [3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }),
  pool('AveragePool', 'count_include_pad', [2, 7, 6], [3, 3], { strides: [2, 2], pads: [1, 0, 1, 2], count_include_pad: 1 }),
  pool('AveragePool', 'ceil_mode with auto_pad VALID', [2, 6, 7], [3, 3], { strides: [2, 3], ceil_mode: 1, auto_pad: 'VALID' }),
  pool('AveragePool', 'ceil_mode', [2, 6, 7], [3, 3], { strides: [2, 2], ceil_mode: 1 }),
  pool('AveragePool', 'ceil_mode, count_include_pad', [2, 6, 8], [3, 3], {
    strides: [2, 3],
    pads: [1, 1, 1, 1],
    ceil_mode: 1,
    count_include_pad: 1,
  }),
  pool('AveragePool', 'holes', [2, 9, 8], [2, 3], { strides: [2, 1], dilations: [3, 2], pads: [1, 1, 0, 1] }),
  pool('AveragePool', 'holes, count_include_pad', [2, 9, 8], [3, 2], { dilations: [2, 3], pads: [2, 1, 2, 1], count_include_pad: 1 }),
  pool('AveragePool', 'auto_pad SAME_UPPER', [2, 7, 6], [2, 3], { strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  pool('AveragePool', 'auto_pad SAME_LOWER', [2, 7, 6], [2, 3], { strides: [2, 2], auto_pad: 'SAME_LOWER', count_include_pad: 1 }),
  nodeCase('GlobalAveragePool', 'planes', [[1, 5, 4, 3]]),
  nodeCase('GlobalAveragePool', 'three spatial axes', [[1, 2, 3, 4, 5]]),
];

/** Convolutions, products and pools; the other operators are in operators.ts and reductions.ts. */
export const linearCases: readonly OperatorCase[] = [...convolutionCases, ...transposedCases, ...productCases, ...poolCases];
