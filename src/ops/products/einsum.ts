import { firstOf, itemAt, twoOf } from '../../tensor/items.js';
import { type Shape, sizeAt, sizeOf } from '../../tensor/tensor.js';
import { permuted, placesOf } from '../movement/index_map.js';
import type { NodeReader } from '../node_reader.js';
import type { Operand, Operator } from '../operator.js';
import { matMul } from './matmul.js';

/** How an operand becomes matrices: its axes are reordered, then joined. */
export interface Arrangement {
  readonly perm: readonly number[];
  readonly shape: Shape;
}

/** An Einsum as a MatMul of two rearranged operands, whose product is rearranged. */
export interface EinsumAttributes {
  /** [batch.., rows, depth] and [batch.., depth, columns]. */
  readonly left: Arrangement;
  readonly right: Arrangement;
  /** The product as MatMul returns it, [batch.., rows, columns], and its shape with an axis for every label. */
  readonly product: Shape;
  readonly labelled: Shape;
  /** Axis k of the output is axis perm[k] of the labelled product. */
  readonly perm: readonly number[];
}

/**
 * Einsum of two operands: y[output labels] = sum over the labels that are not in the output of a[its labels] b[its labels]. A label of both
 * operands and the output is a batch, a label of one operand and the output its rows or columns, and a label of both operands alone is
 * summed over. So an Einsum is transpositions and a MatMul, and has their gradient. An ellipsis stands for axes that broadcast.
 * https://onnx.ai/onnx/operators/onnx__Einsum.html
 */
export const einsum: Operator<EinsumAttributes> = {
  since: 12,
  inputs: [1, Number.POSITIVE_INFINITY],
  notes: { exact: 'where one operand is constant', note: 'of any number of operands: in products of two' },
  multiplyAdds: ({ left }, _, y) => sizeOf(y) * sizeAt(left.shape, -1),
  foldingWork: ({ left, right, product }) => matMul.foldingWork?.({}, [left.shape, right.shape], product) ?? 0,
  read(node) {
    const equation = readEquation(node);
    const attributes = asProduct(node, equation);
    return { attributes, shape: attributes.perm.map((axis) => itemAt(attributes.labelled, axis)) };
  },
  linear: (_, [a, b]) => !(a && b),
  forward({ attributes, inputs }) {
    const operands = arranged(attributes, inputs);
    const product = matMul.forward({ attributes: {}, inputs: operands, shape: attributes.product });
    return Float64Array.from(placesOf(permuted(attributes.labelled, attributes.perm)), (place) => itemAt(product, place));
  },
  backward({ attributes, inputs, cotangent: dy, wanted }) {
    const operands = arranged(attributes, inputs);
    const cotangent = spread(dy, placesOf(permuted(attributes.labelled, attributes.perm)));
    // MatMul's backward does not read its output, so anything may stand there.
    const evaluation = { attributes: {}, inputs: operands, shape: attributes.product, output: cotangent, cotangent, wanted };
    return matMul.backward!(evaluation).map((part, position) => {
      const { perm } = position === 0 ? attributes.left : attributes.right;
      return part && spread(part, placesOf(permuted(itemAt(inputs, position).shape, perm)));
    });
  },
};

function arranged({ left, right }: EinsumAttributes, inputs: readonly Operand[]): Operand[] {
  return [left, right].map(({ perm, shape }, position) => {
    const { data, shape: given } = itemAt(inputs, position);
    return { shape, data: Float64Array.from(placesOf(permuted(given, perm)), (place) => itemAt(data, place)) };
  });
}

/** The inverse of `gather`: data[i] goes to places[i]. */
function spread(data: Float64Array, places: Uint32Array): Float64Array {
  const result = new Float64Array(data.length);
  places.forEach((place, i) => {
    result[place] = data[i]!;
  });
  return result;
}

interface Equation {
  readonly text: string;
  /** A label for each axis. `...0` is the last axis of an ellipsis, `...1` the one before it. */
  readonly operands: readonly [readonly string[], readonly string[]];
  readonly output: readonly string[];
  /** The size of every label. */
  readonly sizes: ReadonlyMap<string, number>;
}

function readEquation(node: NodeReader): Equation {
  const text = node.string('equation').replace(/\s/g, '');
  const [, inputs, arrow, given] = /^([A-Za-z.,]*)(->)?([A-Za-z.]*)$/.exec(text) ?? [];
  if (inputs === undefined || given === undefined || (arrow === undefined && given !== '')) {
    throw node.error('einsum.equation', { equation: text });
  }
  const terms = inputs.split(',');
  if (terms.length !== 2 || node.inputs.length !== 2) {
    throw node.error('einsum.operands', { equation: text, operands: node.inputs.length });
  }
  const sizes = new Map<string, number>();
  const operands = terms.map((term, position) => {
    const { shape } = node.input(position);
    const labels = labelsOf(node, text, term, shape.length);
    labels.forEach((label, axis) => {
      const [known = 1, size] = [sizes.get(label), itemAt(shape, axis)];
      const stretches = label.startsWith('...') && (known === 1 || size === 1);
      if (sizes.has(label) && known !== size && !stretches) {
        throw node.error('einsum.sizes', { equation: text, label, sizes: [known, size] });
      }
      sizes.set(label, Math.max(known, size));
    });
    return labels;
  });
  const all = operands.flat();
  const ellipsis = [...sizes.keys()]
    .filter((label) => label.startsWith('...'))
    .sort()
    .reverse();
  const once = [...new Set(all)].filter((label) => !label.startsWith('...') && all.indexOf(label) === all.lastIndexOf(label)).sort();
  const rank = given.includes('...') ? given.replace('...', '').length + ellipsis.length : given.length;
  const output = arrow === undefined ? [...ellipsis, ...once] : labelsOf(node, text, given, rank);
  const unknown = output.find((label) => !sizes.has(label));
  if (unknown !== undefined) throw node.error('einsum.unknown-label', { equation: text, label: unknown });
  if (ellipsis.some((label) => !output.includes(label))) {
    throw node.error('einsum.ellipsis', { equation: text });
  }
  return { text, operands: twoOf(operands), output, sizes };
}

/** The labels of a term. Its ellipsis stands for the axes, of `rank`, that have no label. */
function labelsOf(node: NodeReader, text: string, term: string, rank: number): string[] {
  const parts = term.split('...');
  const before = firstOf(parts);
  const [, after, ...more] = parts;
  const hidden = rank - (before.length + (after?.length ?? 0));
  if (more.length > 0 || (before + (after ?? '')).includes('.') || hidden < 0 || (after === undefined && hidden > 0)) {
    throw node.error('einsum.labels', { equation: text, labels: term, axes: rank });
  }
  const labels = [...before, ...Array.from({ length: hidden }, (_, k) => `...${hidden - 1 - k}`), ...(after ?? '')];
  const twice = labels.find((label, axis) => labels.indexOf(label) < axis);
  if (twice !== undefined) {
    throw node.error('einsum.diagonal', { equation: text, label: twice, labels: term });
  }
  return labels;
}

function asProduct(node: NodeReader, { text, operands: [left, right], output, sizes }: Equation): EinsumAttributes {
  const alone = [...left, ...right].find((label) => !output.includes(label) && !(left.includes(label) && right.includes(label)));
  if (alone !== undefined) {
    throw node.error('einsum.sum', { equation: text, label: alone });
  }
  const batch = left.filter((label) => right.includes(label) && output.includes(label));
  const depth = left.filter((label) => right.includes(label) && !output.includes(label));
  const rows = left.filter((label) => !right.includes(label));
  const columns = right.filter((label) => !left.includes(label));
  const of = (labels: readonly string[]) => labels.map((label) => sizes.get(label)!);
  const joined = (labels: readonly string[]) => sizeOf(of(labels));
  const arrange = (position: 0 | 1, first: readonly string[], second: readonly string[]): Arrangement => {
    const own = position === 0 ? left : right;
    const { shape } = node.input(position);
    const perm = [...batch, ...first, ...second].map((label) => own.indexOf(label));
    return { perm, shape: [...batch.map((label) => itemAt(shape, own.indexOf(label))), joined(first), joined(second)] };
  };
  const labelled = [...batch, ...rows, ...columns];
  return {
    left: arrange(0, rows, depth),
    right: arrange(1, depth, columns),
    product: [...of(batch), joined(rows), joined(columns)],
    labelled: of(labelled),
    perm: output.map((label) => labelled.indexOf(label)),
  };
}
