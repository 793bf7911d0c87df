import type { MultiplierRequest, Multipliers, RunOptions } from '../../executor.js';
import { passedByGradient } from '../../graph/analysis/rules.js';
import type { Graph } from '../../graph/graph.js';
import type { BackwardRule } from '../../ops/operator.js';
import { sizeOf } from '../../tensor/tensor.js';
import { differentiableRoots, lowerGraph, type ScheduleOptions } from '../compile/lower.js';
import { backwardDispatches, forwardDispatches, zeroUnlessWritten } from '../compile/passes.js';
import { type Chunk, type Schedule, type ScheduledDispatch, withMemory } from '../compile/schedule.js';
import { endOfQuads } from '../device/submit_size.js';
import type { GpuResources } from '../resources.js';
import { type GpuRequest, runChunks } from './chunks.js';
import { CHUNK, external, loadDispatch, samplesOf, storeDispatch } from './dispatches.js';
import type { PlanParts, Schedules } from './schedules.js';

/** Each image goes through the network beside its twin, the baseline. */
const SAMPLES_PER_IMAGE = 2;

/**
 * images, seeds -> outputs, multipliers: a forward pass, and a backward pass by a rule. The samples of every buffer are image, baseline,
 * next image, its baseline. Nothing is fused, since rules read the values before and after a node.
 */
export function multiplierSchedule(graph: Graph, rule: BackwardRule, options: ScheduleOptions = {}): Schedule {
  const network = lowerGraph(graph, options, rule).slice();
  const classes = sizeOf(graph.output.shape);
  const seed: ScheduledDispatch = {
    ...CHUNK,
    kernel: 'images_load',
    bindings: [external('seeds'), { kind: 'cotangent', name: graph.output.name }],
    parameters: { elements: classes },
    tiles: classes,
    atRequest: samplesOf,
  };
  const seeded = new Set([network.rootOf(graph.output.name)]);
  const schedule = withMemory(network, [
    loadDispatch(graph),
    ...forwardDispatches(network, 'chunk', 'samples'),
    storeDispatch(graph, { kind: 'value', name: graph.output.name }, 'outputs'),
    seed,
    ...backwardDispatches(network, 'chunk', 'samples', seeded, differentiableRoots(network)),
    ...zeroUnlessWritten(network, graph.input.name, seeded, 'chunk', 'samples'),
    storeDispatch(graph, { kind: 'cotangent', name: graph.input.name }, 'multipliers'),
  ]);
  return { ...schedule, layeredOnly: true };
}

/** One backward pass by a rule for each of many images. */
export async function findMultipliers(
  resources: GpuResources,
  schedules: Schedules,
  { count, inputs, baselines, seeds, rule }: MultiplierRequest,
  run: RunOptions,
): Promise<Multipliers> {
  const { graph } = schedules;
  const kind = `multipliers ${rule}`;
  const elements = sizeOf(graph.input.shape);
  const classes = sizeOf(graph.output.shape);
  const meter = resources.meter();
  const multipliers = new Float32Array(count * elements);
  const outputsAtInput = new Float32Array(count * classes);
  const outputsAtBaseline = new Float32Array(count * classes);
  const samples = SAMPLES_PER_IMAGE * count;
  const requestOf = (parts: PlanParts): GpuRequest<'outputs' | 'multipliers'> => ({
    schedule: schedules.get(kind, parts, (of, { kernels }) => multiplierSchedule(of, rule, { kernels })),
    samples,
    images: 0,
    fixedBytes: (ofSamples) => 4 * 2 * (elements + classes) * ofSamples,
    shared: {},
    externals: (chunk) => ({
      images: besideTwins(inputs, baselines, elements, chunk),
      seeds: besideTwins(seeds, seeds, classes, chunk),
    }),
    results: { outputs: (ofSamples) => ofSamples * classes, multipliers: (ofSamples) => ofSamples * elements },
    endOfChunk: (offset, most) => endOfQuads(offset, most, samples),
    take: (found, { offset }) => {
      const first = offset / SAMPLES_PER_IMAGE;
      multipliers.set(everySecond(found('multipliers'), elements, 0), first * elements);
      outputsAtInput.set(everySecond(found('outputs'), classes, 0), first * classes);
      outputsAtBaseline.set(everySecond(found('outputs'), classes, 1), first * classes);
    },
  });
  await runChunks(resources, meter, kind, requestOf, inImages(run));
  return { multipliers, outputsAtInput, outputsAtBaseline, byGradient: passedByGradient(graph, rule), cost: meter.cost() };
}

/** The same options with progress counted in images, each of which is two samples. */
function inImages({ signal, onProgress }: RunOptions): RunOptions {
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (done: number, total: number) => onProgress(done / SAMPLES_PER_IMAGE, total / SAMPLES_PER_IMAGE) }),
  };
}

/** The numbers for the samples of a chunk, `size` for each sample: an image's, then its twin's. */
function besideTwins(ofImages: Float32Array, ofTwins: Float32Array, size: number, { offset, samples }: Chunk): Float32Array {
  const laid = new Float32Array(samples * size);
  for (let sample = 0; sample < samples; sample += SAMPLES_PER_IMAGE) {
    const start = ((offset + sample) / SAMPLES_PER_IMAGE) * size;
    laid.set(ofImages.subarray(start, start + size), sample * size);
    laid.set(ofTwins.subarray(start, start + size), (sample + 1) * size);
  }
  return laid;
}

/** From samples with `size` numbers each, the numbers of the images (0) or of the twins (1). */
function everySecond(numbers: Float32Array, size: number, first: 0 | 1): Float32Array {
  return numbers.filter((_, index) => Math.floor(index / size) % SAMPLES_PER_IMAGE === first);
}
