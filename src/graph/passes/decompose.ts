import type { GatherAttributes } from '../../ops/movement/gather.js';
import { permuted, placesOf } from '../../ops/movement/index_map.js';
import type { Arrangement, EinsumAttributes } from '../../ops/products/einsum.js';
import { type ResizeAttributes, shapeAfter } from '../../ops/resampling/resize.js';
import { GraphBuilder } from '../builder.js';
import type { Graph, GraphNode } from '../graph.js';

/**
 * Makes nodes that have kernels of an operator that does their work in one: an Einsum becomes Transpose, Reshape and MatMul, and the
 * bias of a ConvTranspose an Add; a Resize becomes one of every axis that changes, or Gather where it takes the nearest element. The new graph computes the same function.
 */
export function decompose(graph: Graph): Graph {
  const builder = new GraphBuilder(graph);
  for (const node of graph.nodes) {
    if (node.op === 'Einsum') appendEinsum(builder, node);
    else if (node.op === 'ConvTranspose' && node.inputs.length > 2) appendBiased(builder, node);
    else if (node.op === 'Resize' || node.op === 'Upsample') appendResized(builder, node);
    else builder.append(node);
  }
  return builder.build();
}

function appendEinsum(builder: GraphBuilder, node: GraphNode): void {
  const { left, right, product, labelled, perm } = node.attributes as EinsumAttributes;
  const operands = [left, right].map((arrangement, position) => appendArranged(builder, node, node.inputs[position]!, arrangement));
  const matrices = builder.add('MatMul', node.name, operands, product);
  if (isIdentity(perm)) builder.append({ ...node, op: 'Reshape', inputs: [matrices], attributes: {} });
  else {
    const axes = builder.add('Reshape', node.name, [matrices], labelled);
    builder.append({ ...node, op: 'Transpose', inputs: [axes], attributes: { perm } });
  }
}

/** An operand as matrices; a constant one is arranged here and now. */
function appendArranged(builder: GraphBuilder, { name: origin }: GraphNode, name: string, { perm, shape }: Arrangement): string {
  const given = builder.shape(name);
  const constant = builder.constant(name);
  if (constant) {
    const data = Float64Array.from(placesOf(permuted(given, perm)), (place) => constant.data[place]!);
    return builder.addConstant(origin, shape, data);
  }
  const attributes = { perm };
  const turned = isIdentity(perm)
    ? name
    : builder.add(
        'Transpose',
        origin,
        [name],
        perm.map((axis) => given[axis]!),
        attributes,
      );
  return builder.add('Reshape', origin, [turned], shape);
}

function appendBiased(builder: GraphBuilder, node: GraphNode): void {
  const [x, weights, bias] = node.inputs as [string, string, string];
  const { data } = builder.constant(bias)!;
  const sum = builder.add('ConvTranspose', node.name, [x, weights], builder.shape(node.output), node.attributes);
  const inputs = [sum, builder.addConstant(bias, [data.length, 1, 1], data)];
  builder.append({ ...node, op: 'Add', inputs, attributes: {} });
}

function appendResized(builder: GraphBuilder, node: GraphNode): void {
  const { axes } = node.attributes as ResizeAttributes;
  let x = node.inputs[0]!;
  axes.forEach((resized, k) => {
    const { axis, low, weights } = resized;
    const nearest: GatherAttributes = { axis, indices: low };
    const linear: ResizeAttributes = { axes: [resized] };
    const [op, attributes] = weights.every((weight) => weight === 0) ? (['Gather', nearest] as const) : (['Resize', linear] as const);
    if (k === axes.length - 1) builder.append({ ...node, op, inputs: [x], attributes });
    else x = builder.add(op, node.name, [x], shapeAfter(builder.shape(x), resized), attributes);
  });
  if (axes.length === 0) builder.append({ ...node, op: 'Identity', inputs: [x], attributes: {} });
}

function isIdentity(perm: readonly number[]): boolean {
  return perm.every((axis, k) => axis === k);
}
