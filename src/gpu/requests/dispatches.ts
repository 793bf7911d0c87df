import type { Graph } from '../../graph/graph.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { ExternalBinding, ScheduledDispatch } from '../compile/schedule.js';
export const CHUNK = { stage: 'chunk', space: 'samples' } as const;

export const external = (name: string): ExternalBinding => ({ kind: 'external', name });

/** images -> the input of the network */
export function loadDispatch({ input }: Graph): ScheduledDispatch {
  const elements = sizeOf(input.shape);
  const bindings = [external('images'), { kind: 'value', name: input.name } as const];
  return { ...CHUNK, kernel: 'images_load', bindings, parameters: { elements }, tiles: elements };
}

/** seeds -> the cotangent of the output, the same for all samples */
export function seedDispatch({ output }: Graph): ScheduledDispatch {
  const classes = sizeOf(output.shape);
  const bindings = [external('seeds'), { kind: 'cotangent', name: output.name } as const];
  return { ...CHUNK, kernel: 'path_seed', bindings, parameters: { classes }, tiles: classes };
}

/** A value or cotangent -> a buffer of the request, [samples][size] */
export function storeDispatch(
  { shapes }: Graph,
  from: { readonly kind: 'value' | 'cotangent'; readonly name: string },
  to: string,
): ScheduledDispatch {
  const size = sizeOf(shapes.get(from.name)!);
  return { ...CHUNK, kernel: 'outputs_store', bindings: [from, external(to)], parameters: { classes: size }, tiles: size };
}
