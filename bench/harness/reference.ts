import { ReferencePasses } from '../../src/cpu/passes.js';
import type { Graph } from '../../src/graph/graph.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { type Gate, uncertainGates, withGateFlipped } from './gates.js';

/** The map of one image in float64, with its uncertain gates. */
export interface ReferenceMap {
  /** The map, with every gate on float64's side. */
  readonly map: Float64Array;
  /** The gates of all points of the path that are within float32's rounding of their kink (gates.ts): their distances, the nearest first. */
  readonly uncertain: readonly number[];
  /** What the map gains if this one gate is on the other side and the others are not. */
  jump(index: number): Float64Array;
}

/** The maps of a job in float64. */
export interface Reference {
  /** The map of the image with this index in the job. */
  mapOf(image: number): Promise<ReferenceMap>;
}

export interface ReferenceRequest {
  /** [images][elements] */
  readonly images: Float32Array;
  readonly targetOf: (image: number) => number;
  /** Alphas of the points of each path from the baseline 0. Their weights are equal. */
  readonly nodes: Float64Array;
}

/**
 * Integrated Gradients by the float64 executor's passes, x * mean_k grad f(a_k x), with the jumps of uncertain gates. The jumps of two
 * gates at one point add up, except for paths through both gates.
 */
export function createReference(graph: Graph, { images, targetOf, nodes }: ReferenceRequest): Reference {
  const passes = new ReferencePasses(graph);
  const elements = sizeOf(graph.input.shape);
  const classes = sizeOf(graph.output.shape);
  return {
    async mapOf(image) {
      const input = images.subarray(image * elements, (image + 1) * elements);
      const seed = new Float64Array(classes);
      seed[targetOf(image)] = 1;
      const forward = (node: number) => passes.forward(Float64Array.from(input, (x) => node * x));
      const map = new Float64Array(elements);
      const gates: (Gate & { readonly alpha: number })[] = [];
      for (const alpha of nodes) {
        const values = forward(alpha);
        const gradient = passes.backward(values, seed);
        for (let i = 0; i < elements; i++) map[i]! += (input[i]! * gradient[i]!) / nodes.length;
        for (const gate of uncertainGates(graph, values)) gates.push({ ...gate, alpha });
        // This takes minutes, during which a browser must not wait for answers.
        await new Promise((resolve) => setImmediate(resolve));
      }
      gates.sort((a, b) => a.distance - b.distance);
      const jumps = new Map<number, Float64Array>();
      return {
        map,
        uncertain: gates.map(({ distance }) => distance),
        jump(index) {
          let jump = jumps.get(index);
          if (jump === undefined) {
            const gate = gates[index]!;
            const values = forward(gate.alpha);
            const gradient = passes.backward(values, seed);
            jump = passes
              .backward(withGateFlipped(values, gate), seed)
              .map((beyond, i) => (input[i]! * (beyond - gradient[i]!)) / nodes.length);
            jumps.set(index, jump);
          }
          return jump;
        },
      };
    },
  };
}
