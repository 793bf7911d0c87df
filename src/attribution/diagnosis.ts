import { ReferencePasses, valueIn } from '../cpu/passes.js';
import type { Numbers } from '../executor.js';
import { type Graph, inputAt, shapeOf } from '../graph/graph.js';
import { operatorOf, operators } from '../ops/index.js';

/** Why a gradient map may be empty. */
export interface GradientDiagnosis {
  /** Share of input gradients that are exactly zero, 0 to 1. */
  readonly zeroGradients: number;
  /** For every layer whose slope can be exactly zero (Relu, Clip, ...): the share of its units that pass no gradient for this image. */
  readonly deadUnits: readonly { readonly layer: string; readonly op: string; readonly units: number; readonly dead: number }[];
}

/** Looks for vanished gradients. `gradient` is the saliency map [elements] of this image. */
export function diagnoseGradient(graph: Graph, image: Float32Array, gradient: Numbers): GradientDiagnosis {
  const values = new ReferencePasses(graph).forward(image);
  const deadUnits = graph.nodes
    .filter((node) => operators[node.op].canBeDead)
    .map((node) => {
      const output = valueIn(values, node.output);
      const shape = shapeOf(graph, node.output);
      const [slopes] = operatorOf(node).backward!({
        attributes: node.attributes,
        inputs: [{ shape, data: valueIn(values, inputAt(node, 0)) }],
        shape,
        output,
        cotangent: output.map(() => 1),
        wanted: [true],
      });
      if (slopes === undefined) throw new Error(`${node.op} "${node.name}" has no slopes`);
      const dead = slopes.reduce((count, slope) => count + (slope === 0 ? 1 : 0), 0);
      return { layer: node.name, op: node.op, units: slopes.length, dead: dead / slopes.length };
    });
  let zeros = 0;
  for (const value of gradient) if (value === 0) zeros++;
  return { zeroGradients: zeros / gradient.length, deadUnits };
}
