import type { Values } from '../../src/cpu/passes.js';
import type { Graph, GraphNode } from '../../src/graph/graph.js';
import { eachTap } from '../../src/ops/pooling/pool.js';

/**
 * A unit that rounding may put on the other side of its kink: a pre-activation of a ReLU, or the second largest element of a max-pool's
 * window, so near to the kink that float32 need not agree with float64.
 */
export interface Gate {
  readonly node: GraphNode;
  /** The element of the node's input whose value decides. */
  readonly element: number;
  /** A value of this element on the other side of the kink. */
  readonly beyond: number;
  /** Distance from the kink, relative to the root mean square of the node's input. */
  readonly distance: number;
}

/**
 * The largest distance from its kink at which float32 may get the side of a gate wrong, relative to the root mean square (RMS) of the
 * values around.
 *
 * Derivation. A float32 sum of n products of independent signs has an error of about 0.3 sqrt(n) u times its own RMS, with u = 2^-24
 * (errors of random sign: Higham and Mary, A new approach to probabilistic rounding error analysis, 2019). With n up to 1,568, as in M1,
 * that is 12 u. Layers of like size add up in squares, so nine of them make 36 u at most. Of the 10^8 gates of a job, one is six standard
 * deviations away: 216 u = 1.3e-5.
 *
 * Measured in PyTorch, float32 against float64, on 1,216 points of M3 (10^8 gates): 8.9e-6 at most. Gates that did change sides were within
 * 6.6e-7 of their kink there, and within 1.3e-6 on the GPU (bench/gates.ts).
 *
 * A bound that always holds would multiply the absolute values of the weights of all layers. It is too large: hardly a gate would be
 * certain.
 */
export const UNCERTAIN = 2 ** -16;

/** The gates of a graph within `UNCERTAIN` of their kink, at the point with these values. ReLUs and max-pools have gates. */
export function uncertainGates(graph: Graph, values: Values): Gate[] {
  return graph.nodes.flatMap((node) => {
    const input = values.get(node.inputs[0]!);
    if (input === undefined) return [];
    if (node.op === 'Relu') return uncertainUnits(node, input);
    if (node.op === 'MaxPool') return uncertainWindows(node, input, values.get(node.output)!.length);
    return [];
  });
}

/** The same values, with one gate flipped. A backward pass on them gives the gradient beyond the gate's kink. */
export function withGateFlipped(values: Values, { node, element, beyond }: Gate): Values {
  const input = Float64Array.from(values.get(node.inputs[0]!)!);
  input[element] = beyond;
  return new Map(values).set(node.inputs[0]!, input);
}

function uncertainUnits(node: GraphNode, input: Float64Array): Gate[] {
  const scale = rootMeanSquare(input);
  const gates: Gate[] = [];
  for (let element = 0; element < input.length; element++) {
    const value = input[element]!;
    const distance = Math.abs(value) / scale;
    if (distance <= UNCERTAIN) gates.push({ node, element, beyond: value > 0 ? 0 : scale, distance });
  }
  return gates;
}

/** Uncertain gates of a max-pool. In all networks of the bench windows do not overlap, so raising an element changes the maximum of one window. */
function uncertainWindows(node: GraphNode<'MaxPool'>, input: Float64Array, windows: number): Gate[] {
  const { window } = node.attributes;
  const best = new Int32Array(windows).fill(-1);
  const second = new Int32Array(windows).fill(-1);
  eachTap(window, input.length / (window.rows.input * window.columns.input), (output, element) => {
    const value = input[element]!;
    if (best[output]! < 0 || value > input[best[output]!]!) {
      second[output] = best[output]!;
      best[output] = element;
    } else if (second[output]! < 0 || value > input[second[output]!]!) second[output] = element;
  });
  const scale = rootMeanSquare(input);
  const gates: Gate[] = [];
  second.forEach((element, output) => {
    if (element < 0) return;
    const largest = input[best[output]!]!;
    const distance = (largest - input[element]!) / scale;
    // Equal elements are zeros that a ReLU before the pool made. Whichever is taken, its gate is shut.
    if (distance > 0 && distance <= UNCERTAIN) gates.push({ node, element, beyond: largest + scale, distance });
  });
  return gates;
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
