import { permuted, placesOf } from '../../ops/movement/index_map.js';
import type { Arrangement } from '../../ops/products/einsum.js';
import { shapeAfter } from '../../ops/resampling/resize.js';
import { gather } from '../../tensor/gather.js';
import { sizeAt } from '../../tensor/tensor.js';
import { GraphBuilder, type Operation } from '../builder.js';
import { type Graph, type GraphNode, inputAt } from '../graph.js';

/**
 * Replaces operators without kernels by nodes that have some. An Einsum becomes Transpose, Reshape and MatMul. The bias of a ConvTranspose
 * becomes an Add. A Resize becomes one Resize for every axis that changes, or a Gather where it takes the nearest element. The new graph
 * computes the same function.
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

function appendEinsum(builder: GraphBuilder, node: GraphNode<'Einsum'>): void {
  const { left, right, product, labelled, perm } = node.attributes;
  const operands = [left, right].map((arrangement, position) => appendArranged(builder, node, inputAt(node, position), arrangement));
  const matrices = builder.add(node.name, product, { op: 'MatMul', inputs: operands, attributes: {} });
  if (isIdentity(perm)) builder.replace(node, { op: 'Reshape', inputs: [matrices], attributes: {} });
  else {
    const axes = builder.add(node.name, labelled, { op: 'Reshape', inputs: [matrices], attributes: {} });
    builder.replace(node, { op: 'Transpose', inputs: [axes], attributes: { perm } });
  }
}

/** An operand as matrices. A constant one is rearranged here, once. */
function appendArranged(builder: GraphBuilder, { name: origin }: GraphNode, name: string, { perm, shape }: Arrangement): string {
  const given = builder.shape(name);
  const constant = builder.constant(name);
  if (constant) {
    return builder.addConstant(origin, shape, gather(constant.data, placesOf(permuted(given, perm))));
  }
  const turned = isIdentity(perm)
    ? name
    : builder.add(
        origin,
        perm.map((axis) => sizeAt(given, axis)),
        { op: 'Transpose', inputs: [name], attributes: { perm } },
      );
  return builder.add(origin, shape, { op: 'Reshape', inputs: [turned], attributes: {} });
}

function appendBiased(builder: GraphBuilder, node: GraphNode<'ConvTranspose'>): void {
  const bias = inputAt(node, 2);
  const { data } = builder.constantOf(bias);
  const sum = builder.add(node.name, builder.shape(node.output), {
    op: 'ConvTranspose',
    inputs: node.inputs.slice(0, 2),
    attributes: node.attributes,
  });
  const inputs = [sum, builder.addConstant(bias, [data.length, 1, 1], data)];
  builder.replace(node, { op: 'Add', inputs, attributes: {} });
}

function appendResized(builder: GraphBuilder, node: GraphNode<'Resize' | 'Upsample'>): void {
  const { axes } = node.attributes;
  let x = inputAt(node, 0);
  axes.forEach((resized, k) => {
    const { axis, first, places, weights } = resized;
    const nearest = first.every((tap, i) => tap === i) && weights.every((weight) => weight === 1);
    const operation: Operation = nearest
      ? { op: 'Gather', inputs: [x], attributes: { axis, indices: places } }
      : { op: 'Resize', inputs: [x], attributes: { axes: [resized] } };
    if (k === axes.length - 1) builder.replace(node, operation);
    else x = builder.add(node.name, shapeAfter(builder.shape(x), resized), operation);
  });
  if (axes.length === 0) builder.replace(node, { op: 'Identity', inputs: [x], attributes: {} });
}

function isIdentity(perm: readonly number[]): boolean {
  return perm.every((axis, k) => axis === k);
}
