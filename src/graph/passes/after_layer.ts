import { operators } from '../../ops/index.js';
import { sizeOf } from '../../tensor/tensor.js';
import { checkLayer } from '../analysis/layers.js';
import { GraphBuilder } from '../builder.js';
import { activeValues, type Graph, type GraphNode, shapeOf } from '../graph.js';

/** What follows a layer. */
export interface AfterLayer {
  /** The rest of a network. Its input is a row of numbers: the layer's, and those of `others` in their order. */
  readonly graph: Graph;
  /** The values that pass the layer by and are read behind it (shortcuts, the image itself). */
  readonly others: readonly string[];
}

/** Cuts a graph behind a layer. Throws PathlightError where it has no such layer. */
export function afterLayer(graph: Graph, layer: string): AfterLayer {
  checkLayer(graph, layer);
  const active = activeValues(graph);
  const following = activeValues(graph, layer);
  const producers = new Map(graph.nodes.map((node) => [node.output, node]));
  const nodes = new Set(graph.nodes.filter(({ output }) => output !== layer && following.has(output)));
  const others = new Set<string>();
  const read = (name: string): void => {
    if (following.has(name) || !active.has(name)) return;
    const producer = producers.get(name);
    // A view has no memory of its own, so what it shows is handed over, and the view follows.
    if (producer === undefined || !operators[producer.op].view) others.add(name);
    else if (!nodes.has(producer)) {
      nodes.add(producer);
      for (const input of producer.inputs) read(input);
    }
  };
  for (const { inputs } of [...nodes]) for (const input of inputs) read(input);
  const cuts = [layer, ...others];
  const total = cuts.reduce((sum, name) => sum + sizeOf(shapeOf(graph, name)), 0);
  const input = { name: 'behind the layer', shape: [1, total] };
  const constants = constantNodes(graph, active, nodes);
  const builder = new GraphBuilder({ ...graph, input, shapes: new Map([...graph.shapes, [input.name, input.shape]]) });
  let begin = 0;
  for (const name of cuts) {
    const shape = shapeOf(graph, name);
    const size = sizeOf(shape);
    const part = builder.add(name, [1, size], { op: 'Slice', inputs: [input.name], attributes: { begins: [0, begin], steps: [1, 1] } });
    builder.append({ op: 'Reshape', name: `${name}.part`, inputs: [part], output: name, attributes: {} });
    begin += size;
  }
  for (const node of graph.nodes) if (nodes.has(node) || constants.has(node)) builder.append(node);
  return { graph: builder.build(), others: [...others] };
}

/** The nodes that do not depend on the image (constants as values) and that these nodes need. */
function constantNodes(graph: Graph, active: ReadonlySet<string>, nodes: ReadonlySet<GraphNode>): Set<GraphNode> {
  const needed = new Set([...nodes].flatMap(({ inputs }) => inputs));
  const found = [...graph.nodes].reverse().filter((node) => {
    if (active.has(node.output) || !needed.has(node.output)) return false;
    for (const input of node.inputs) needed.add(input);
    return true;
  });
  return new Set(found);
}
