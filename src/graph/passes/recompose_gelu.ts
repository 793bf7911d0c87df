import { sameShape } from '../../tensor/tensor.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../graph.js';

/** The coefficients of a polynomial in x, by power. */
type Polynomial = readonly number[];

/** plain(x) + times(x) e, where e is the Erf or Tanh. */
interface Expression {
  readonly plain: Polynomial;
  readonly times: Polynomial;
}

/** The argument of the function, and the product that a Gelu must equal: x / 2 + x / 2 * e. */
const ARGUMENTS = {
  Erf: { approximate: 'none', argument: [0, Math.SQRT1_2] },
  Tanh: { approximate: 'tanh', argument: [0, Math.sqrt(2 / Math.PI), 0, 0.044715 * Math.sqrt(2 / Math.PI)] },
} as const;
const PRODUCT: Polynomial = [0, 0.5];

/** The operators that exports use for a Gelu, and the most steps of them. */
const ARITHMETIC = new Set(['Add', 'Sub', 'Mul', 'Div', 'Pow']);
const DEPTH = 5;
const HIGHEST_POWER = 3;
/** The accuracy of constants: files hold them in float32, or with six digits. */
const ACCURACY = 2e-6;

export interface Gelu {
  readonly x: string;
  readonly approximate: 'none' | 'tanh';
}

/**
 * The Gelu that a node completes: by Erf, x / 2 (1 + erf(x / sqrt(2))), or by Tanh, x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
 * Products and sums may come in any order: they result in the same polynomials in x and the function's value.
 */
export function geluOf(graph: Graph, producers: ReadonlyMap<string, GraphNode>, node: GraphNode): Gelu | undefined {
  if (node.op !== 'Mul' && node.op !== 'Add') return undefined;
  const functions = reach(producers, node.output, DEPTH).flatMap((name) => {
    const producer = producers.get(name);
    return producer?.op === 'Erf' || producer?.op === 'Tanh' ? [producer] : [];
  });
  for (const each of functions) {
    const { approximate, argument } = ARGUMENTS[each.op];
    const read = inputAt(each, 0);
    for (const x of reach(producers, read, DEPTH)) {
      const shape = graph.shapes.get(x);
      if (shape === undefined || !sameShape(shape, shapeOf(graph, node.output))) continue;
      const inner = expressionOf(graph, producers, read, x, undefined, DEPTH);
      if (inner === undefined || !agree(inner.plain, argument) || inner.times.length > 0) continue;
      const whole = expressionOf(graph, producers, node.output, x, each.output, DEPTH);
      if (whole !== undefined && agree(whole.plain, PRODUCT) && agree(whole.times, PRODUCT)) return { x, approximate };
    }
  }
  return undefined;
}

/** A value, and the values from which arithmetic computes it in at most `depth` steps. */
function reach(producers: ReadonlyMap<string, GraphNode>, name: string, depth: number): string[] {
  const producer = producers.get(name);
  if (depth === 0 || producer === undefined || !ARITHMETIC.has(producer.op)) return [name];
  return [name, ...producer.inputs.flatMap((input) => reach(producers, input, depth - 1))];
}

/** A value in terms of x and e. Undefined where it does not have this form. */
function expressionOf(
  graph: Graph,
  producers: ReadonlyMap<string, GraphNode>,
  name: string,
  x: string,
  e: string | undefined,
  depth: number,
): Expression | undefined {
  if (name === x) return { plain: [0, 1], times: [] };
  if (name === e) return { plain: [], times: [1] };
  const data = graph.constants.get(name)?.data;
  if (data !== undefined) return data.length === 1 ? { plain: [...data], times: [] } : undefined;
  const node = producers.get(name);
  if (depth === 0 || node === undefined || !ARITHMETIC.has(node.op)) return undefined;
  const parts = node.inputs.map((input) => expressionOf(graph, producers, input, x, e, depth - 1));
  const [a, b] = parts;
  if (a === undefined) return undefined;
  if (node.op === 'Pow') {
    const { exponent } = node.attributes;
    if (parts.length !== 1 || (exponent !== 2 && exponent !== 3)) return undefined;
    const square = product(a, a);
    return exponent === 2 ? square : square && product(square, a);
  }
  if (b === undefined) return undefined;
  if (node.op === 'Mul') return product(a, b);
  if (node.op === 'Add') return sum(a, b, 1);
  if (node.op === 'Sub') return sum(a, b, -1);
  return b.plain.length === 1 && b.times.length === 0 ? product(a, { plain: b.plain.map((c) => 1 / c), times: [] }) : undefined;
}

function sum(a: Expression, b: Expression, factor: number): Expression {
  const add = (p: Polynomial, q: Polynomial) =>
    Array.from({ length: Math.max(p.length, q.length) }, (_, k) => (p[k] ?? 0) + factor * (q[k] ?? 0));
  return { plain: add(a.plain, b.plain), times: add(a.times, b.times) };
}

/** The product. Undefined where e would be squared, or the power of x too high. */
function product(a: Expression, b: Expression): Expression | undefined {
  if (a.times.length > 0 && b.times.length > 0) return undefined;
  const multiply = (p: Polynomial, q: Polynomial): number[] => {
    const result = new Array<number>(p.length === 0 || q.length === 0 ? 0 : p.length + q.length - 1).fill(0);
    for (const [i, left] of p.entries()) for (const [j, right] of q.entries()) result[i + j]! += left * right;
    return result;
  };
  const plain = multiply(a.plain, b.plain);
  const times = a.times.length > 0 ? multiply(a.times, b.plain) : multiply(a.plain, b.times);
  return Math.max(plain.length, times.length) > HIGHEST_POWER + 1 ? undefined : { plain, times };
}

function agree(p: Polynomial, q: Polynomial): boolean {
  const length = Math.max(p.length, q.length);
  return Array.from({ length }, (_, k) => Math.abs((p[k] ?? 0) - (q[k] ?? 0)) <= ACCURACY).every(Boolean);
}
