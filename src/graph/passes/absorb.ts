import { firstOf, itemAt } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import type { Shape, Tensor } from '../../tensor/tensor.js';
import { GraphBuilder } from '../builder.js';
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
