import type { Tensor } from '../../tensor/tensor.js';
import { GraphBuilder } from '../builder.js';
import { type Graph, type GraphNode, inputAt } from '../graph.js';

/** Bytes of a storage buffer that every WebGPU device binds (maxStorageBufferBindingSize). */
const GUARANTEED_BINDING = 2 ** 27;
/** Kernels see weights in tiles of up to this many rows or columns, of which the last is filled up (src/ops/products/dense.ts). */
const TILE = 16;

/**
 * Replaces a Dense whose weights some device cannot bind at once by several, each with some of the columns, and a Concat. The 25,088 x
 * 4,096 weights of VGG-16 are 392 MiB, for example. Backward, the cotangents from the pieces add up. @param limit bytes of one piece's
 * weights.
 */
export function splitWeights(graph: Graph, limit = GUARANTEED_BINDING): Graph {
  const builder = new GraphBuilder(graph);
  for (const node of graph.nodes) {
    if (node.op !== 'Dense' || !appendPieces(builder, node, limit)) builder.append(node);
  }
  return builder.build();
}

function appendPieces(builder: GraphBuilder, node: GraphNode<'Dense'>, limit: number): boolean {
  const [x, weights] = [inputAt(node, 0), inputAt(node, 1)];
  const bias = node.inputs[2];
  const w = builder.constantOf(weights);
  const [depth, outputs] = w.shape as [number, number];
  const column = 4 * TILE * Math.ceil(depth / TILE);
  if (column * TILE * Math.ceil(outputs / TILE) <= limit) return false;
  const columns = TILE * Math.max(1, Math.floor(limit / (column * TILE)));
  const shape = builder.shape(node.output);
  const pieces: string[] = [];
  for (let first = 0; first < outputs; first += columns) {
    const count = Math.min(columns, outputs - first);
    const inputs = [x, builder.addConstant(weights, [depth, count], columnsOf(w, first, count))];
    if (bias !== undefined) {
      inputs.push(builder.addConstant(bias, [count], builder.constantOf(bias).data.slice(first, first + count)));
    }
    pieces.push(builder.add(node.name, [...shape.slice(0, -1), count], { op: 'Dense', inputs, attributes: node.attributes }));
  }
  builder.replace(node, { op: 'Concat', inputs: pieces, attributes: { axis: shape.length - 1 } });
  return true;
}

function columnsOf({ shape, data }: Tensor, first: number, count: number): Float32Array {
  const [rows, columns] = shape as [number, number];
  const part = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++) part.set(data.subarray(row * columns + first, row * columns + first + count), row * count);
  return part;
}
