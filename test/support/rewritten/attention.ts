import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { sizeOf } from '../../../src/tensor/tensor.js';
import { float, floatTensor, intTensor, type ModelDescription, type NodeDescription, rawTensor } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

interface Options {
  readonly q: readonly number[];
  readonly k?: readonly number[];
  readonly v?: readonly number[];
  /** Further inputs, by position from 3 on. */
  readonly more?: readonly (string | undefined)[];
  readonly constants?: NonNullable<ModelDescription['initializers']>;
  readonly opset?: number;
  readonly domain?: string;
}

/** Attention of three parts of the image with these shapes. */
function attention(
  what: string,
  attributes: NonNullable<NodeDescription['attributes']>,
  options: Options,
  op = 'Attention',
): RewrittenCase {
  const { q, k = q, v = k, more = [], constants = {}, opset = 23, domain } = options;
  const shapes = [q, k, v];
  const sizes = shapes.map(sizeOf);
  const initializers = {
    sizes: intTensor(sizes),
    ...Object.fromEntries(shapes.map((shape, i) => [`shape${i}`, intTensor(shape)])),
    ...constants,
  };
  const nodes: NodeDescription[] = [
    { op: 'Split', inputs: ['x', 'sizes'], output: ['part0', 'part1', 'part2'], attributes: { axis: 1 } },
    ...shapes.map((_, i): NodeDescription => ({ op: 'Reshape', inputs: [`part${i}`, `shape${i}`], output: `input${i}` })),
    {
      op,
      ...(domain !== undefined && { domain }),
      inputs: ['input0', 'input1', 'input2', ...more.map((name) => name ?? '')],
      output: 'y',
      attributes,
    },
  ];
  const domains = domain === undefined ? {} : { [domain]: 1 };
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return rewrittenCase(`${domain === undefined ? '' : `${domain}.`}${op}, ${what}`, [1, total], nodes, { opset, domains, initializers });
}

const bools = (shape: readonly number[], values: readonly number[]) => rawTensor(DataType.BOOL, shape, Uint8Array.from(values));
const INFINITE = Number.NEGATIVE_INFINITY;

/** Attention and rotations of the standard domain. */
export const attentionCases: readonly RewrittenCase[] = [
  attention('four axes', {}, { q: [1, 2, 3, 2], k: [1, 2, 4, 2], v: [1, 2, 4, 3] }),
  attention(
    'three axes, a scale and a soft cap',
    { q_num_heads: 2, kv_num_heads: 2, scale: float(0.75), softcap: float(1.5) },
    { q: [1, 3, 4] },
  ),
  attention('fewer heads of keys, causal', { q_num_heads: 4, kv_num_heads: 2, is_causal: 1 }, { q: [1, 3, 8], k: [1, 3, 4] }),
  attention(
    'a mask that is added',
    {},
    {
      q: [1, 2, 2, 2],
      k: [1, 2, 3, 2],
      more: ['mask'],
      constants: { mask: weights([2, 2, 3], 1) },
    },
  ),
  attention(
    'a mask of booleans, of which a query sees nothing',
    {},
    {
      q: [1, 1, 3, 2],
      more: ['mask'],
      constants: { mask: bools([3, 3], [1, 0, 1, 0, 0, 0, 1, 1, 1]) },
    },
  ),
  attention(
    'a mask with minus infinity, and causal',
    { is_causal: 1 },
    {
      q: [1, 1, 3, 2],
      more: ['mask'],
      constants: { mask: floatTensor([1, 1, 3, 3], [0.5, INFINITE, 0, 1, 0, 0, INFINITE, 0.25, 0]) },
    },
  ),
  attention(
    'keys of earlier steps, causal',
    { is_causal: 1 },
    {
      q: [1, 1, 2, 2],
      more: [undefined, 'pastK', 'pastV'],
      constants: { pastK: weights([1, 1, 3, 2], 2), pastV: weights([1, 1, 3, 2], 3) },
    },
  ),
  attention(
    'keys of which only some are any, causal',
    { is_causal: 1 },
    {
      q: [2, 1, 2, 2],
      k: [2, 1, 3, 2],
      opset: 24,
      more: [undefined, undefined, undefined, 'lengths'],
      constants: { lengths: intTensor([2, 3]) },
    },
  ),
  attention('a sliding window', { left_window_size: 1, right_window_size: 0 }, { q: [1, 1, 4, 2], opset: 25 }),
  rewrittenCase(
    'RotaryEmbedding, four axes with positions',
    [1, 2, 3, 4],
    [{ op: 'RotaryEmbedding', inputs: ['x', 'cos', 'sin', 'positions'], output: 'y' }],
    { opset: 23, initializers: { cos: weights([5, 2], 4), sin: weights([5, 2], 5), positions: intTensor([0, 4, 2], [1, 3]) } },
  ),
  rewrittenCase(
    'RotaryEmbedding, three axes, interleaved, of a part',
    [1, 3, 12],
    [
      {
        op: 'RotaryEmbedding',
        inputs: ['x', 'cos', 'sin'],
        output: 'y',
        attributes: { interleaved: 1, num_heads: 2, rotary_embedding_dim: 4 },
      },
    ],
    { opset: 23, initializers: { cos: weights([1, 3, 2], 6), sin: weights([1, 3, 2], 7) } },
  ),
];

const microsoft = 'com.microsoft';

/** Attention of com.microsoft. */
export const microsoftAttentionCases: readonly RewrittenCase[] = [
  rewrittenCase(
    'com.microsoft.Attention',
    [1, 3, 4],
    [{ op: 'Attention', domain: microsoft, inputs: ['x', 'w', 'b'], output: 'y', attributes: { num_heads: 2 } }],
    { opset: 17, domains: { [microsoft]: 1 }, initializers: { w: weights([4, 12], 1), b: weights([12], 2) } },
  ),
  rewrittenCase(
    'com.microsoft.Attention, a mask, a bias of scores, sizes, one way',
    [1, 3, 4],
    [
      {
        op: 'Attention',
        domain: microsoft,
        inputs: ['x', 'w', 'b', 'mask', '', 'scores'],
        output: 'y',
        attributes: { num_heads: 2, qkv_hidden_sizes: [4, 4, 6], unidirectional: 1, scale: float(0.5) },
      },
    ],
    {
      opset: 17,
      domains: { [microsoft]: 1 },
      initializers: {
        w: weights([4, 14], 1),
        b: weights([14], 2),
        mask: { dims: [1n, 3n], dataType: DataType.INT32, int32Data: [1, 1, 0] },
        scores: weights([1, 2, 3, 3], 3),
      },
    },
  ),
  attention(
    'a bias',
    { num_heads: 2 },
    { domain: microsoft, opset: 17, q: [1, 3, 4], more: ['b'], constants: { b: weights([12], 4) } },
    'MultiHeadAttention',
  ),
  attention(
    'a bias of scores and a padding',
    { num_heads: 2, scale: float(0.4) },
    {
      domain: microsoft,
      opset: 17,
      q: [1, 2, 4],
      k: [1, 3, 4],
      v: [1, 3, 6],
      more: [undefined, 'mask', 'scores'],
      constants: { mask: { dims: [1n, 3n], dataType: DataType.INT32, int32Data: [1, 0, 1] }, scores: weights([1, 2, 2, 3], 5) },
    },
    'MultiHeadAttention',
  ),
  rewrittenCase(
    'com.microsoft.MultiHeadAttention, packed',
    [1, 36],
    [
      { op: 'Reshape', inputs: ['x', 'shape'], output: 'packed' },
      { op: 'MultiHeadAttention', domain: microsoft, inputs: ['packed'], output: 'y', attributes: { num_heads: 2 } },
    ],
    { opset: 17, domains: { [microsoft]: 1 }, initializers: { shape: intTensor([1, 3, 2, 3, 2]) } },
  ),
  rewrittenCase(
    'com.microsoft.RotaryEmbedding',
    [1, 3, 8],
    [{ op: 'RotaryEmbedding', domain: microsoft, inputs: ['x', 'start', 'cos', 'sin'], output: 'y', attributes: { num_heads: 0 } }],
    { opset: 17, domains: { [microsoft]: 1 }, initializers: { start: intTensor([1]), cos: weights([6, 2], 6), sin: weights([6, 2], 7) } },
  ),
];
