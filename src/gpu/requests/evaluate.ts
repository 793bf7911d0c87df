import type { CandidateBatch, Forward, RunOptions, Verdicts } from '../../executor.js';
import type { Graph } from '../../graph/graph.js';
import { sizeOf } from '../../tensor/tensor.js';
import { lowerGraph, type ScheduleOptions } from '../compile/lower.js';
import { forwardDispatches } from '../compile/passes.js';
import { type Chunk, numberOf, type Schedule, type ScheduledDispatch, withMemory } from '../compile/schedule.js';
import { endOfQuads } from '../device/submit_size.js';
import type { GpuResources } from '../resources.js';
import { runChunks } from './chunks.js';
import { CHUNK, external, loadDispatch, storeDispatch } from './dispatches.js';
import type { Schedules } from './schedules.js';

/** images -> outputs */
export function forwardSchedule(graph: Graph, options: ScheduleOptions = {}): Schedule {
  return evaluation(graph, options, loadDispatch(graph), storeDispatch(graph, { kind: 'value', name: graph.output.name }, 'outputs'));
}

/** image, paint, patches, ranks, candidates -> verdicts */
export function candidateSchedule(graph: Graph, options: ScheduleOptions = {}): Schedule {
  const from = ['image', 'paint', 'patches', 'ranks', 'candidates'].map(external);
  const candidates: ScheduledDispatch = {
    ...CHUNK,
    kernel: 'candidates',
    bindings: [...from, { kind: 'value', name: graph.input.name }],
    parameters: {},
    tiles: sizeOf(graph.input.shape),
    atRequest: (chunk) => ({ samples: chunk.samples, ...numbersOf(chunk, 'pixels', 'patches', 'channels', 'channelsLast') }),
  };
  const verdict: ScheduledDispatch = {
    ...CHUNK,
    kernel: 'verdict',
    bindings: [{ kind: 'value', name: graph.output.name }, external('verdicts')],
    parameters: { classes: sizeOf(graph.output.shape), by_sigmoid: graph.bySigmoid ? 1 : 0 },
    tiles: 1,
    atRequest: (chunk) => ({ samples: chunk.samples, ...numbersOf(chunk, 'wanted') }),
  };
  return evaluation(graph, options, candidates, verdict);
}

function numbersOf(chunk: Chunk, ...names: string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, numberOf(chunk, name)]));
}

/** A forward pass between a kernel that makes the input from buffers of the request, and one that reads the output. */
function evaluation(graph: Graph, options: ScheduleOptions, load: ScheduledDispatch, store: ScheduledDispatch): Schedule {
  const network = lowerGraph(graph, options).slice({ fuse: true });
  return withMemory(network, [load, ...forwardDispatches(network, 'chunk', 'samples'), store]);
}

/** The outputs [count][classes] of images [count][elements]. */
export async function findOutputs(
  resources: GpuResources,
  schedules: Schedules,
  images: Float32Array,
  count: number,
  run: RunOptions,
): Promise<Forward> {
  const [elements, classes] = [sizeOf(schedules.graph.input.shape), sizeOf(schedules.graph.output.shape)];
  const meter = resources.meter();
  const outputs = new Float32Array(count * classes);
  await runChunks(
    resources,
    meter,
    'forward',
    (parts) => ({
      schedule: schedules.get('forward', parts, forwardSchedule),
      samples: count,
      images: 0,
      fixedBytes: (samples) => 4 * samples * (elements + 2 * classes),
      shared: {},
      externals: ({ offset, samples }) => ({ images: images.subarray(offset * elements, (offset + samples) * elements) }),
      results: { outputs: (samples) => samples * classes },
      endOfChunk: (offset, most) => endOfQuads(offset, most, count),
      take: (found, { offset }) => outputs.set(found('outputs'), offset * classes),
    }),
    run,
  );
  return { outputs, cost: meter.cost() };
}

/** Numbers that shaders/requests/verdict.wgsl writes for a candidate: class, margin, probability, and a 0. */
const NUMBERS_PER_VERDICT = 4;
/** Numbers that describe a candidate (CandidateBatch). */
const NUMBERS_PER_CANDIDATE = 4;

/** Verdicts on edited versions of one image. */
export async function findVerdicts(
  resources: GpuResources,
  schedules: Schedules,
  batch: CandidateBatch,
  target: number,
  run: RunOptions,
): Promise<Verdicts> {
  const { image, paint, patches, ranks, candidates } = batch;
  const { pixels, channels, layout } = batch.pixels;
  const meter = resources.meter();
  const count = candidates.length / NUMBERS_PER_CANDIDATE;
  const predicted = new Uint32Array(count);
  const margin = new Float32Array(count);
  const probability = new Float32Array(count);
  const ofImage = 8 * sizeOf(schedules.graph.input.shape) + patches.labels.byteLength + ranks.byteLength;
  await runChunks(
    resources,
    meter,
    'candidates',
    (parts) => ({
      schedule: schedules.get('candidates', parts, candidateSchedule),
      samples: count,
      images: 0,
      fixedBytes: (samples) => 48 * samples + ofImage,
      shared: { image, paint, patches: patches.labels, ranks },
      externals: ({ offset, samples }) => ({
        candidates: candidates.subarray(NUMBERS_PER_CANDIDATE * offset, NUMBERS_PER_CANDIDATE * (offset + samples)),
      }),
      numbers: { pixels, patches: patches.count, channels, channelsLast: layout === 'nhwc' ? 1 : 0, wanted: target },
      results: { verdicts: (samples) => NUMBERS_PER_VERDICT * samples },
      endOfChunk: (offset, most) => endOfQuads(offset, most, count),
      take: (found, { offset, samples }) => {
        const numbers = found('verdicts');
        const column = (index: number) => numbers.filter((_, position) => position % NUMBERS_PER_VERDICT === index);
        for (const [index, into] of [predicted, margin, probability].entries()) into.set(column(index).subarray(0, samples), offset);
      },
    }),
    run,
  );
  return { predicted, margin, probability, cost: meter.cost() };
}
