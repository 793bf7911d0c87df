import { analyse } from '../../analysis/analyse.js';
import { GraphBuilder } from '../../builder.js';
import { type Graph, inputAt, shapeOf } from '../../graph.js';

/**
 * Guided backpropagation (Springenberg et al.: Striving for simplicity, 2014, arXiv:1412.6806): a ReLU passes back max(dy, 0), and only where it is open.
 * Deconvolution (Zeiler, Fergus: Visualizing and understanding convolutional networks, 2013, arXiv:1311.2901): wherever it is. As in Captum, nothing but
 * ReLUs is changed.
 */
export function rectify(graph: Graph, kind: 'guided-backprop' | 'deconvolution'): Graph {
  const builder = new GraphBuilder(graph);
  const { active } = analyse(graph);
  for (const node of graph.nodes) {
    if (node.op !== 'Relu' || !active.has(node.output)) {
      builder.append(node);
      continue;
    }
    const y = builder.add(node.name, shapeOf(graph, node.output), { op: 'Relu', inputs: node.inputs, attributes: {} });
    const target = kind === 'guided-backprop' ? y : inputAt(node, 0);
    builder.replace(node, { op: 'Reroute', inputs: [y, target], attributes: { route: { kind: 'rectify' }, keeps: false } });
  }
  return builder.build();
}
