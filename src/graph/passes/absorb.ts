import type { ConvAttributes } from '../../ops/convolution/conv.js';
import type { DenseAttributes } from '../../ops/products/dense.js';
import type { Shape, Tensor } from '../../tensor/tensor.js';
import { GraphBuilder } from '../builder.js';
import type { Graph, GraphNode } from '../graph.js';

/** The axis of each product's output along which it has a weight and a bias of its own, counted from the end. */
const OUTPUT_AXIS: Readonly<Record<string, number>> = { Conv: 3, Dense: 1 };

/**
 * Makes one node of a Conv or Dense and the Affine that alone reads it: scale (w x + b) + shift = (scale w) x + (scale b + shift). A batch
 * normalisation, and a bias that is added on its own, then cost no kernel, and what follows can go into the product's. The weights stay
 * as they are and are scaled where they are packed, so that no copy of them is made.
 */
export function absorbAffine(graph: Graph): Graph {
  const builder = new GraphBuilder(graph);
  const readers = new Map([[graph.output.name, 1]]);
  for (const input of graph.nodes.flatMap(({ inputs }) => inputs)) readers.set(input, (readers.get(input) ?? 0) + 1);
  const products = new Map<string, GraphNode>();
  for (const node of graph.nodes) {
    const product = node.op === 'Affine' ? products.get(node.inputs[0]!) : undefined;
    const kept = (product && absorbed(builder, product, node)) ?? node;
    builder.append(kept);
    if (kept.op in OUTPUT_AXIS && readers.get(kept.output) === 1) products.set(kept.output, kept);
  }
  return builder.build();
}

/** A product that does what an Affine does to it, too; undefined where scale or shift differ within an output. */
function absorbed(builder: GraphBuilder, product: GraphNode, affine: GraphNode): GraphNode | undefined {
  const [x, weights, bias] = product.inputs as [string, string, string?];
  const shape = builder.shape(affine.output);
  const axis = shape.length - OUTPUT_AXIS[product.op]!;
  const [scale, shift] = affine.inputs.slice(1).map((name) => perOutput(builder.constant(name)!, shape, axis));
  if (scale === undefined || shift === undefined) return undefined;
  const attributes = product.attributes as ConvAttributes | DenseAttributes;
  const before = bias === undefined ? undefined : builder.constant(bias)!.data;
  const sums = shift.map((value, o) => value + scale[o]! * (before?.[o] ?? 0));
  const inputs = [x, weights, builder.addConstant(`${product.name}.bias`, [sums.length], sums)];
  const scales = scale.map((value, o) => value * (attributes.scale?.[o] ?? 1));
  return {
    ...product,
    inputs,
    output: affine.output,
    attributes: scales.every((value) => value === 1) ? { ...attributes, scale: undefined } : { ...attributes, scale: scales },
  };
}

/** A number for each place along an axis; undefined where a constant that stretches to this shape differs along another one. */
function perOutput({ shape, data }: Tensor, stretched: Shape, axis: number): Float64Array | undefined {
  const size = stretched[axis]!;
  if (data.length === 1) return new Float64Array(size).fill(data[0]!);
  const own = axis - (stretched.length - shape.length);
  return data.length === size && shape[own] === size ? Float64Array.from(data) : undefined;
}
