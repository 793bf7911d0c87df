import type { NodeReader } from '../../../ops/node_reader.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { biased } from '../activations.js';
import { biasWhere, joinHeads, scaledProduct, splitHeads } from '../attention/scaled_product.js';
import { inputName, type NodeWriter, type RewrittenOperator, reshaped, scalar, scaled, sliced, transposed } from '../rewrite.js';

/**
 * Attention of com.microsoft, as its optimiser of transformers writes it: q, k and v are parts of x weights + bias.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.Attention
 */
export const microsoftAttention: RewrittenOperator = {
  since: 1,
  inputs: [2, 6],
  attributes: ['mask_filter_value', 'num_heads', 'qkv_hidden_sizes', 'scale', 'unidirectional'],
  rewrite(node, write) {
    if (node.inputs[4] !== undefined) throw node.error('attention.past');
    return [
      selfAttention(node, write, { x: node.input(0).name, weights: node.input(1).name, bias: inputName(node, 2) }, { mask: 3, bias: 5 }),
    ];
  },
};

/** What q, k and v are computed of: x [batch, length, numbers], and weights and a bias with the columns of q, then of k, then of v. */
interface Projection {
  readonly x: string;
  readonly weights: string;
  readonly bias: string | undefined;
}

/** Attention of the parts of x weights + bias among each other, by the attributes of the node. `at`: where its mask and the bias of the scores are. */
export function selfAttention(
  node: NodeReader,
  write: NodeWriter,
  { x, weights, bias }: Projection,
  at: Pick<Operands, 'mask' | 'bias'>,
): string {
  if (node.int('do_rotary', 0) !== 0) throw node.error('attention.past');
  const sum = biased(write, write.add('MatMul', [x, weights]), bias);
  const third = (write.shape(weights)[1] ?? 0) / 3;
  const [ofQ = third, ofK = third, ofV = third] = node.ints('qkv_hidden_sizes') ?? [];
  const parts = [
    [0, ofQ],
    [ofQ, ofQ + ofK],
    [ofQ + ofK, ofQ + ofK + ofV],
  ] as const;
  const heads = node.int('num_heads');
  const [q = '', k = '', v = ''] = parts.map(([start, end]) => splitHeads(write, sliced(write, sum, 2, start, end), heads));
  return attended(node, write, { q, k, v, ...at });
}

/**
 * MultiHeadAttention of com.microsoft: q, k and v apart, or packed.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MultiHeadAttention
 */
export const multiHeadAttention: RewrittenOperator = {
  since: 1,
  inputs: [1, 8],
  outputs: 3,
  attributes: ['mask_filter_value', 'num_heads', 'scale', 'unidirectional'],
  rewrite(node, write) {
    const heads = node.int('num_heads');
    const [query, key, value] = [node.input(0), node.inputs[1], node.inputs[2]];
    /** One of several packed along axis 3: [B, S, heads, several, numbers]. */
    const unpacked = (name: string, k: number) => {
      const [batch = 1, length = 1, own = 1, , numbers = 1] = write.shape(name);
      return transposed(write, reshaped(write, sliced(write, name, 3, k, k + 1), [batch, length, own, numbers]), [0, 2, 1, 3]);
    };
    const headed = (name: string) => (write.shape(name).length === 4 ? name : splitHeads(write, name, heads));
    const packed = query.shape.length === 5;
    const packedKeys = key?.shape.length === 5;
    if (!packed && (key === undefined || (!packedKeys && value === undefined))) throw node.error('node.input-missing', { position: 1 });
    const q = packed ? unpacked(query.name, 0) : headed(query.name);
    const keyName = key?.name ?? '';
    const k = packed ? unpacked(query.name, 1) : packedKeys ? unpacked(keyName, 0) : headed(keyName);
    const v = packed ? unpacked(query.name, 2) : packedKeys ? unpacked(keyName, 1) : headed(value?.name ?? '');
    const added = biasOfHeads(write, [q, k, v], inputName(node, 3));
    const past = (position: number, now: string) => {
      const name = inputName(node, position);
      return name === undefined ? now : write.add('Concat', [name, now], { axis: 2 });
    };
    const [ownQ = '', ownK = '', ownV = ''] = added;
    const [allK, allV] = [past(6, ownK), past(7, ownV)];
    return [attended(node, write, { q: ownQ, k: allK, v: allV, mask: 4, bias: 5 }), allK, allV];
  },
};

/** q, k and v with their parts of a bias [numbers of q, k and v of all heads]. */
function biasOfHeads(write: NodeWriter, parts: readonly string[], bias: string | undefined): string[] {
  if (bias === undefined) return [...parts];
  let start = 0;
  return parts.map((part) => {
    const [, heads = 1, , numbers = 1] = write.shape(part);
    const own = sliced(write, bias, 0, start, start + heads * numbers);
    start += heads * numbers;
    return write.add('Add', [part, reshaped(write, own, [heads, 1, numbers])]);
  });
}

interface Operands {
  readonly q: string;
  readonly k: string;
  readonly v: string;
  /** Positions of the inputs. */
  readonly mask: number;
  readonly bias?: number;
}

function attended(node: NodeReader, write: NodeWriter, { q, k, v, mask, bias }: Operands): string {
  const [batch = 1, , queries = 1, numbers = 1] = write.shape(q);
  const [, , keys = 1] = write.shape(k);
  const added = bias === undefined ? undefined : inputName(node, bias);
  const causal = node.int('unidirectional', 0) !== 0;
  const biases = [
    ...(causal ? [biasWhere(write, [batch, queries, keys], (_, query, key) => key <= query + keys - queries)] : []),
    ...biasOfPadding(node, write, mask, [batch, queries, keys]),
    ...(added === undefined ? [] : [added]),
  ];
  const scale = node.float('scale', 0) || 1 / Math.sqrt(numbers);
  return joinHeads(write, scaledProduct(write, { q, k, v, scale, biases }));
}

/** A mask of keys: 1 for those that count, [B, T], [B, S, T] or [B, 1, S, T]; or how many of each sequence count, [B]. */
function biasOfPadding(
  node: NodeReader,
  write: NodeWriter,
  position: number,
  [batch, queries, keys]: readonly [number, number, number],
): string[] {
  const mask = node.inputs[position];
  if (mask === undefined) return [];
  const { shape, data } = node.constant(position);
  if (shape.length === 1 && data.length === batch) {
    return [biasWhere(write, [batch, queries, keys], (sequence, _, key) => key < (data[sequence] ?? keys))];
  }
  const rows = sizeOf(shape) / (batch * keys);
  if (shape.length < 2 || (rows !== 1 && rows !== queries)) throw node.error('attention.mask', { shape, batch, queries, keys });
  const hidden = write.add('Sub', [scalar(write, 1), write.addConstant([batch, 1, rows, keys], Float64Array.from(data))]);
  return [scaled(write, hidden, node.float('mask_filter_value', -10000))];
}
