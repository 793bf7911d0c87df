import type { NodeReader } from '../../../ops/node_reader.js';
import { inputName, integers, type NodeWriter, type RewrittenOperator } from '../rewrite.js';
import { biasOfMask, biasWhere, joinHeads, type ScaledProductSteps, scaledProductSteps, splitHeads } from './scaled_product.js';

/** What stands for minus infinity in a mask that depends on the image: exp of scores as far below others is 0 in float32. */
const HIDDEN = -1e30;

/**
 * Attention of opsets 23 to 25: q, k and v with three axes, [B, S, heads x numbers], or four; a mask that is added, or of booleans; causal and
 * sliding windows; keys and values of earlier steps. https://onnx.ai/onnx/operators/onnx__Attention.html
 */
export const attention: RewrittenOperator = {
  since: 23,
  inputs: [3, 7],
  outputs: 4,
  attributes: [
    'is_causal',
    'kv_num_heads',
    'left_window_size',
    'q_num_heads',
    'qk_matmul_output_mode',
    'right_window_size',
    'scale',
    'softcap',
  ],
  rewrite(node, write) {
    const flat = node.input(0).shape.length === 3;
    const headed = (position: number, attribute: string) => {
      const { name, shape } = node.input(position);
      if (shape.length === 4) return name;
      const heads = node.int(attribute);
      if (shape.length !== 3 || heads < 1 || (shape[2] ?? 0) % heads !== 0) throw node.error('attention.heads', { shape, heads });
      return splitHeads(write, name, heads);
    };
    const past = (position: number, now: string) => {
      const name = inputName(node, position);
      return name === undefined ? now : write.add('Concat', [name, now], { axis: 2 });
    };
    const q = headed(0, 'q_num_heads');
    const [k, v] = [past(4, headed(1, 'kv_num_heads')), past(5, headed(2, 'kv_num_heads'))];
    const [, heads = 1, , numbers = 1] = write.shape(q);
    const [, keyHeads = 1, keys = 1, keyNumbers = 0] = write.shape(k);
    const [, valueHeads = 0, values = 0] = write.shape(v);
    if (heads % keyHeads !== 0 || keyHeads !== valueHeads || keys !== values || numbers !== keyNumbers) {
      throw node.error('attention.shapes', { q: write.shape(q), k: write.shape(k), v: write.shape(v) });
    }
    const biases = [...visibility(node, write, write.shape(q), keys), ...addedMask(node, write, keys)];
    const steps = scaledProductSteps(write, {
      q,
      k,
      v,
      scale: node.has('scale') ? node.float('scale') : 1 / Math.sqrt(numbers),
      softcap: node.float('softcap', 0),
      biases,
    });
    const { y } = steps;
    return [flat ? joinHeads(write, y) : y, k, v, write.wanted[3] ? scoresOutput(node, write, steps, biases) : undefined];
  },
};

/** The fourth output: products of queries and keys as they are (0), after the soft cap (1), with biases (2), or after the softmax (3). */
function scoresOutput(node: NodeReader, write: NodeWriter, steps: ScaledProductSteps, biases: readonly string[]): string {
  switch (node.int('qk_matmul_output_mode', 0)) {
    case 1:
      return steps.scores;
    case 2:
      return biases.reduce((sum, bias) => write.add('Add', [sum, bias]), steps.scores);
    case 3:
      return steps.shares();
    default:
      return steps.products;
  }
}

/** A bias for causal and sliding windows, and for keys that are none. */
function visibility(node: NodeReader, write: NodeWriter, [batch = 1, , queries = 1]: readonly number[], keys: number): string[] {
  const causal = node.int('is_causal', 0) !== 0;
  const [left, right] = [node.int('left_window_size', -1), node.int('right_window_size', -1)];
  const lengths = node.inputs[6] === undefined ? undefined : Array.from(node.constant(6).data);
  if (!causal && left < 0 && right < 0 && lengths === undefined) return [];
  const past = node.inputs[4] === undefined ? 0 : (node.input(4).shape[2] ?? 0);
  const sees = (sequence: number, query: number, key: number) => {
    const length = lengths?.[sequence] ?? keys;
    const place = query + (lengths === undefined || node.inputs[4] !== undefined ? past : length - queries);
    if (key >= length || (causal && key > place)) return false;
    return (left < 0 || key >= place - left) && (right < 0 || key <= place + right);
  };
  return [biasWhere(write, [batch, queries, keys], sees)];
}

/** The mask as a bias. One that ends before the keys hides the others. */
function addedMask(node: NodeReader, write: NodeWriter, keys: number): string[] {
  const mask = node.inputs[3];
  if (mask === undefined) return [];
  const hidden = mask.constant === undefined ? HIDDEN : Number.NEGATIVE_INFINITY;
  const bias = mask.constant?.type === 'bool' ? biasOfMask(write, mask.name, hidden) : mask.name;
  const shape = write.shape(bias);
  const missing = shape.length === 0 || shape.at(-1) === 1 ? 0 : keys - (shape.at(-1) ?? keys);
  if (missing <= 0) return [bias];
  const pads = [...shape.map(() => 0), ...shape.map((_, axis) => (axis === shape.length - 1 ? missing : 0))];
  return [write.add('Pad', [bias, integers(write, pads), write.addConstant([], Float64Array.of(hidden))])];
}
