import { ReferencePasses, type Values, valueIn } from '../cpu/passes.js';
import type { Numbers } from '../executor.js';
import { activeValues, type Graph, type GraphNode, inputAt, shapeOf } from '../graph/graph.js';
import { operatorOf, operators } from '../ops/index.js';

/** Why a gradient map may be empty. */
export interface GradientDiagnosis {
  /** Share of input gradients that are exactly zero, 0 to 1. */
  readonly zeroGradients: number;
  /** For every layer whose slope can be exactly zero (Relu, Clip, ...): the share of its units that pass no gradient for this image. */
  readonly deadUnits: readonly { readonly layer: string; readonly op: string; readonly units: number; readonly dead: number }[];
}

/** What passes through a layer at an image. */
export interface LayerDiagnosis {
  /** The name of the node's output. */
  readonly output: string;
  /** Share of its units that pass no gradient on, 0 to 1. null for an operator whose slope is never exactly zero. */
  readonly dead: number | null;
  /** Share of the gradients of the target with respect to its output that are exactly zero, 0 to 1: all, where nothing behind it depends on it. */
  readonly zeroGradients: number;
}

/**
 * Looks for vanished gradients. `gradient` is the saliency map [elements] of this image. Where units can be dead, the network runs forward in
 * float64. Throws PathlightError where it is too large for that.
 */
export function diagnoseGradient(graph: Graph, image: Float32Array, gradient: Numbers): GradientDiagnosis {
  const zeroGradients = shareOfZeros(gradient);
  const nodes = graph.nodes.filter((node) => operators[node.op].canBeDead);
  if (nodes.length === 0) return { zeroGradients, deadUnits: [] };
  const values = new ReferencePasses(graph).forward(image);
  const deadUnits = nodes.map((node) => {
    const slopes = slopesOf(graph, node, values);
    return { layer: node.name, op: node.op, units: slopes.length, dead: shareOfZeros(slopes) };
  });
  return { zeroGradients, deadUnits };
}

/**
 * Where gradients vanish on their way from one output back to the image, layer by layer, in float64: one forward and one backward pass. Layers that do not
 * depend on the image are left out.
 *
 * @param target the index of the output.
 */
export function diagnoseLayers(graph: Graph, image: Float32Array, target: number): LayerDiagnosis[] {
  const passes = new ReferencePasses(graph);
  const values = passes.forward(image);
  const active = activeValues(graph);
  const nodes = graph.nodes.filter(({ output }) => active.has(output));
  const seed = new Float64Array(valueIn(values, graph.output.name).length);
  seed[target] = 1;
  const gradientOf = passes.backwardTo(
    nodes.map(({ output }) => output),
    values,
    seed,
  );
  return nodes.map((node) => ({
    output: node.output,
    dead: operators[node.op].canBeDead ? shareOfZeros(slopesOf(graph, node, values)) : null,
    zeroGradients: shareOfZeros(gradientOf(node.output)),
  }));
}

/** The slope of each unit of an elementwise operator. */
function slopesOf(graph: Graph, node: GraphNode, values: Values): Float64Array {
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
  return slopes;
}

function shareOfZeros(numbers: Numbers): number {
  let zeros = 0;
  for (const value of numbers) if (value === 0) zeros++;
  return zeros / numbers.length;
}
