import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { float, intTensor, type ModelDescription, type NodeDescription } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

const [INPUT, HIDDEN] = [2, 3];

interface Options {
  readonly directions?: 1 | 2;
  readonly steps?: number;
  readonly batch?: number;
  /** Which optional inputs there are: b, lens, h, c, p. */
  readonly with?: string;
  /** Positions of the outputs that are read. Y by default. */
  readonly outputs?: readonly number[];
  readonly lengths?: readonly number[];
  readonly opset?: number;
}

/** A recurrent node on the image in the shape [steps, batch, input], or [batch, steps, input] with layout 1. Its outputs are flattened and joined. */
function recurrent(
  what: string,
  op: 'LSTM' | 'GRU' | 'RNN',
  attributes: NonNullable<NodeDescription['attributes']>,
  { directions = 1, steps = 3, batch = 1, with: given = 'b', outputs = [0], lengths = [], opset = 14 }: Options = {},
): RewrittenCase {
  const rows = { LSTM: 4, GRU: 3, RNN: 1 }[op] * HIDDEN;
  const state = attributes.layout === 1 ? [batch, directions, HIDDEN] : [directions, batch, HIDDEN];
  const initializers: NonNullable<ModelDescription['initializers']> = {
    shape: intTensor(attributes.layout === 1 ? [batch, steps, INPUT] : [steps, batch, INPUT]),
    flat: intTensor([1, -1]),
    w: weights([directions, rows, INPUT], 1),
    r: weights([directions, rows, HIDDEN], 2),
    b: weights([directions, 2 * rows], 3),
    lens: { dims: [BigInt(lengths.length)], dataType: DataType.INT32, int32Data: [...lengths] },
    h: weights(state, 4),
    c: weights(state, 5),
    p: weights([directions, 3 * HIDDEN], 6),
  };
  const names = op === 'LSTM' ? ['b', 'lens', 'h', 'c', 'p'] : ['b', 'lens', 'h'];
  const optional = names.map((name) => (given.split(' ').includes(name) ? name : ''));
  const made = Array.from({ length: Math.max(...outputs) + 1 }, (_, k) => (outputs.includes(k) ? `y${k}` : ''));
  const nodes: NodeDescription[] = [
    { op: 'Reshape', inputs: ['x', 'shape'], output: 'sequence' },
    { op, inputs: ['sequence', 'w', 'r', ...optional], output: made, attributes: { hidden_size: HIDDEN, ...attributes } },
    ...outputs.map((k): NodeDescription => ({ op: 'Reshape', inputs: [`y${k}`, 'flat'], output: `flat${k}` })),
    { op: 'Concat', inputs: outputs.map((k) => `flat${k}`), output: 'y', attributes: { axis: 1 } },
  ];
  return rewrittenCase(`${op}, ${what}`, [1, steps * batch * INPUT], nodes, { opset, initializers });
}

const both = { direction: 'bidirectional' };

export const recurrentCases: readonly RewrittenCase[] = [
  recurrent('the default, opset 7', 'LSTM', {}, { opset: 7 }),
  recurrent('without a bias, one step, its last state', 'LSTM', {}, { with: '', steps: 1, outputs: [1, 2] }),
  recurrent('both ways, from a state, all outputs', 'LSTM', both, { directions: 2, batch: 2, with: 'b h c', outputs: [0, 1, 2] }),
  recurrent('backwards, with peepholes', 'LSTM', { direction: 'reverse' }, { with: 'b p', outputs: [0, 2] }),
  recurrent('the forget gate coupled', 'LSTM', { input_forget: 1 }, { with: 'b h c' }),
  recurrent('the forget gate coupled, with peepholes', 'LSTM', { input_forget: 1 }, { with: 'b h c p' }),
  recurrent('clipped', 'LSTM', { clip: float(0.4) }, { with: 'b h c' }),
  recurrent('clipped, with peepholes', 'LSTM', { clip: float(0.4) }, { with: 'b h c p' }),
  recurrent(
    'other activations',
    'LSTM',
    {
      ...both,
      activations: ['HardSigmoid', 'Softsign', 'Elu', 'Sigmoid', 'LeakyRelu', 'Affine'],
      activation_alpha: float([0.3, 0.5, 0.2, 0.75]),
      activation_beta: float([0.4, 0.125]),
    },
    { directions: 2 },
  ),
  recurrent('sequences of different lengths, both ways', 'LSTM', both, {
    directions: 2,
    batch: 3,
    with: 'b lens h c',
    lengths: [2, 3, 1],
    outputs: [0, 1, 2],
  }),
  recurrent('the default, opset 7', 'GRU', {}, { opset: 7 }),
  recurrent('both ways, from a state, all outputs', 'GRU', both, { directions: 2, batch: 2, with: 'b h', outputs: [0, 1] }),
  recurrent('the reset after the product', 'GRU', { linear_before_reset: 1 }, { with: 'b h', outputs: [0, 1] }),
  recurrent('the reset after the product, without a bias', 'GRU', { linear_before_reset: 1, direction: 'reverse' }, { with: '' }),
  recurrent(
    'sequences of different lengths, clipped',
    'GRU',
    { clip: float(0.5) },
    { batch: 2, with: 'b lens', lengths: [3, 2], outputs: [0, 1] },
  ),
  recurrent('the default, opset 7', 'RNN', {}, { opset: 7 }),
  recurrent(
    'both ways with Relu, from a state',
    'RNN',
    { ...both, activations: ['Relu', 'Tanh'] },
    { directions: 2, with: 'b h', outputs: [0, 1] },
  ),
  recurrent(
    'sequences of different lengths, backwards',
    'RNN',
    { direction: 'reverse' },
    { batch: 2, with: 'b lens h', lengths: [1, 3], outputs: [0, 1] },
  ),
  // ONNX Runtime does not know this layout: its values are those of the reference evaluator.
  recurrent('sequences first, all outputs', 'LSTM', { layout: 1 }, { batch: 2, with: 'b h c', outputs: [0, 1] }),
  recurrent('sequences first, all outputs', 'GRU', { layout: 1 }, { batch: 2, with: 'b h', outputs: [0, 1] }),
];
