import { type NodeWriter, reshaped, scalar, scaled, transposed } from '../rewrite.js';

/** What attention computes from q, k and v, [B, heads, S or T, numbers]. */
export interface ScaledProduct {
  readonly q: string;
  readonly k: string;
  readonly v: string;
  /** Of the products of q and k. */
  readonly scale: number;
  /** Where above 0, products p become softcap tanh(p / softcap). */
  readonly softcap?: number;
  /** What is added to the products before the softmax; each stretches to [B, heads, S, T]. Minus infinity hides a key. */
  readonly biases: readonly string[];
}

/** y, and what leads to it, [B, heads, S, T]: the scaled products of q and k, these with a soft cap, and the shares of the keys. */
export interface ScaledProductSteps {
  readonly y: string;
  readonly products: string;
  readonly scores: string;
  /** Written where it is asked for. */
  readonly shares: () => string;
}

/** softmax(scale q k^T + biases) v, [B, heads, S, numbers of v]: `y` of `scaledProductSteps`. */
export function scaledProduct(write: NodeWriter, product: ScaledProduct): string {
  return scaledProductSteps(write, product).y;
}

/** Fewer heads of k and v than of q serve as many heads of q each. A query that sees no key, by a bias that is constant, gives 0. */
export function scaledProductSteps(write: NodeWriter, { q, k, v, scale, softcap = 0, biases }: ScaledProduct): ScaledProductSteps {
  const [, heads = 1] = write.shape(q);
  const products = scaled(write, write.add('MatMul', [q, transposed(write, repeatedHeads(write, k, heads), [0, 1, 3, 2])]), scale);
  const scores = capped(write, products, softcap);
  const constants = biases.filter((bias) => write.constant(bias) !== undefined);
  const others = biases.filter((bias) => write.constant(bias) === undefined);
  const guarded = constants.length === 0 ? undefined : withoutBlindRows(write, joined(write, constants));
  const sum = joined(write, [scores, ...others, ...(guarded === undefined ? [] : [guarded.bias])]);
  const shares = write.add('Softmax', [sum], { axis: -1 });
  const y = write.add('MatMul', [shares, repeatedHeads(write, v, heads)]);
  const seen = (value: string) => (guarded?.seeing === undefined ? value : write.add('Mul', [value, guarded.seeing]));
  return { y: seen(y), products, scores, shares: () => seen(shares) };
}

function joined(write: NodeWriter, [first = '', ...rest]: readonly string[]): string {
  return rest.reduce((sum, each) => write.add('Add', [sum, each]), first);
}

function capped(write: NodeWriter, scores: string, softcap: number): string {
  return softcap > 0 ? scaled(write, write.add('Tanh', [scaled(write, scores, 1 / softcap)]), softcap) : scores;
}

/** Each head as often as there are heads of q for it. */
function repeatedHeads(write: NodeWriter, x: string, heads: number): string {
  const [, own = 1] = write.shape(x);
  if (own === heads) return x;
  const sources = Array.from({ length: heads }, (_, head) => Math.floor((head * own) / heads));
  return write.add('Gather', [x, write.addConstant([heads], Float64Array.from(sources), 'int')], { axis: 1 });
}

/** A constant bias with 0 in rows that hide all keys, and a 0 for each such row and a 1 for any other, if there are some. */
function withoutBlindRows(write: NodeWriter, bias: string): { readonly bias: string; readonly seeing?: string } {
  const constant = write.constant(bias);
  const keys = constant?.shape.at(-1) ?? 0;
  if (constant === undefined || keys === 0) return { bias };
  const { shape, data } = constant;
  const seeing = Float64Array.from({ length: data.length / keys }, (_, row) =>
    Number(data.subarray(row * keys, (row + 1) * keys).some((value) => value !== Number.NEGATIVE_INFINITY)),
  );
  if (!seeing.includes(0)) return { bias };
  const mended = Float64Array.from(data, (value, i) => (seeing[Math.floor(i / keys)] === 0 ? 0 : value));
  return { bias: write.addConstant(shape, mended), seeing: write.addConstant([...shape.slice(0, -1), 1], seeing) };
}

/** [B, S, heads x numbers] as [B, heads, S, numbers]. */
export function splitHeads(write: NodeWriter, x: string, heads: number): string {
  const [batch = 1, length = 1, width = 0] = write.shape(x);
  return transposed(write, reshaped(write, x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** [B, heads, S, numbers] as [B, S, heads x numbers]. */
export function joinHeads(write: NodeWriter, x: string): string {
  const [batch = 1, heads = 1, length = 1, width = 0] = write.shape(x);
  return reshaped(write, transposed(write, x, [0, 2, 1, 3]), [batch, length, heads * width]);
}

/** What a mask of booleans adds to scores: `hidden` where it is false. */
export function biasOfMask(write: NodeWriter, mask: string, hidden: number): string {
  const [zero, value] = [scalar(write, 0), scalar(write, hidden)];
  return write.add('Where', [mask, zero, value]);
}

/** A constant bias of 0 where a query of a sequence may see a key, and minus infinity elsewhere: [B, 1, S, T]. */
export function biasWhere(
  write: NodeWriter,
  [batch, queries, keys]: readonly [number, number, number],
  sees: (sequence: number, query: number, key: number) => boolean,
): string {
  const data = Float64Array.from({ length: batch * queries * keys }, (_, i) => {
    const [row, key] = [Math.floor(i / keys), i % keys];
    return sees(Math.floor(row / queries), row % queries, key) ? 0 : Number.NEGATIVE_INFINITY;
  });
  return write.addConstant([batch, 1, queries, keys], data);
}
