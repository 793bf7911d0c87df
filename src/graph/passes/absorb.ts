import { firstOf, itemAt } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { type Shape, sizeAt, sizeOf, type Tensor } from '../../tensor/tensor.js';
import { analyse } from '../analysis/analyse.js';
import { GraphBuilder, type Operation } from '../builder.js';
import { type Graph, type GraphNode, inputAt } from '../graph.js';

/** The axis of each product's output, counted from the end, along which weights and bias differ. */
const OUTPUT_AXIS = { Conv: 3, Dense: 1 };

type Product = GraphNode<keyof typeof OUTPUT_AXIS>;

/**
 * Joins a Conv or Dense with an Affine that is its only reader: scale (w x + b) + shift = (scale w) x + (scale b + shift). A batch
 * normalisation, or a bias that is added separately, then costs no kernel, and the kernel of the product can also compute what follows. The
 * weights stay as they are and are scaled when they are packed, so no copy of them is made.
 */
export function absorbAffine(graph: Graph): Graph {
  const builder = new GraphBuilder(graph);
  const readers = new Map([[graph.output.name, 1]]);
  for (const input of graph.nodes.flatMap(({ inputs }) => inputs)) readers.set(input, (readers.get(input) ?? 0) + 1);
  const products = new Map<string, Product>();
  for (const node of graph.nodes) {
    const kept = (node.op === 'Affine' && absorbed(builder, products.get(inputAt(node, 0)), node)) || node;
    builder.append(kept);
    if (isProduct(kept) && readers.get(kept.output) === 1) products.set(kept.output, kept);
  }
  return builder.build();
}

/** A product that also does what an Affine does to it. Undefined where scale or shift differ within an output. */
function absorbed(builder: GraphBuilder, product: Product | undefined, affine: GraphNode<'Affine'>): GraphNode | undefined {
  if (product === undefined) return undefined;
  const bias = product.inputs[2];
  const shape = builder.shape(affine.output);
  const axis = shape.length - OUTPUT_AXIS[product.op];
  const [scale, shift] = affine.inputs.slice(1).map((name) => perOutput(builder.constantOf(name), shape, axis));
  if (scale === undefined || shift === undefined) return undefined;
  const before = bias === undefined ? new Float64Array(scale.length) : builder.constantOf(bias).data;
  const sums = mapPairs(mapPairs(scale, before, multiply), shift, add);
  const inputs = [...product.inputs.slice(0, 2), builder.addConstant(`${product.name}.bias`, [sums.length], sums)];
  const { output } = affine;
  const scales = product.attributes.scale ? mapPairs(scale, product.attributes.scale, multiply) : scale;
  const scaled = { scale: scales.every((value) => value === 1) ? undefined : scales };
  return product.op === 'Conv'
    ? { ...product, inputs, output, attributes: { ...product.attributes, ...scaled } }
    : { ...product, inputs, output, attributes: scaled };
}

/** Channels of a piece must be a multiple of this, those of a kernel's widest tile, so that no tile is filled up. */
const CHANNELS_OF_TILE = 16;

/**
 * Replaces a Conv of a Concat of channels by the sum of Convs, one of each piece: w [a, b] = w_a a + w_b b. The pieces are then not copied, neither forward nor, with their
 * gates applied, backward. A MaxPool in between is applied to each piece. This is done where nothing else reads the Concat, and where the sums that are
 * stored and loaded again are few beside the elements that are no longer copied.
 */
export function absorbConcat(graph: Graph): Graph {
  const { readersOf } = analyse(graph);
  const builder = new GraphBuilder(graph);
  const nodeOf = new Map(graph.nodes.map((node) => [node.output, node]));
  const readOnce = (value: string) => readersOf(value).length === 1 && value !== graph.output.name;
  /** The Concat whose only reader is the node, or a MaxPool between the two. */
  const concatOf = (node: GraphNode): { readonly concat: GraphNode<'Concat'>; readonly pool?: GraphNode<'MaxPool'> } | undefined => {
    const before = nodeOf.get(inputAt(node, 0));
    if (before === undefined || !readOnce(before.output)) return undefined;
    if (before.op === 'Concat') return { concat: before };
    const found = node.op === 'Conv' && before.op === 'MaxPool' ? concatOf(before) : undefined;
    return found && before.op === 'MaxPool' ? { ...found, pool: before } : undefined;
  };
  for (const node of graph.nodes) {
    const before = node.op === 'Conv' && node.attributes.group === 1 ? concatOf(node) : undefined;
    if (node.op === 'Conv' && before && isWorthSumming(graph, node, before.concat)) appendSum(builder, node, before.concat, before.pool);
    else builder.append(node);
  }
  return builder.build();
}

/** Whether a Concat's inputs are whole tiles of channels, and storing and loading sums of a Conv costs less than half of what copying them does. */
function isWorthSumming(
  { shapes }: Graph,
  conv: GraphNode<'Conv'>,
  { inputs, output, attributes: { axis } }: GraphNode<'Concat'>,
): boolean {
  const [joined, summed] = [shapes.get(output), shapes.get(conv.output)];
  if (joined === undefined || summed === undefined || joined.length !== 4 || axis !== 1 || inputs.length === 1) return false;
  const whole = inputs.every((input) => sizeAt(shapes.get(input) ?? [0, 1], 1) % CHANNELS_OF_TILE === 0);
  return whole && 2 * (inputs.length - 1) * sizeOf(summed) <= sizeOf(joined);
}

/** Appends a Conv of each input of a Concat, which may be pooled, and their sum in the place of the Conv of the whole. */
function appendSum(
  builder: GraphBuilder,
  conv: GraphNode<'Conv'>,
  concat: GraphNode<'Concat'>,
  pool: GraphNode<'MaxPool'> | undefined,
): void {
  const { name, attributes } = conv;
  const [, weights, ...bias] = conv.inputs;
  const filter = builder.constantOf(weights ?? '');
  const shape = builder.shape(conv.output);
  let first = 0;
  let sum: string | undefined;
  concat.inputs.forEach((input, position) => {
    const channels = sizeAt(builder.shape(input), 1);
    const part = builder.addConstant(
      `${name}.weights`,
      [sizeAt(filter.shape, 0), channels, ...filter.shape.slice(2)],
      channelsOf(filter, first, channels),
    );
    first += channels;
    const [rows, columns] = pool ? [pool.attributes.window.rows.output, pool.attributes.window.columns.output] : [];
    const x = pool ? builder.add(pool.name, [1, channels, rows!, columns!], { ...pool, inputs: [input] }) : input;
    // Weights are packed once for each array of scales (src/ops/shared/packed.ts), so each part has one of its own.
    const own = {
      ...conv,
      inputs: [x, part, ...(position === 0 ? bias : [])],
      attributes: { ...attributes, scale: attributes.scale?.slice() },
    };
    const z = builder.add(name, shape, own);
    const add: Operation = { op: 'Add', inputs: [sum ?? z, z], attributes: {} };
    if (sum === undefined) sum = z;
    else if (position < concat.inputs.length - 1) sum = builder.add(name, shape, add);
    else builder.replace(conv, add);
  });
}

/** The weights [outputs][channels][rows][columns] of `count` channels from `first` on. */
function channelsOf({ shape, data }: Tensor, first: number, count: number): Tensor['data'] {
  const [outputs, channels] = [sizeAt(shape, 0), sizeAt(shape, 1)];
  const each = data.length / (outputs * channels);
  const part = data.slice(0, outputs * count * each);
  for (let output = 0; output < outputs; output++) {
    const start = (output * channels + first) * each;
    part.set(data.subarray(start, start + count * each), output * count * each);
  }
  return part;
}

function isProduct(node: GraphNode): node is Product {
  return node.op in OUTPUT_AXIS;
}

const multiply = (a: number, b: number) => a * b;
const add = (a: number, b: number) => a + b;

/** A number for each place along an axis. Undefined where a constant, stretched to this shape, differs along another axis. */
function perOutput({ shape, data }: Tensor, stretched: Shape, axis: number): Float64Array | undefined {
  const size = itemAt(stretched, axis);
  if (data.length === 1) return new Float64Array(size).fill(firstOf(data));
  const own = axis - (stretched.length - shape.length);
  return data.length === size && shape[own] === size ? Float64Array.from(data) : undefined;
}
