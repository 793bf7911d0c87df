import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { sizeOf } from '../../../src/tensor/tensor.js';
import { float, floatTensor, type NodeDescription, rawTensor, type TensorInit } from '../onnx_builder.js';
import { mulberry32 } from '../random.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

/** A case whose file computes with quantised values. */
export interface QuantisedCase extends RewrittenCase {
  /** How far the output of the float network may be from that of the file: what its quantisers round, times what follows them. */
  readonly rounding: number;
}

type More = NonNullable<Parameters<typeof rewrittenCase>[3]>;

function quantisedCase(
  name: string,
  rounding: number,
  shape: readonly number[],
  nodes: readonly NodeDescription[],
  more: More = {},
): QuantisedCase {
  return { ...rewrittenCase(name, shape, nodes, { domains: { 'com.microsoft': 1 }, ...more }), rounding };
}

type Inputs = readonly string[];
type Attributes = NodeDescription['attributes'];

function node(op: string, inputs: Inputs, output: string, attributes: Attributes = {}): NodeDescription {
  return { op, inputs, output, attributes };
}

function microsoft(op: string, inputs: Inputs, output: string, attributes: Attributes = {}): NodeDescription {
  return { op, domain: 'com.microsoft', inputs, output, attributes };
}

const quantise = (x: string, by: Inputs, output: string, attributes?: Attributes) => node('QuantizeLinear', [x, ...by], output, attributes);
const dequantise = (x: string, by: Inputs, output = 'y', attributes?: Attributes) =>
  node('DequantizeLinear', [x, ...by], output, attributes);

export const uint8 = (values: readonly number[], shape: readonly number[] = []): TensorInit =>
  rawTensor(DataType.UINT8, shape, Uint8Array.from(values));
export const int8 = (values: readonly number[], shape: readonly number[] = []): TensorInit =>
  rawTensor(DataType.INT8, shape, Int8Array.from(values));
const int32 = (values: readonly number[], shape: readonly number[]): TensorInit =>
  rawTensor(DataType.INT32, shape, Int32Array.from(values));

/** Integers from `low` to `high`, the same for every seed. */
function integers(shape: readonly number[], low: number, high: number, seed: number): number[] {
  const random = mulberry32(seed);
  return Array.from({ length: sizeOf(shape) }, () => low + Math.floor(random() * (high - low + 1)));
}

const bytes = (shape: readonly number[], seed: number) => int8(integers(shape, -127, 127, seed), shape);

/** Scales and zero points. The image reaches from -1.5 to 1.5; `s` and `z` hold that, and what has `narrow` saturates. */
const SCALES = {
  s: floatTensor([], [0.0123]),
  z: uint8([125]),
  narrow: floatTensor([], [0.0071]),
  si: floatTensor([], [0.0127]),
  zi: int8([3]),
  relu: uint8([0]),
  so: floatTensor([], [0.0313]),
  zo: uint8([117]),
  unit: floatTensor([], [1 / 256]),
};

const X = ['s', 'z'];
const Y = ['so', 'zo'];
const CONV = { pads: [1, 1, 1, 1] };

/** Quantisers before and after operators of floats. */
const pairCases: readonly QuantisedCase[] = [
  quantisedCase('QuantizeLinear, uint8', 0.0063, [1, 24], [quantise('x', X, 'q'), dequantise('q', X)], { initializers: SCALES }),
  quantisedCase(
    'QuantizeLinear, uint8 that saturates',
    0.0036,
    [1, 24],
    [quantise('x', ['narrow', 'z'], 'q'), dequantise('q', ['narrow', 'z'])],
    {
      initializers: SCALES,
    },
  ),
  quantisedCase('QuantizeLinear, no zero point', 0.0063, [1, 24], [quantise('x', ['s'], 'q'), dequantise('q', ['s'])], {
    initializers: SCALES,
  }),
  quantisedCase(
    'QuantizeLinear, int8 for each channel',
    0.0063,
    [1, 3, 2, 4],
    [quantise('x', ['ss', 'zs'], 'q', { axis: -3 }), dequantise('q', ['ss', 'zs'], 'y', { axis: 1 })],
    { initializers: { ss: floatTensor([3], [0.0121, 0.0053, 0.0079]), zs: int8([0, -128, 17], [3]) } },
  ),
  quantisedCase(
    'QuantizeLinear, int8 in blocks',
    0.0063,
    [1, 7, 2],
    [quantise('x', ['ss', 'zs'], 'q', { axis: 1, block_size: 3 }), dequantise('q', ['ss', 'zs'], 'y', { axis: 1, block_size: 3 })],
    {
      opset: 21,
      initializers: {
        ss: floatTensor([1, 3, 2], [0.0121, 0.0053, 0.0079, 0.0111, 0.0088, 0.0102]),
        zs: int8([0, -128, 17, 5, 6, 7], [1, 3, 2]),
      },
    },
  ),
  quantisedCase(
    'QuantizeLinear, output_dtype int8',
    0.0063,
    [1, 24],
    [quantise('x', ['si'], 'q', { output_dtype: DataType.INT8 }), dequantise('q', ['si'])],
    { opset: 21, initializers: SCALES },
  ),
  quantisedCase(
    'QuantizeLinear, uint16 of com.microsoft',
    4e-5,
    [1, 24],
    [microsoft('QuantizeLinear', ['x', 'fine', 'middle'], 'q'), microsoft('DequantizeLinear', ['q', 'fine', 'middle'], 'y')],
    { initializers: { fine: floatTensor([], [0.0000731]), middle: rawTensor(DataType.UINT16, [], Uint16Array.of(30000)) } },
  ),
  quantisedCase(
    'a quantiser that holds a Relu',
    0.05,
    [1, 2, 3, 3],
    [node('Conv', ['x', 'w', 'b'], 'c', CONV), quantise('c', ['so', 'relu'], 'q'), dequantise('q', ['so', 'relu'])],
    { initializers: { ...SCALES, w: weights([2, 2, 3, 3], 1), b: weights([2], 2) } },
  ),
  quantisedCase(
    'quantisers around a Relu, a pool and a sum',
    0.05,
    [1, 2, 4, 4],
    [
      quantise('x', X, 'xq'),
      dequantise('xq', X, 'xd'),
      node('Relu', ['xd'], 'r'),
      quantise('r', ['s', 'relu'], 'rq'),
      dequantise('rq', ['s', 'relu'], 'rd'),
      node('MaxPool', ['rd'], 'm', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
      quantise('m', ['s', 'relu'], 'mq'),
      dequantise('mq', ['s', 'relu'], 'md'),
      node('Add', ['md', 'xd'], 'a'),
      quantise('a', Y, 'aq'),
      dequantise('aq', Y),
    ],
    { initializers: SCALES },
  ),
  quantisedCase(
    'integers that are moved',
    0.0063,
    [1, 2, 4, 4],
    [
      quantise('x', X, 'q'),
      node('MaxPool', ['q'], 'm', { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] }),
      node('Transpose', ['m'], 't', { perm: [0, 2, 3, 1] }),
      node('Flatten', ['t'], 'f'),
      dequantise('f', X),
    ],
    { opset: 13, initializers: SCALES },
  ),
  quantisedCase('integers read by another scale', 0.017, [1, 24], [quantise('x', X, 'q'), dequantise('q', Y)], { initializers: SCALES }),
  quantisedCase(
    'weights that are quantised in the file',
    0.04,
    [1, 8],
    [
      quantise('x', X, 'q'),
      dequantise('q', X, 'd'),
      quantise('w', ['si', 'zi'], 'wq'),
      dequantise('wq', ['si', 'zi'], 'wd'),
      node('MatMul', ['d', 'wd'], 'y'),
    ],
    { initializers: { ...SCALES, w: weights([8, 3], 3) } },
  ),
];

/** Scales and zero points of a product's operands and result. */
const W = ['w', 'sw', 'zw'];
const WEIGHTS = { sw: floatTensor([], [0.0052]), zw: int8([0]) };
const PER_CHANNEL = { sw: floatTensor([4], [0.0052, 0.0061, 0.0043, 0.0072]), zw: int8([0, 0, 0, 0], [4]) };
const image = quantise('x', ['si', 'zi'], 'q');
const Q = ['q', 'si', 'zi'];
const OUT = ['so', 'oi'];
const OUT_INT8 = { ...SCALES, oi: int8([-7]) };
const result = dequantise('r', OUT);

/** The operators of static quantisation, as onnxruntime writes them. Activations are int8, since some processors saturate sums of uint8 with int8. */
const qLinearCases: readonly QuantisedCase[] = [
  quantisedCase('QLinearConv', 0.05, [1, 2, 4, 4], [image, node('QLinearConv', [...Q, ...W, ...OUT], 'r', CONV), result], {
    initializers: { ...OUT_INT8, ...WEIGHTS, w: bytes([4, 2, 3, 3], 4) },
  }),
  quantisedCase(
    'QLinearConv, scales for each channel, a bias, groups',
    0.05,
    [1, 4, 4, 5],
    [image, node('QLinearConv', [...Q, ...W, ...OUT, 'b'], 'r', { group: 2, strides: [2, 1], auto_pad: 'SAME_UPPER' }), result],
    { initializers: { ...OUT_INT8, ...PER_CHANNEL, w: bytes([4, 2, 3, 3], 5), b: int32([5000, -7000, 300, 0], [4]) } },
  ),
  quantisedCase(
    'QLinearMatMul',
    0.05,
    [1, 3, 4],
    [
      image,
      node('Transpose', ['q'], 't', { perm: [0, 2, 1] }),
      node('QLinearMatMul', ['t', 'si', 'zi', 'q', 'si', 'zi', ...OUT], 'r'),
      result,
    ],
    { initializers: OUT_INT8 },
  ),
  quantisedCase('QLinearMatMul, scales for each column', 0.05, [1, 8], [image, node('QLinearMatMul', [...Q, ...W, ...OUT], 'r'), result], {
    initializers: { ...OUT_INT8, ...PER_CHANNEL, w: bytes([8, 4], 6) },
  }),
  quantisedCase('QGemm', 0.05, [1, 8], [image, microsoft('QGemm', [...Q, ...W, 'b', ...OUT], 'r', { transB: 1 }), result], {
    initializers: { ...OUT_INT8, ...PER_CHANNEL, w: bytes([4, 8], 7), b: int32([5000, -7000, 300, 0], [4]) },
  }),
  quantisedCase('QGemm that gives floats', 0.03, [1, 8], [image, microsoft('QGemm', [...Q, ...W, 'b'], 'y', { alpha: float(0.5) })], {
    initializers: { ...OUT_INT8, ...WEIGHTS, w: bytes([8, 4], 8), b: int32([5000, -7000, 300, 0], [4]) },
  }),
  quantisedCase('QLinearAdd', 0.04, [1, 3, 4], [image, microsoft('QLinearAdd', [...Q, 'c', 'sw', 'zw', ...OUT], 'r'), result], {
    initializers: { ...OUT_INT8, ...WEIGHTS, c: bytes([4], 9) },
  }),
  quantisedCase('QLinearMul', 0.05, [1, 3, 4], [image, microsoft('QLinearMul', [...Q, ...Q, ...OUT], 'r'), result], {
    initializers: OUT_INT8,
  }),
  quantisedCase(
    'QLinearSigmoid',
    0.006,
    [1, 24],
    [image, microsoft('QLinearSigmoid', [...Q, 'unit', 'least'], 'r'), dequantise('r', ['unit', 'least'])],
    { initializers: { ...SCALES, least: int8([-128]) } },
  ),
  quantisedCase(
    'QLinearLeakyRelu',
    0.025,
    [1, 24],
    [image, microsoft('QLinearLeakyRelu', [...Q, ...OUT], 'r', { alpha: float(0.3) }), result],
    {
      initializers: OUT_INT8,
    },
  ),
  quantisedCase(
    'QLinearSoftmax',
    0.006,
    [1, 2, 5],
    [image, microsoft('QLinearSoftmax', [...Q, 'unit', 'least'], 'r', { axis: -1, opset: 13 }), dequantise('r', ['unit', 'least'])],
    { initializers: { ...SCALES, least: int8([-128]) } },
  ),
  quantisedCase(
    'QLinearSoftmax of opset 12',
    0.006,
    [1, 2, 5],
    [image, microsoft('QLinearSoftmax', [...Q, 'unit', 'least'], 'r', { axis: 1, opset: 12 }), dequantise('r', ['unit', 'least'])],
    { initializers: { ...SCALES, least: int8([-128]) } },
  ),
  quantisedCase(
    'QLinearAveragePool',
    0.025,
    [1, 2, 5, 5],
    [image, microsoft('QLinearAveragePool', [...Q, ...OUT], 'r', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }), result],
    { initializers: OUT_INT8 },
  ),
  quantisedCase(
    'QLinearGlobalAveragePool, channels last',
    0.025,
    [1, 3, 5, 2],
    [image, microsoft('QLinearGlobalAveragePool', [...Q, ...OUT], 'r', { channels_last: 1 }), result],
    { initializers: OUT_INT8 },
  ),
  quantisedCase(
    'NhwcMaxPool',
    0.0063,
    [1, 5, 4, 3],
    [
      image,
      microsoft('NhwcMaxPool', ['q'], 'r', { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] }),
      dequantise('r', ['si', 'zi']),
    ],
    { initializers: SCALES },
  ),
  quantisedCase('QLinearWhere', 0.025, [1, 2, 3], [image, microsoft('QLinearWhere', ['choice', ...Q, ...W, ...OUT], 'r'), result], {
    initializers: { ...OUT_INT8, ...WEIGHTS, w: bytes([1, 1, 3], 10), choice: rawTensor(DataType.BOOL, [2, 1], Uint8Array.of(1, 0)) },
  }),
  quantisedCase('QLinearConcat', 0.025, [1, 2, 3], [image, microsoft('QLinearConcat', [...OUT, ...Q, ...W], 'r', { axis: 1 }), result], {
    initializers: { ...OUT_INT8, ...WEIGHTS, w: bytes([1, 1, 3], 10) },
  }),
];

const dynamic: NodeDescription = { op: 'DynamicQuantizeLinear', inputs: ['x'], output: ['q', 'sq', 'zq'] };

/** The operators of dynamic quantisation, and of weights of a few bits. */
const integerCases: readonly QuantisedCase[] = [
  quantisedCase('DynamicQuantizeLinear', 0.007, [1, 24], [dynamic, node('DequantizeLinear', ['q', 'sq', 'zq'], 'y')]),
  quantisedCase(
    'ConvInteger after DynamicQuantizeLinear',
    0.1,
    [1, 2, 4, 4],
    [
      dynamic,
      node('ConvInteger', ['q', 'w', 'zq', 'zw'], 'i', CONV),
      node('Cast', ['i'], 'f', { to: DataType.FLOAT }),
      node('Mul', ['sq', 'sw'], 'factor'),
      node('Mul', ['f', 'factor'], 'm'),
      node('Add', ['m', 'b'], 'y'),
    ],
    { initializers: { ...WEIGHTS, w: bytes([3, 2, 3, 3], 11), b: weights([1, 3, 1, 1], 12) } },
  ),
  quantisedCase(
    'MatMulInteger after DynamicQuantizeLinear',
    0.04,
    [1, 8],
    [
      dynamic,
      node('MatMulInteger', ['q', 'w', 'zq', 'zw'], 'i'),
      node('Cast', ['i'], 'f', { to: DataType.FLOAT }),
      node('Mul', ['sq', 'sw'], 'factor'),
      node('Mul', ['f', 'factor'], 'y'),
    ],
    { initializers: { sw: floatTensor([4], [0.0052, 0.0061, 0.0043, 0.0072]), zw: int8([1, -2, 3, 0], [4]), w: bytes([8, 4], 13) } },
  ),
  quantisedCase(
    'MatMulInteger after QuantizeLinear',
    2,
    [1, 8],
    [
      quantise('x', X, 'q'),
      node('MatMulInteger', ['q', 'w', 'z'], 'i'),
      node('Cast', ['i'], 'f', { to: DataType.FLOAT }),
      node('Mul', ['f', 'unit'], 'y'),
    ],
    { initializers: { ...SCALES, w: bytes([8, 4], 14) } },
  ),
  quantisedCase(
    'MatMulIntegerToFloat',
    0.05,
    [1, 8],
    [dynamic, microsoft('MatMulIntegerToFloat', ['q', 'w', 'sq', 'sw', 'zq', 'zw', 'b'], 'y')],
    { initializers: { ...PER_CHANNEL, w: bytes([8, 4], 15), b: weights([4], 16) } },
  ),
  quantisedCase('DynamicQuantizeMatMul', 0.05, [1, 8], [microsoft('DynamicQuantizeMatMul', ['x', 'w', 'sw', 'zw', 'b'], 'y')], {
    initializers: { ...PER_CHANNEL, w: bytes([8, 4], 17), b: weights([4], 18) },
  }),
  quantisedCase(
    'MatMulNBits, 4 bits',
    3e-5,
    [1, 24],
    [microsoft('MatMulNBits', ['x', 'w', 'scales'], 'y', { K: 24, N: 3, bits: 4, block_size: 16 })],
    {
      initializers: { w: uint8(integers([3, 2, 8], 0, 255, 19), [3, 2, 8]), scales: weights([6], 20) },
    },
  ),
  quantisedCase(
    'MatMulNBits, 4 bits, zero points and a bias',
    3e-5,
    [1, 24],
    [microsoft('MatMulNBits', ['x', 'w', 'scales', 'zeros', '', 'b'], 'y', { K: 24, N: 3, bits: 4, block_size: 16 })],
    {
      initializers: {
        w: uint8(integers([3, 2, 8], 0, 255, 21), [3, 2, 8]),
        scales: weights([6], 22),
        zeros: uint8(integers([3], 0, 255, 23), [3]),
        b: weights([3], 24),
      },
    },
  ),
  quantisedCase(
    'MatMulNBits, 8 bits, zero points',
    3e-5,
    [1, 24],
    [microsoft('MatMulNBits', ['x', 'w', 'scales', 'zeros'], 'y', { K: 24, N: 3, bits: 8, block_size: 16 })],
    {
      initializers: {
        w: uint8(integers([3, 2, 16], 0, 255, 25), [3, 2, 16]),
        scales: weights([6], 26),
        zeros: uint8(integers([6], 0, 255, 27), [6]),
      },
    },
  ),
  quantisedCase(
    'MatMulNBits, 4 bits, zero points that are floats',
    3e-5,
    [1, 24],
    [microsoft('MatMulNBits', ['x', 'w', 'scales', 'zeros'], 'y', { K: 24, N: 3, bits: 4, block_size: 16 })],
    {
      initializers: {
        w: uint8(integers([3, 2, 8], 0, 255, 25), [3, 2, 8]),
        scales: weights([6], 26),
        zeros: floatTensor([6], [8, 7.5, 3, 4, 5, 6]),
      },
    },
  ),
];

/** Attention of quantised tokens, [1, 3, 4], in two heads. */
const attentionCases: readonly QuantisedCase[] = [
  quantisedCase(
    'QAttention, scales for each column, causal',
    0.05,
    [1, 3, 4],
    [quantise('x', X, 'q'), microsoft('QAttention', ['q', 'w', 'b', 's', 'sws', '', 'z', 'zws'], 'y', { num_heads: 2, unidirectional: 1 })],
    {
      initializers: {
        ...SCALES,
        w: bytes([4, 12], 28),
        b: weights([12], 29),
        sws: floatTensor(
          [12],
          Array.from({ length: 12 }, (_, i) => 0.004 + i / 4096),
        ),
        zws: int8(new Array(12).fill(0), [12]),
      },
    },
  ),
  quantisedCase(
    'QAttention, quantised by its own range, a mask',
    0.05,
    [1, 3, 4],
    [
      dynamic,
      microsoft('QAttention', ['q', 'w', 'b', 'sq', 'sw', 'mask', 'zq', 'zw'], 'y', { num_heads: 2, mask_filter_value: float(-500) }),
    ],
    {
      initializers: { ...WEIGHTS, w: bytes([4, 12], 30), b: weights([12], 31), mask: int32([1, 0, 1], [1, 3]) },
    },
  ),
];

export const quantisedCases: readonly QuantisedCase[] = [...pairCases, ...qLinearCases, ...integerCases, ...attentionCases];
