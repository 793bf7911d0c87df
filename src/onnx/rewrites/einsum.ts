import type { NodeReader } from '../../ops/node_reader.js';
import { itemAt } from '../../tensor/items.js';
import { integers, type NodeWriter, type Rewrite, reshaped, transposed } from './rewrite.js';

/** A value with a label for each axis. An ellipsis is one label, for any number of axes. */
interface Term {
  readonly value: string;
  readonly labels: readonly string[];
}

const ELLIPSIS = '...';

/**
 * Einsum of one operand, of three and more, and with labels that only a sum or a diagonal takes away: diagonals, then sums over labels that
 * stand in one operand alone, then products of two operands, of which each keeps the labels that are still needed. The operator itself
 * (src/ops/products/einsum.ts) knows products of two.
 */
export const einsumInSteps: Rewrite = (node, write) => {
  const equation = node.string('equation').replace(/\s/g, '');
  const [left = '', right, ...more] = equation.split('->');
  const texts = left.split(',');
  if (more.length > 0 || texts.length !== node.inputs.length || !/^[A-Za-z.,]*$/.test(left) || !/^[A-Za-z.]*$/.test(right ?? '')) {
    throw node.error('einsum.equation', { equation });
  }
  const given = texts.map((text, position): Term => ({ value: node.input(position).name, labels: labelsOf(text) }));
  const output = right === undefined ? impliedOutput(given) : labelsOf(right);
  const known = new Set(given.flatMap(({ labels }) => labels));
  const unknown = output.find((label) => !known.has(label));
  if (unknown !== undefined) throw node.error('einsum.unknown-label', { equation, label: unknown });
  if (known.has(ELLIPSIS) && !output.includes(ELLIPSIS)) throw node.error('einsum.ellipsis', { equation });
  const alone = (labels: readonly string[], position: number) =>
    labels.filter((label) => !output.includes(label) && !given.some((other, k) => k !== position && other.labels.includes(label)));
  const plain = given.every(({ labels }, position) => new Set(labels).size === labels.length && alone(labels, position).length === 0);
  if (given.length === 2 && plain) return undefined;
  for (const [position, { labels }] of given.entries()) {
    if (axesOf(write, itemAt(given, position)) === undefined) {
      throw node.error('einsum.labels', { equation, labels: labels.join(''), axes: write.shape(itemAt(given, position).value).length });
    }
  }
  const terms = given.map((term) => diagonal(node, write, equation, term));
  const [first, ...rest] = terms.map((term, position) => summed(write, term, alone(term.labels, position)));
  if (first === undefined) throw node.error('einsum.equation', { equation });
  let product = first;
  rest.forEach((term, k) => {
    const needed = new Set([...output, ...rest.slice(k + 1).flatMap(({ labels }) => labels)]);
    const labels = [...new Set([...product.labels, ...term.labels])].filter((label) => needed.has(label));
    const text = `${product.labels.join('')},${term.labels.join('')}->${labels.join('')}`;
    product = { value: write.add('Einsum', [product.value, term.value], { equation: text }), labels };
  });
  return [arranged(write, product, output)];
};

function labelsOf(text: string): string[] {
  return text.match(/\.\.\.|./g) ?? [];
}

/** Without an arrow: the ellipsis, then all labels that stand once, in the order of the alphabet. */
function impliedOutput(terms: readonly Term[]): string[] {
  const all = terms.flatMap(({ labels }) => labels);
  const once = [...new Set(all)].filter((label) => label !== ELLIPSIS && all.indexOf(label) === all.lastIndexOf(label)).sort();
  return all.includes(ELLIPSIS) ? [ELLIPSIS, ...once] : once;
}

/** The axes of each label of a term. Undefined where there are not as many. */
function axesOf(write: NodeWriter, { value, labels }: Term): number[][] | undefined {
  const hidden = write.shape(value).length - labels.filter((label) => label !== ELLIPSIS).length;
  const ellipses = labels.filter((label) => label === ELLIPSIS).length;
  if (hidden < 0 || ellipses > 1 || (ellipses === 0 && hidden > 0) || labels.includes('.')) return undefined;
  let next = 0;
  return labels.map((label) => Array.from({ length: label === ELLIPSIS ? hidden : 1 }, () => next++));
}

/** Takes the diagonal of axes with the same label, until none has. */
function diagonal(node: NodeReader, write: NodeWriter, equation: string, term: Term): Term {
  const { value, labels } = term;
  const second = labels.findIndex((label, k) => labels.indexOf(label) < k);
  const label = labels[second];
  if (label === undefined) return term;
  const axes = axesOf(write, term) ?? [];
  const shape = write.shape(value);
  const [p = 0] = axes[labels.indexOf(label)] ?? [];
  const [q = 0] = axes[second] ?? [];
  const [size, other] = [itemAt(shape, p), itemAt(shape, q)];
  if (size !== other) throw node.error('einsum.sizes', { equation, label, sizes: [size, other] });
  const others = shape.flatMap((_, axis) => (axis === p || axis === q ? [] : [axis]));
  const square = reshaped(write, transposed(write, value, [...others, p, q]), [...others.map((axis) => itemAt(shape, axis)), size * size]);
  const places = Array.from({ length: size }, (_, k) => k * (size + 1));
  const taken = write.add('Gather', [square, integers(write, places)], { axis: others.length });
  const kept = labels.filter((each) => each !== label);
  return diagonal(node, write, equation, { value: taken, labels: [...kept, label] });
}

function summed(write: NodeWriter, term: Term, over: readonly string[]): Term {
  if (over.length === 0) return term;
  const axes = axesOf(write, term) ?? [];
  const gone = term.labels.flatMap((label, k) => (over.includes(label) ? (axes[k] ?? []) : []));
  const value = write.add('ReduceSum', [term.value, integers(write, gone)], { keepdims: 0 });
  return { value, labels: term.labels.filter((label) => !over.includes(label)) };
}

/** The term's value with its axes in the order of the output's labels. */
function arranged(write: NodeWriter, term: Term, output: readonly string[]): string {
  const axes = axesOf(write, term) ?? [];
  return transposed(
    write,
    term.value,
    output.flatMap((label) => axes[term.labels.indexOf(label)] ?? []),
  );
}
