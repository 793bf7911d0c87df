import { type Graph, shapeOf } from '../../graph/graph.js';
import { sizeOf } from '../../tensor/tensor.js';
import { quadsFor, SAMPLES_PER_QUAD } from '../compile/layout.js';
import type { Chunk, ExternalBinding, ScheduledDispatch } from '../compile/schedule.js';

/** Where the dispatches of a request without paths run. */
export const CHUNK = { stage: 'chunk', space: 'samples' } as const;

/** The parameter of kernels that must not read or write past the last sample. */
export const samplesOf = ({ samples }: Chunk) => ({ samples });

export const external = (name: string): ExternalBinding => ({ kind: 'external', name });

/** images -> the input of the network */
export function loadDispatch({ input }: Graph): ScheduledDispatch {
  const elements = sizeOf(input.shape);
  const bindings = [external('images'), { kind: 'value', name: input.name } as const];
  return { ...CHUNK, kernel: 'images_load', bindings, parameters: { elements }, tiles: elements, atRequest: samplesOf };
}

/** seeds -> the cotangent of the output, the same for all samples */
export function seedDispatch({ output }: Graph): ScheduledDispatch {
  const classes = sizeOf(output.shape);
  const bindings = [external('seeds'), { kind: 'cotangent', name: output.name } as const];
  // The kernel gives every path a seed. Here all samples are steps of a single path.
  const atRequest = ({ samples }: Chunk) => {
    const steps = quadsFor(samples) * SAMPLES_PER_QUAD;
    return { samples: steps, offset: 0, steps };
  };
  return { ...CHUNK, kernel: 'path_seed', bindings, parameters: { classes }, tiles: classes, atRequest };
}

/** A value or cotangent -> a buffer of the request, [samples][size] */
export function storeDispatch(
  graph: Graph,
  from: { readonly kind: 'value' | 'cotangent'; readonly name: string },
  to: string,
): ScheduledDispatch {
  const size = sizeOf(shapeOf(graph, from.name));
  const bindings = [from, external(to)];
  return { ...CHUNK, kernel: 'outputs_store', bindings, parameters: { classes: size }, tiles: size, atRequest: samplesOf };
}
