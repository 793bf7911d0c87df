import type { GradientMoments, GradientMomentsRequest, GradientRequest, Gradients, RunOptions } from '../../executor.js';
import type { Graph } from '../../graph/graph.js';
import { Moments } from '../../tensor/moments.js';
import { sizeOf } from '../../tensor/tensor.js';
import { SAMPLES_PER_RUN } from '../compile/layout.js';
import { differentiableRoots, lowerGraph, type ScheduleOptions } from '../compile/lower.js';
import { backwardDispatches, forwardDispatches, zeroUnlessWritten } from '../compile/passes.js';
import { type Chunk, type Schedule, type ScheduledDispatch, withMemory } from '../compile/schedule.js';
import type { GpuResources } from '../resources.js';
import { runChunks } from './chunks.js';
import { CHUNK, external, loadDispatch, samplesOf, seedDispatch, storeDispatch } from './dispatches.js';
import { requestOfImages } from './images.js';
import type { PlanParts, Schedules } from './schedules.js';

/**
 * images, seeds -> outputs: the gradient at each image. A request for paths would spend three of a quad's four samples on ends and padding.
 */
export function gradientSchedule(graph: Graph, options: ScheduleOptions = {}): Schedule {
  return scheduleEndingWith(graph, options, storeDispatch(graph, { kind: 'cotangent', name: graph.input.name }, 'outputs'));
}

/** images, seeds (and factors) -> outputs: for each run of samples, the moments of the gradients or of their products with factors. */
export function momentSchedule(graph: Graph, of: 'moments' | 'products', options: ScheduleOptions = {}): Schedule {
  const factored = of === 'products';
  const elements = sizeOf(graph.input.shape);
  const end: ScheduledDispatch = {
    ...CHUNK,
    kernel: 'gradient_moments',
    constants: { SAMPLES_PER_RUN, FACTORS: Number(factored) },
    bindings: [{ kind: 'cotangent', name: graph.input.name }, ...(factored ? [external('factors')] : []), external('outputs')],
    parameters: {},
    tiles: elements,
    atRequest: samplesOf,
    invocations: ({ samples }) => elements * Math.ceil(samples / SAMPLES_PER_RUN),
  };
  return { ...scheduleEndingWith(graph, options, end), layeredOnly: true };
}

function scheduleEndingWith(graph: Graph, options: ScheduleOptions, end: ScheduledDispatch): Schedule {
  const network = lowerGraph(graph, options).slice({ fuse: true });
  const seeded = new Set([network.rootOf(graph.output.name)]);
  return withMemory(network, [
    loadDispatch(graph),
    ...forwardDispatches(network, 'chunk', 'samples'),
    seedDispatch(graph),
    ...backwardDispatches(network, 'chunk', 'samples', seeded, differentiableRoots(network)),
    ...zeroUnlessWritten(network, graph.input.name, seeded, 'chunk', 'samples'),
    end,
  ]);
}

/** The gradient at each of many images. `kind` is the same for schedules of one graph, and else different. */
export async function findGradients(
  resources: GpuResources,
  schedules: Schedules,
  request: GradientRequest,
  run: RunOptions,
  kind = 'gradients',
): Promise<Gradients> {
  const elements = sizeOf(schedules.graph.input.shape);
  const meter = resources.meter();
  const gradients = new Float32Array(request.images.length);
  const outputs = {
    results: { outputs: (samples: number) => samples * elements },
    take: (found: (name: 'outputs') => Float32Array, { offset }: Chunk) => gradients.set(found('outputs'), offset * elements),
  };
  const requestOf = (parts: PlanParts) => requestOfImages(schedules.get('gradients', parts, gradientSchedule), elements, request, outputs);
  await runChunks(resources, meter, kind, requestOf, run);
  return { gradients, cost: meter.cost() };
}

/** The moments of products of gradients, joined over runs in float64. Chunks are whole runs, so their number does not change the result. */
export async function findMoments(
  resources: GpuResources,
  schedules: Schedules,
  request: GradientMomentsRequest,
  run: RunOptions,
): Promise<GradientMoments> {
  const elements = sizeOf(schedules.graph.input.shape);
  const kind = request.factors ? 'products' : 'moments';
  const meter = resources.meter();
  const moments = new Moments(elements);
  const outputs = {
    results: { outputs: (samples: number) => 2 * elements * Math.ceil(samples / SAMPLES_PER_RUN) },
    take: (found: (name: 'outputs') => Float32Array, { samples }: Chunk) => {
      const runs = found('outputs');
      for (let start = 0; start < samples; start += SAMPLES_PER_RUN) {
        const at = (2 * elements * start) / SAMPLES_PER_RUN;
        const [mean, squares] = [runs.subarray(at, at + elements), runs.subarray(at + elements, at + 2 * elements)];
        moments.merge(Math.min(SAMPLES_PER_RUN, samples - start), mean, squares);
      }
    },
  };
  const requestOf = (parts: PlanParts) => {
    const schedule = schedules.get(kind, parts, (graph, { kernels }) => momentSchedule(graph, kind, { kernels }));
    return requestOfImages(schedule, elements, request, outputs);
  };
  await runChunks(resources, meter, kind, requestOf, run);
  return { mean: moments.mean, squares: moments.squares, cost: meter.cost() };
}
