import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { type ExportedModel, model, positive, weights } from './exported_model.js';
import { float, floatTensor, intTensor, type NodeDescription, rawTensor } from './onnx_builder.js';

const POINTWISE = ['Abs', 'Neg', 'Erf', 'Exp', 'Mish', 'Softsign', 'Selu', 'Celu', 'Elu', 'Gelu', 'HardSwish', 'Tanh', 'Sigmoid'];

const scalar = (value: number) => floatTensor([], [value]);

/** LayerNormalization as PyTorch exports it up to opset 16, over the last axis or over others. */
function spelledOut(x: string, output: string, { axes = [-1], square = 'Pow', affine = true } = {}): NodeDescription[] {
  const at = (name: string) => `${output} ${name}`;
  return [
    { op: 'ReduceMean', inputs: [x], output: at('mean'), attributes: { axes } },
    { op: 'Sub', inputs: [x, at('mean')], output: at('difference') },
    { op: square, inputs: [at('difference'), square === 'Pow' ? 'two' : at('difference')], output: at('square') },
    { op: 'ReduceMean', inputs: [at('square')], output: at('variance'), attributes: { axes } },
    { op: 'Add', inputs: [at('variance'), 'epsilon'], output: at('sum') },
    { op: 'Sqrt', inputs: [at('sum')], output: at('deviation') },
    { op: 'Div', inputs: [at('difference'), at('deviation')], output: affine ? at('normal') : output },
    ...(affine
      ? [
          { op: 'Mul', inputs: [at('normal'), 'scale'], output: at('scaled') },
          { op: 'Add', inputs: [at('scaled'), 'bias'], output },
        ]
      : []),
  ];
}

const normalConstants = { two: scalar(2), epsilon: scalar(1e-2), scale: weights(5), bias: weights(5) };

/** Gelu as PyTorch exports it up to opset 19. */
function geluByErf(order: number): ExportedModel {
  const product: NodeDescription[] = [
    [
      { op: 'Mul', inputs: ['c', 'plus'], output: 'p' },
      { op: 'Mul', inputs: ['p', 'half'], output: 'g' },
    ],
    [
      { op: 'Mul', inputs: ['half', 'c'], output: 'p' },
      { op: 'Mul', inputs: ['plus', 'p'], output: 'g' },
    ],
    [
      { op: 'Mul', inputs: ['plus', 'half'], output: 'p' },
      { op: 'Mul', inputs: ['p', 'c'], output: 'g' },
    ],
  ][order]!;
  return model(`Gelu spelled out in Erf, order ${order}`, {
    initializers: { w: weights(4, 2, 3, 3), root: scalar(Math.SQRT2), inverse: scalar(Math.SQRT1_2), one: scalar(1), half: scalar(0.5) },
    nodes: [
      { op: 'Conv', inputs: ['x', 'w'], output: 'c' },
      order === 1 ? { op: 'Mul', inputs: ['inverse', 'c'], output: 'd' } : { op: 'Div', inputs: ['c', 'root'], output: 'd' },
      { op: 'Erf', inputs: ['d'], output: 'e' },
      { op: 'Add', inputs: order === 2 ? ['one', 'e'] : ['e', 'one'], output: 'plus' },
      ...product,
      { op: 'GlobalAveragePool', inputs: ['g'], output: 'y' },
    ],
  });
}

/** Functions that exports write as several nodes, and weights that are stored in other forms. */
export const decomposedModels: ExportedModel[] = [
  geluByErf(0),
  geluByErf(1),
  geluByErf(2),
  model('Erf that is nearly a Gelu', {
    initializers: { root: scalar(1.4), one: scalar(1), half: scalar(0.5) },
    nodes: [
      { op: 'Div', inputs: ['x', 'root'], output: 'd' },
      { op: 'Erf', inputs: ['d'], output: 'e' },
      { op: 'Add', inputs: ['e', 'one'], output: 'plus' },
      { op: 'Mul', inputs: ['x', 'plus'], output: 'p' },
      { op: 'Mul', inputs: ['p', 'half'], output: 'y' },
    ],
  }),
  model('a Gelu whose parts are read elsewhere', {
    initializers: { root: scalar(Math.SQRT2), one: scalar(1), half: scalar(0.5) },
    nodes: [
      { op: 'Div', inputs: ['x', 'root'], output: 'd' },
      { op: 'Erf', inputs: ['d'], output: 'e' },
      { op: 'Add', inputs: ['e', 'one'], output: 'plus' },
      { op: 'Mul', inputs: ['x', 'plus'], output: 'p' },
      { op: 'Mul', inputs: ['p', 'half'], output: 'g' },
      { op: 'Add', inputs: ['g', 'e'], output: 'y' },
    ],
  }),
  model('Gelu spelled out in Tanh and Pow', {
    initializers: { three: scalar(3), cubic: scalar(0.044715), root: scalar(Math.sqrt(2 / Math.PI)), one: scalar(1), half: scalar(0.5) },
    nodes: [
      { op: 'Pow', inputs: ['x', 'three'], output: 'a' },
      { op: 'Mul', inputs: ['a', 'cubic'], output: 'b' },
      { op: 'Add', inputs: ['x', 'b'], output: 'c' },
      { op: 'Mul', inputs: ['c', 'root'], output: 'd' },
      { op: 'Tanh', inputs: ['d'], output: 'e' },
      { op: 'Add', inputs: ['e', 'one'], output: 'f' },
      { op: 'Mul', inputs: ['x', 'half'], output: 'g' },
      { op: 'Mul', inputs: ['g', 'f'], output: 'y' },
    ],
  }),
  model('LayerNormalization spelled out', { initializers: normalConstants, nodes: spelledOut('x', 'y') }),
  model('LayerNormalization spelled out, of squares by Mul, without scale and bias', {
    initializers: normalConstants,
    nodes: spelledOut('x', 'y', { square: 'Mul', affine: false, axes: [2, 3] }),
  }),
  model('LayerNormalization over channels, as ConvNeXt spells it out', {
    initializers: { ...normalConstants, scale: weights(2, 1, 1), bias: weights(2, 1, 1) },
    nodes: spelledOut('x', 'y', { axes: [1] }),
  }),
  model('a normalisation over axes that lie apart', {
    initializers: { ...normalConstants, scale: weights(1, 6, 1), bias: weights(1, 6, 1) },
    nodes: spelledOut('x', 'y', { axes: [1, 3] }),
  }),
  model('a normalisation twice, the second of another mean', {
    initializers: normalConstants,
    nodes: [
      ...spelledOut('x', 'a'),
      { op: 'ReduceMean', inputs: ['a'], output: 'mean', attributes: { axes: [2] } },
      { op: 'Sub', inputs: ['a', 'mean'], output: 'b' },
      { op: 'Pow', inputs: ['b', 'two'], output: 'c' },
      { op: 'ReduceMean', inputs: ['c'], output: 'd', attributes: { axes: [-1] } },
      { op: 'Add', inputs: ['d', 'epsilon'], output: 'e' },
      { op: 'Sqrt', inputs: ['e'], output: 'f' },
      { op: 'Div', inputs: ['b', 'f'], output: 'y' },
    ],
  }),
  model('HardSwish and Mish spelled out', {
    opset: 11,
    initializers: { three: scalar(3), six: scalar(6), zero: scalar(0) },
    nodes: [
      { op: 'Add', inputs: ['x', 'three'], output: 'a' },
      { op: 'Clip', inputs: ['a', 'zero', 'six'], output: 'b' },
      { op: 'Div', inputs: ['b', 'six'], output: 'c' },
      { op: 'Mul', inputs: ['x', 'c'], output: 'd' },
      { op: 'Softplus', inputs: ['d'], output: 'e' },
      { op: 'Tanh', inputs: ['e'], output: 'f' },
      { op: 'Mul', inputs: ['d', 'f'], output: 'y' },
    ],
  }),
  model('ReLU6 by Max and Min, constants on either side', {
    initializers: { zero: scalar(0), high: floatTensor([1], [0.4]), low: weights(2, 1, 1) },
    nodes: [
      { op: 'Max', inputs: ['zero', 'x'], output: 'a' },
      { op: 'Min', inputs: ['a', 'high'], output: 'b' },
      { op: 'Max', inputs: ['b', 'low'], output: 'c' },
      { op: 'Min', inputs: ['high', 'c'], output: 'd' },
      { op: 'Neg', inputs: ['d'], output: 'e' },
      { op: 'Max', inputs: ['e', 'x', 'd'], output: 'y' },
    ],
  }),
  model('features of length 1, and their global response (ConvNeXt V2)', {
    opset: 18,
    initializers: {
      last: intTensor([-1]),
      plane: intTensor([2, 3]),
      channel: intTensor([1]),
      small: scalar(1e-3),
      gamma: weights(2, 1, 1),
    },
    nodes: [
      { op: 'ReduceL2', inputs: ['x', 'plane'], output: 'norm' },
      { op: 'ReduceMean', inputs: ['norm', 'channel'], output: 'mean' },
      { op: 'Add', inputs: ['mean', 'small'], output: 'above' },
      { op: 'Div', inputs: ['norm', 'above'], output: 'response' },
      { op: 'Mul', inputs: ['x', 'response'], output: 'scaled' },
      { op: 'Mul', inputs: ['scaled', 'gamma'], output: 'weighted' },
      { op: 'Add', inputs: ['weighted', 'x'], output: 'sum' },
      { op: 'Flatten', inputs: ['sum'], output: 'flat' },
      { op: 'ReduceL2', inputs: ['flat', 'last'], output: 'length' },
      { op: 'Div', inputs: ['flat', 'length'], output: 'y' },
    ],
  }),
  model('an attention by the largest and the mean channel (CBAM)', {
    initializers: { w: weights(1, 2, 3, 3) },
    nodes: [
      { op: 'ReduceMax', inputs: ['x'], output: 'largest', attributes: { axes: [1] } },
      { op: 'ReduceMean', inputs: ['x'], output: 'mean', attributes: { axes: [1] } },
      { op: 'Concat', inputs: ['largest', 'mean'], output: 'both', attributes: { axis: 1 } },
      { op: 'Conv', inputs: ['both', 'w'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
      { op: 'Sigmoid', inputs: ['c'], output: 's' },
      { op: 'Mul', inputs: ['x', 's'], output: 'y' },
    ],
  }),
  model('weights of 8 bits with a scale a channel, of bfloat16, and casts to the type of another', {
    opset: 15,
    initializers: {
      quantised: rawTensor(
        DataType.INT8,
        [3, 2, 3, 3],
        Int8Array.from({ length: 54 }, (_, i) => ((i * 37) % 256) - 128),
      ),
      scales: positive(3),
      zeros: rawTensor(DataType.INT8, [3], Int8Array.of(0, -3, 7)),
      half: rawTensor(DataType.BFLOAT16, [3, 1, 1], Uint16Array.of(0x3f80, 0xbe80, 0x4010)),
      factor: scalar(0.01),
    },
    nodes: [
      { op: 'DequantizeLinear', inputs: ['quantised', 'scales', 'zeros'], output: 'w', attributes: { axis: 0 } },
      { op: 'Conv', inputs: ['x', 'w'], output: 'c' },
      { op: 'Cast', inputs: ['half'], output: 'single', attributes: { to: DataType.FLOAT } },
      { op: 'Mul', inputs: ['c', 'single'], output: 'm' },
      { op: 'CastLike', inputs: ['m', 'factor'], output: 'l' },
      { op: 'Mul', inputs: ['l', 'factor'], output: 'n' },
      { op: 'Softsign', inputs: ['n'], output: 'y' },
    ],
  }),
  model('local responses, planes and groups normalised', {
    opset: 21,
    inputs: { x: ['N', 4, 5, 3] },
    initializers: { four: positive(4), other: weights(4) },
    nodes: [
      { op: 'LRN', inputs: ['x'], output: 'a', attributes: { size: 3, alpha: float(0.9) } },
      { op: 'InstanceNormalization', inputs: ['a', 'four', 'other'], output: 'b', attributes: { epsilon: float(0.1) } },
      { op: 'Celu', inputs: ['b'], output: 'c', attributes: { alpha: float(0.7) } },
      { op: 'GroupNormalization', inputs: ['c', 'other', 'four'], output: 'd', attributes: { num_groups: 2, epsilon: float(0.1) } },
      { op: 'Gelu', inputs: ['d'], output: 'y', attributes: { approximate: 'tanh' } },
    ],
  }),
  model('every pointwise function side by side', {
    opset: 20,
    initializers: {
      last: intTensor([3]),
      one: scalar(1),
      power: scalar(1.3),
      square: scalar(2),
      cube: scalar(3),
      powers: positive(2, 1, 1),
    },
    nodes: [
      { op: 'Softplus', inputs: ['x'], output: 'above 0' },
      { op: 'Sub', inputs: ['above 0', 'one'], output: 'around 0' },
      ...['Log', 'Sqrt', 'Reciprocal'].map((op) => ({ op, inputs: ['above 0'], output: op })),
      ...['power', 'square', 'cube', 'powers'].map((name) => ({ op: 'Pow', inputs: ['above 0', name], output: `Pow ${name}` })),
      ...POINTWISE.map((op) => ({ op, inputs: ['around 0'], output: op })),
      { op: 'Gelu', inputs: ['around 0'], output: 'Gelu by tanh', attributes: { approximate: 'tanh' } },
      { op: 'Pow', inputs: ['above 0', 'Sqrt'], output: 'Pow computed' },
      { op: 'Max', inputs: ['Exp', 'Log'], output: 'Max' },
      { op: 'Min', inputs: ['Max', 'Pow cube'], output: 'Min' },
      {
        op: 'Concat',
        inputs: ['Reciprocal', 'Pow power', 'Pow square', 'Pow powers', 'Gelu by tanh', 'Pow computed', 'Min', ...POINTWISE],
        output: 'all',
        attributes: { axis: 1 },
      },
      { op: 'ReduceMax', inputs: ['all', 'last'], output: 'largest' },
      { op: 'ReduceSum', inputs: ['all', 'last'], output: 'sums' },
      { op: 'Concat', inputs: ['largest', 'sums'], output: 'joined', attributes: { axis: 3 } },
      { op: 'Flatten', inputs: ['joined'], output: 'y' },
    ],
  }),
];
