import { PathlightError } from '../errors.js';
import { itemAt } from '../tensor/items.js';
import type { GraphProto, NodeProto } from './onnx_pb.js';
import { namesRead } from './subgraphs/scope.js';

/** A node of the file, with the name that messages use. */
export interface NamedNode {
  readonly proto: NodeProto;
  /** The name in the file, or operator and position: `Conv_3`. */
  readonly name: string;
  /** Whether a rewrite wrote it (src/onnx/rewrites): as the newest opset spells it, for one image. */
  readonly written?: true;
}

/** All nodes, in the order of the file. */
export function namedNodes(graph: GraphProto): NamedNode[] {
  return graph.node.map((proto, index) => ({ proto, name: proto.name || `${proto.opType}_${index}` }));
}

/**
 * The nodes that lead to a value, each after the nodes that it reads. As far as possible they are in the order of the file, which should be
 * such an order. `outside` are the names that are given from outside the graph. Throws a PathlightError where no node makes a name, and where nodes wait for each other.
 */
export function nodesLeadingTo(output: string, graph: GraphProto, outside: readonly string[]): NamedNode[] {
  const given = new Set([...outside, ...graph.initializer.map(({ name }) => name)]);
  const producers = new Map<string, number>();
  graph.node.forEach((node, index) => {
    for (const name of node.output) {
      producers.set(name, index);
    }
  });
  const named = namedNodes(graph);

  function producerOf(value: string, reader: { operator: string; node: string } | null): number | undefined {
    if (given.has(value)) {
      return undefined;
    }
    const index = producers.get(value);
    if (index === undefined) {
      throw new PathlightError('onnx.made-by-nothing', { value, reader });
    }
    return index;
  }

  // Depth first with an explicit stack, without recursion: a file may chain more nodes than the call stack holds.
  const ordered: NamedNode[] = [];
  const state = new Map<number, 'open' | 'done'>();
  const root = producerOf(output, null);
  const stack = root === undefined ? [] : [root];
  for (let index = stack.at(-1); index !== undefined; index = stack.at(-1)) {
    if (state.get(index) !== undefined) {
      stack.pop();
      if (state.get(index) === 'open') {
        state.set(index, 'done');
        ordered.push(itemAt(named, index));
      }
      continue;
    }
    state.set(index, 'open');
    const { proto, name } = itemAt(named, index);
    for (const value of namesRead(proto)) {
      const producer = value === '' ? undefined : producerOf(value, { operator: proto.opType, node: name });
      if (producer !== undefined && state.get(producer) === 'open') {
        throw new PathlightError('onnx.cycle', { operator: proto.opType, node: name, value });
      }
      if (producer !== undefined && state.get(producer) === undefined) {
        stack.push(producer);
      }
    }
  }
  return ordered;
}
