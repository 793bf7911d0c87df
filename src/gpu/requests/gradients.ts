import type { GradientMoments, GradientMomentsRequest, GradientRequest, Gradients, RunOptions } from '../../executor.js';
import type { Graph } from '../../graph/graph.js';
import { Moments } from '../../tensor/moments.js';
import { sizeOf } from '../../tensor/tensor.js';
import { activeRoots, lowerGraph, type ScheduleOptions } from '../compile/lower.js';
import { backwardDispatches, forwardDispatches } from '../compile/passes.js';
import { type Schedule, type ScheduledDispatch, withMemory } from '../compile/schedule.js';
import type { GpuResources } from '../resources.js';
import { RUN, runChunks } from './chunks.js';
import { CHUNK, external, loadDispatch, seedDispatch, storeDispatch } from './dispatches.js';
/** What is made of the gradients: they are sent back as they are, or their moments, or those of their products with factors. */
export type GradientEnding = 'gradients' | 'moments' | 'products';

/**
 * images, seeds (and factors) -> outputs: each image's own gradient, or the moments of runs of them. A path request would spend three of a
 * quad's four samples on ends and padding.
 */
export function gradientSchedule(graph: Graph, ending: GradientEnding, options: ScheduleOptions = {}): Schedule {
  const network = lowerGraph(graph, { ...options, fuse: true });
  const elements = sizeOf(graph.input.shape);
  const seeded = new Set([network.rootOf(graph.output.name)]);
  const gradient = { kind: 'cotangent', name: graph.input.name } as const;
  const factored = ending === 'products';
  const end: ScheduledDispatch =
    ending === 'gradients'
      ? storeDispatch(graph, gradient, 'outputs')
      : {
          ...CHUNK,
          kernel: 'gradient_moments',
          constants: { FACTORS: Number(factored) },
          bindings: [gradient, ...(factored ? [external('factors')] : []), external('outputs')],
          parameters: {},
          tiles: elements,
        };
  const schedule = withMemory(network, [
    loadDispatch(graph),
    ...forwardDispatches(network, 'chunk', 'samples'),
    seedDispatch(graph),
    ...backwardDispatches(network, 'chunk', 'samples', seeded, activeRoots(network)),
    end,
  ]);
  return { ...schedule, layeredOnly: ending !== 'gradients' };
}

/** Runs a schedule that sends gradients back, in as many chunks as memory asks for. */
export async function findGradients(
  session: GpuResources,
  schedule: Schedule,
  { images, seed }: GradientRequest,
  elements: number,
  run: RunOptions,
): Promise<Gradients> {
  const gradients = new Float32Array(images.length);
  const store = ([found]: readonly Float32Array[], offset: number) => gradients.set(found!, offset * elements);
  const results = { outputs: (samples: number) => samples * elements };
  return { gradients, cost: await runChunks(session, schedule, { kind: 'gradients', images, seed, elements, results }, store, run) };
}

/** Runs a schedule that sends moments back, and joins them in float64. Chunks of whole runs: how many there are changes nothing. */
export async function findMoments(
  session: GpuResources,
  schedule: Schedule,
  { images, factors, seed }: GradientMomentsRequest,
  elements: number,
  run: RunOptions,
): Promise<GradientMoments> {
  const moments = new Moments(elements);
  const join = ([found]: readonly Float32Array[], _: number, samples: number) => {
    for (let start = 0; start < samples; start += RUN) {
      const at = (2 * elements * start) / RUN;
      const [mean, squares] = [found!.subarray(at, at + elements), found!.subarray(at + elements, at + 2 * elements)];
      moments.merge(Math.min(RUN, samples - start), mean, squares);
    }
  };
  const results = { outputs: (samples: number) => 2 * elements * Math.ceil(samples / RUN) };
  const request = { kind: factors ? 'products' : 'moments', images, seed, elements, results, ...(factors && { factors }) };
  const cost = await runChunks(session, schedule, request, join, run);
  return { mean: moments.mean, squares: moments.squares, cost };
}
