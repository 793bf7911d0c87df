import { type Graph, shapeOf } from '../../../graph/graph.js';
import { sizeOf } from '../../../tensor/tensor.js';
import type { ScheduledBinding, ScheduledDispatch, Seed } from '../../compile/schedule.js';
import { placeOf } from './path_cuts.js';

/** Gives every sample the cotangent of a value that its image has. */
export function spreadOf(graph: Graph, name: string): Seed {
  const elements = sizeOf(shapeOf(graph, name));
  const bindings = [
    { kind: 'cotangent', name, space: 'images' },
    { kind: 'cotangent', name },
  ] as const;
  return {
    kernel: 'path_spread',
    bindings,
    parameters: { elements },
    tiles: elements,
    gateable: 'words',
    atRequest: (chunk) => ({ ...placeOf(chunk), images_lanes: chunk.layouts.images.lanes }),
  };
}

/**
 * The most multiply-adds of a product that spreads its image's numbers itself. It has no tiles in workgroup memory, with which a GPU computes large products. What a
 * spread costs beside its product falls with the product's outputs.
 */
const MOST_MULTIPLY_ADDS = 2 ** 16;

/**
 * The dispatches, where a product with constant weights that alone reads what `path_spread` writes does that itself (SPREAD in shaders/products/dense.wgsl): it loads
 * a number of an image and a word of gates instead of four samples for each step.
 */
export function joinSpreads(dispatches: readonly ScheduledDispatch[], rootOf: (name: string) => string): ScheduledDispatch[] {
  const joined = new Map<ScheduledDispatch, ScheduledDispatch | undefined>();
  for (const spread of dispatches) {
    if (spread.kernel !== 'path_spread' || spread.constants?.GATED !== 1 || spread.parameters.gate_plane !== 1) continue;
    const [ofImages, gates, written] = spread.bindings;
    if (ofImages === undefined || gates === undefined || written?.kind !== 'cotangent') continue;
    const root = rootOf(written.name);
    const isWritten = (binding: ScheduledBinding, { space }: ScheduledDispatch) =>
      binding.kind === 'cotangent' && (binding.space ?? space) === 'samples' && rootOf(binding.name) === root;
    const [reader, ...others] = dispatches.filter((each) => each !== spread && each.bindings.some((binding) => isWritten(binding, each)));
    if (reader === undefined || others.length > 0 || !canSpread(reader)) continue;
    const { workgroups: _, ...dense } = reader;
    joined.set(spread, undefined);
    joined.set(reader, {
      ...dense,
      constants: { ...dense.constants, SPREAD: 1 },
      bindings: [ofImages, gates, ...dense.bindings.slice(1)],
      ...(spread.atRequest && { atRequest: spread.atRequest }),
    });
  }
  return dispatches.flatMap((dispatch) => (joined.has(dispatch) ? (joined.get(dispatch) ?? []) : [dispatch]));
}

/** Whether a product can read numbers of images: it has one row, and four steps of weights in a vector. */
function canSpread({ kernel, constants = {}, parameters, multiplyAdds = 0 }: ScheduledDispatch): boolean {
  return kernel === 'dense' && constants.TRANSPOSED !== undefined && parameters.rows === 1 && multiplyAdds <= MOST_MULTIPLY_ADDS;
}
