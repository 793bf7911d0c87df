import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { type ExportedModel, model, weights } from './exported_model.js';
import { float, floatTensor, intTensor, type NodeDescription, rawTensor } from './onnx_builder.js';
import { mulberry32, uniformArray } from './random.js';

const ownWeights = (seed: number, ...shape: number[]) => floatTensor(shape, uniformArray(mulberry32(seed), sizeOf(shape), -0.8, 0.8));
const int = (value: number) => intTensor([value], []);

/** The size of an axis of `of`, as a vector of one number, as an exporter writes it: Shape, Gather, Unsqueeze. `axis` names a constant. */
function sizeOfAxis(of: string, axis: string, output: string): NodeDescription[] {
  return [
    { op: 'Shape', inputs: [of], output: `${output} shape` },
    { op: 'Gather', inputs: [`${output} shape`, axis], output: `${output} scalar`, attributes: { axis: 0 } },
    { op: 'Unsqueeze', inputs: [`${output} scalar`, 'first'], output },
  ];
}

/** A patch embedding whose class token is expanded over a batch of any size: from x [N, 2, 6, 5] to tokens [N, 3, 8]. */
const embedding: NodeDescription[] = [
  { op: 'Conv', inputs: ['x', 'patches'], output: 'planes', attributes: { strides: [3, 5], kernel_shape: [3, 5] } },
  ...sizeOfAxis('planes', 'zero', 'batch'),
  { op: 'Concat', inputs: ['batch', 'eight', 'rest'], output: 'flat', attributes: { axis: 0 } },
  { op: 'Reshape', inputs: ['planes', 'flat'], output: 'columns' },
  { op: 'Transpose', inputs: ['columns'], output: 'rows', attributes: { perm: [0, 2, 1] } },
  ...sizeOfAxis('rows', 'zero', 'many'),
  { op: 'Concat', inputs: ['many', 'rest', 'rest'], output: 'wanted', attributes: { axis: 0 } },
  { op: 'Shape', inputs: ['wanted'], output: 'length' },
  { op: 'ConstantOfShape', inputs: ['length'], output: 'ones', attributes: { value: intTensor([1]) } },
  { op: 'Mul', inputs: ['ones', 'minus one'], output: 'minus ones' },
  { op: 'Equal', inputs: ['wanted', 'minus ones'], output: 'left open' },
  { op: 'Where', inputs: ['left open', 'ones', 'wanted'], output: 'expanded' },
  { op: 'Expand', inputs: ['token', 'expanded'], output: 'tokens' },
  { op: 'Concat', inputs: ['tokens', 'rows'], output: 'joined', attributes: { axis: 1 } },
  { op: 'Add', inputs: ['joined', 'positions'], output: 'embedded' },
];

const embeddingConstants = {
  patches: weights(8, 2, 3, 5),
  token: weights(1, 1, 8),
  positions: weights(1, 3, 8),
  zero: int(0),
  one: int(1),
  two: int(2),
  first: intTensor([0]),
  eight: intTensor([8]),
  rest: intTensor([-1]),
  'minus one': int(-1),
  projection: weights(8, 24),
  bias: weights(24),
  head: weights(8, 5),
};

/** timm's attention: q, k and v come from one product and are separated by Gather; Slice takes the class token. */
const timm = model('a vision transformer of timm, its batch open', {
  opset: 17,
  initializers: {
    ...embeddingConstants,
    three: intTensor([3]),
    heads: intTensor([2]),
    depth: intTensor([4]),
    scale: floatTensor([], [0.5]),
    normal: weights(8),
    shift: weights(8),
    far: intTensor([2 ** 31]),
    second: intTensor([1]),
  },
  nodes: [
    ...embedding,
    { op: 'LayerNormalization', inputs: ['embedded', 'normal', 'shift'], output: 'n', attributes: { epsilon: float(1e-3) } },
    ...sizeOfAxis('n', 'zero', 'b'),
    ...sizeOfAxis('n', 'one', 't'),
    { op: 'MatMul', inputs: ['n', 'projection'], output: 'product' },
    { op: 'Add', inputs: ['bias', 'product'], output: 'qkv' },
    { op: 'Concat', inputs: ['b', 't', 'three', 'heads', 'depth'], output: 'five', attributes: { axis: 0 } },
    { op: 'Reshape', inputs: ['qkv', 'five'], output: 'apart' },
    { op: 'Transpose', inputs: ['apart'], output: 'turned', attributes: { perm: [2, 0, 3, 1, 4] } },
    ...['zero', 'one', 'two'].map((index, k) => ({ op: 'Gather', inputs: ['turned', index], output: 'qkv'[k]!, attributes: { axis: 0 } })),
    { op: 'Mul', inputs: ['q', 'scale'], output: 'scaled' },
    { op: 'Transpose', inputs: ['k'], output: 'k turned', attributes: { perm: [0, 1, 3, 2] } },
    { op: 'MatMul', inputs: ['scaled', 'k turned'], output: 'scores' },
    { op: 'Softmax', inputs: ['scores'], output: 'attention', attributes: { axis: -1 } },
    { op: 'MatMul', inputs: ['attention', 'v'], output: 'mixed' },
    { op: 'Transpose', inputs: ['mixed'], output: 'back', attributes: { perm: [0, 2, 1, 3] } },
    { op: 'Concat', inputs: ['b', 't', 'eight'], output: 'whole', attributes: { axis: 0 } },
    { op: 'Reshape', inputs: ['back', 'whole'], output: 'attended' },
    { op: 'Add', inputs: ['embedded', 'attended'], output: 'sum' },
    { op: 'Slice', inputs: ['sum', 'first', 'second', 'second'], output: 'class' },
    { op: 'Squeeze', inputs: ['class', 'second'], output: 'pooled' },
    { op: 'MatMul', inputs: ['pooled', 'head'], output: 'y' },
  ],
});

/**
 * torchvision's attention: tokens are the first axis; q, k and v come by Split or Einsum; shapes come by Range, NonZero, ScatterND, Min and
 * Max.
 */
const torchvision = model('a vision transformer of torchvision, tokens first, and shapes by Range, NonZero and ScatterND', {
  opset: 13,
  initializers: {
    ...embeddingConstants,
    sizes: intTensor([8, 8, 8]),
    heads: int(2),
    depth: int(4),
    'two places': intTensor([1, 2], [2, 1]),
  },
  nodes: [
    ...embedding,
    { op: 'Transpose', inputs: ['embedded'], output: 'tokens first', attributes: { perm: [1, 0, 2] } },
    { op: 'MatMul', inputs: ['tokens first', 'projection'], output: 'product' },
    { op: 'Add', inputs: ['product', 'bias'], output: 'qkv' },
    { op: 'Split', inputs: ['qkv', 'sizes'], output: ['q', 'k', 'v'], attributes: { axis: 2 } },
    ...sizeOfAxis('tokens first', 'zero', 't'),
    ...sizeOfAxis('tokens first', 'one', 'b'),
    { op: 'Mul', inputs: ['b', 'heads'], output: 'bh' },
    { op: 'Max', inputs: ['bh', 'first'], output: 'at least' },
    // [t, -1, -1] with [bh, depth] scattered over its last two places.
    { op: 'Concat', inputs: ['t', 'rest', 'rest'], output: 'open', attributes: { axis: 0 } },
    { op: 'Unsqueeze', inputs: ['depth', 'first'], output: 'deep' },
    { op: 'Concat', inputs: ['at least', 'deep'], output: 'updates', attributes: { axis: 0 } },
    { op: 'ScatterND', inputs: ['open', 'two places', 'updates'], output: 'target' },
    ...['q', 'k', 'v'].flatMap((name): NodeDescription[] => [
      { op: 'Reshape', inputs: [name, 'target'], output: `${name} heads` },
      { op: 'Transpose', inputs: [`${name} heads`], output: `${name} first`, attributes: { perm: [1, 0, 2] } },
    ]),
    { op: 'Einsum', inputs: ['q first', 'k first'], output: 'scores', attributes: { equation: 'bqd,bkd->bqk' } },
    { op: 'Softmax', inputs: ['scores'], output: 'attention' },
    { op: 'Einsum', inputs: ['attention', 'v first'], output: 'mixed', attributes: { equation: 'bqk,bkd->qbd' } },
    { op: 'Concat', inputs: ['t', 'b', 'eight'], output: 'whole', attributes: { axis: 0 } },
    { op: 'Reshape', inputs: ['mixed', 'whole'], output: 'attended' },
    // The class token is taken by a computed index: NonZero of (Range(t) < 1).
    { op: 'Squeeze', inputs: ['t', 'first'], output: 'token count' },
    { op: 'Range', inputs: ['zero', 'token count', 'one'], output: 'numbers' },
    { op: 'Less', inputs: ['numbers', 'one'], output: 'is first' },
    { op: 'NonZero', inputs: ['is first'], output: 'found' },
    { op: 'Squeeze', inputs: ['found', 'first'], output: 'index' },
    { op: 'Gather', inputs: ['attended', 'index'], output: 'class', attributes: { axis: 0 } },
    { op: 'Squeeze', inputs: ['class', 'first'], output: 'pooled' },
    { op: 'MatMul', inputs: ['pooled', 'head'], output: 'y' },
  ],
});

/** Swin's attention: a cyclic shift by Slice and Concat, a mask, and every second row and column put side by side. */
const swin = model('shifted windows, a mask, and patches that merge', {
  opset: 13,
  inputs: { x: ['N', 4, 6, 3] },
  initializers: {
    zero: intTensor([0]),
    one: intTensor([1]),
    far: intTensor([2 ** 31]),
    rows: intTensor([1]),
    columns: intTensor([2]),
    step: intTensor([2]),
    mask: rawTensor(
      DataType.BOOL,
      [4, 6, 1],
      Uint8Array.from({ length: 24 }, (_, i) => Number(i % 3 > 0)),
    ),
    low: floatTensor([], [-0.5]),
    merge: weights(12, 4),
  },
  nodes: [
    { op: 'Slice', inputs: ['x', 'one', 'far', 'rows'], output: 'below' },
    { op: 'Slice', inputs: ['x', 'zero', 'one', 'rows'], output: 'above' },
    { op: 'Concat', inputs: ['below', 'above'], output: 'rolled', attributes: { axis: 1 } },
    { op: 'Where', inputs: ['mask', 'rolled', 'low'], output: 'masked' },
    ...['zero', 'one'].flatMap((row): NodeDescription[] => [
      { op: 'Slice', inputs: ['masked', row, 'far', 'rows', 'step'], output: `rows from ${row}` },
      ...['zero', 'one'].map((column) => ({
        op: 'Slice',
        inputs: [`rows from ${row}`, column, 'far', 'columns', 'step'],
        output: `${row} ${column}`,
      })),
    ]),
    { op: 'Concat', inputs: ['zero zero', 'one zero', 'zero one', 'one one'], output: 'four', attributes: { axis: -1 } },
    { op: 'MatMul', inputs: ['four', 'merge'], output: 'merged' },
    { op: 'ReduceMean', inputs: ['merged'], output: 'y', attributes: { axes: [1, 2], keepdims: 0 } },
  ],
});

/** A decoder in front of a classifier. Its planes grow in all three ways, and some are copied. */
const decoder = model('planes that grow by ConvTranspose, Resize and blocks of depth', {
  opset: 13,
  initializers: {
    up: weights(2, 4, 2, 2),
    b: weights(4),
    copies: intTensor([1, 2, 1, 1]),
    scales: floatTensor([4], [1, 1, 0.5, 2]),
  },
  nodes: [
    { op: 'ConvTranspose', inputs: ['x', 'up', 'b'], output: 'a', attributes: { strides: [2, 2] } },
    { op: 'DepthToSpace', inputs: ['a'], output: 'd', attributes: { blocksize: 2, mode: 'CRD' } },
    { op: 'Resize', inputs: ['d', '', 'scales'], output: 'e', attributes: { mode: 'linear' } },
    { op: 'Resize', inputs: ['e', '', 'scales'], output: 'f', attributes: { mode: 'nearest', nearest_mode: 'floor' } },
    { op: 'Tile', inputs: ['f', 'copies'], output: 'g' },
    { op: 'Tanh', inputs: ['g'], output: 't' },
    { op: 'ReduceMean', inputs: ['t'], output: 'y', attributes: { axes: [3], keepdims: 0 } },
  ],
});

/**
 * Two heads in which no token sees a later one. One replaces scores by minus infinity; the other adds minus infinity to them, with a view
 * in between.
 */
const causal = model('masks of minus infinity', {
  opset: 13,
  inputs: { x: ['N', 4, 3] },
  initializers: {
    query: ownWeights(71, 3, 5),
    key: ownWeights(72, 3, 5),
    content: ownWeights(73, 3, 5),
    seen: rawTensor(
      DataType.BOOL,
      [4, 4],
      Uint8Array.from({ length: 16 }, (_, i) => Number(i % 4 <= i >> 2)),
    ),
    nothing: floatTensor([], [-Infinity]),
    mask: floatTensor(
      [1, 4, 4],
      Array.from({ length: 16 }, (_, i) => (i % 4 <= i >> 2 ? 0 : -Infinity)),
    ),
    head: intTensor([1]),
    classes: ownWeights(74, 20, 3),
  },
  nodes: [
    { op: 'MatMul', inputs: ['x', 'query'], output: 'q' },
    { op: 'MatMul', inputs: ['x', 'key'], output: 'k' },
    { op: 'MatMul', inputs: ['x', 'content'], output: 'v' },
    { op: 'Transpose', inputs: ['k'], output: 'turned', attributes: { perm: [0, 2, 1] } },
    { op: 'MatMul', inputs: ['q', 'turned'], output: 'scores' },
    { op: 'Where', inputs: ['seen', 'scores', 'nothing'], output: 'chosen' },
    { op: 'Softmax', inputs: ['chosen'], output: 'p', attributes: { axis: -1 } },
    { op: 'MatMul', inputs: ['p', 'v'], output: 'one' },
    { op: 'Add', inputs: ['scores', 'mask'], output: 'sums' },
    { op: 'Unsqueeze', inputs: ['sums', 'head'], output: 'headed' },
    { op: 'Softmax', inputs: ['headed'], output: 'r', attributes: { axis: 3 } },
    { op: 'Squeeze', inputs: ['r', 'head'], output: 's' },
    { op: 'MatMul', inputs: ['s', 'v'], output: 'other' },
    { op: 'Add', inputs: ['one', 'other'], output: 'both' },
    { op: 'Flatten', inputs: ['both'], output: 'row', attributes: { axis: 1 } },
    { op: 'MatMul', inputs: ['row', 'classes'], output: 'y' },
  ],
});

/** Networks with attention, and others that move and resample elements. */
export const attentionModels: ExportedModel[] = [timm, torchvision, swin, decoder, causal];
