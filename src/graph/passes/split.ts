import { GUARANTEED_BINDING } from '../../ops/shared/bindings.js';
import { type Shape, sizeAt, type Tensor } from '../../tensor/tensor.js';
import { GraphBuilder } from '../builder.js';
import { type Graph, type GraphNode, inputAt } from '../graph.js';

/** Kernels see weights in tiles of up to this many rows or columns, of which the last is filled up (src/ops/products/dense.ts). */
export const TILE = 16;

/**
 * Replaces a Dense or a Conv whose weights some device cannot bind at once by several, each with some of the outputs, and a Concat. The 25,088 x
 * 4,096 weights of VGG-16 are 392 MiB, for example, and so are the 4,096 x 512 x 7 x 7 of the convolution that timm has in their place. Backward,
 * the cotangents from the pieces add up. @param limit bytes of one piece's weights.
 */
export function splitWeights(graph: Graph, limit = GUARANTEED_BINDING): Graph {
  const builder = new GraphBuilder(graph);
  for (const node of graph.nodes) {
    const split =
      (node.op === 'Dense' && appendPieces(builder, node, COLUMNS, limit)) ||
      (node.op === 'Conv' && node.attributes.group === 1 && appendPieces(builder, node, CHANNELS, limit));
    if (!split) builder.append(node);
  }
  return builder.build();
}

/** Where an operator with weights has its outputs. */
interface Outputs {
  /** The axis of the weights. */
  readonly ofWeights: 0 | 1;
  /** The axis of the result, which has so many. */
  readonly ofResult: (axes: number) => number;
  /** The weights of `count` outputs from `first` on. */
  readonly part: (weights: Tensor, first: number, count: number) => Tensor['data'];
}

/** Dense: [depth, outputs]. */
const COLUMNS: Outputs = { ofWeights: 1, ofResult: (axes) => axes - 1, part: columnsOf };
/** Conv: [outputs, channels, rows, columns]. */
const CHANNELS: Outputs = {
  ofWeights: 0,
  ofResult: () => 1,
  part({ shape, data }, first, count) {
    const each = data.length / sizeAt(shape, 0);
    return data.slice(first * each, (first + count) * each);
  },
};

function appendPieces(
  builder: GraphBuilder,
  node: GraphNode<'Dense' | 'Conv'>,
  { ofWeights, ofResult, part }: Outputs,
  limit: number,
): boolean {
  const [x, weights] = [inputAt(node, 0), inputAt(node, 1)];
  const bias = node.inputs[2];
  const w = builder.constantOf(weights);
  const outputs = sizeAt(w.shape, ofWeights);
  // The terms of one output; the other axis of a tile is that of the depth or of the channels.
  const depth = sizeAt(w.shape, 1 - ofWeights);
  const taps = w.data.length / (outputs * depth);
  const bytes = 4 * taps * TILE * Math.ceil(depth / TILE);
  if (bytes * TILE * Math.ceil(outputs / TILE) <= limit) return false;
  const most = TILE * Math.max(1, Math.floor(limit / (bytes * TILE)));
  const shape = builder.shape(node.output);
  const axis = ofResult(shape.length);
  const pieces: string[] = [];
  for (let first = 0; first < outputs; first += most) {
    const count = Math.min(most, outputs - first);
    const inputs = [x, builder.addConstant(weights, resized(w.shape, ofWeights, count), part(w, first, count))];
    if (bias !== undefined) {
      inputs.push(builder.addConstant(bias, [count], builder.constantOf(bias).data.slice(first, first + count)));
    }
    pieces.push(builder.add(node.name, resized(shape, axis, count), { ...node, inputs }));
  }
  builder.replace(node, { op: 'Concat', inputs: pieces, attributes: { axis } });
  return true;
}

function columnsOf({ shape, data }: Tensor, first: number, count: number): Tensor['data'] {
  const [rows, columns] = shape as [number, number];
  const part = data.slice(0, rows * count);
  for (let row = 0; row < rows; row++) part.set(data.subarray(row * columns + first, row * columns + first + count), row * count);
  return part;
}

/** The shape with another size of one axis. */
export function resized(shape: Shape, axis: number, size: number): Shape {
  return shape.map((each, position) => (position === axis ? size : each));
}
