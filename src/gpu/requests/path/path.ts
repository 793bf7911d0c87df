import type { PathGradient, PathRequest, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { quadsFor, SAMPLES_PER_QUAD } from '../../compile/layout.js';
import { endOfChunk } from '../../device/submit_size.js';
import type { Meter } from '../../meter.js';
import type { GpuResources } from '../../resources.js';
import { type GpuRequest, runChunks } from '../chunks.js';
import type { PlanParts, Schedules } from '../schedules.js';
import { ENDS } from './path_parts.js';

/** The sums of gradients along paths, and the outputs at their ends. Too many images for one request are split into several. */
export async function findPathGradient(
  resources: GpuResources,
  schedules: Schedules,
  request: PathRequest,
  { signal, onProgress }: RunOptions,
): Promise<PathGradient> {
  const [elements, classes] = [sizeOf(schedules.graph.input.shape), sizeOf(schedules.graph.output.shape)];
  const meter = resources.meter();
  const gradients = new Float32Array(request.count * elements);
  const outputsAtInput = new Float32Array(request.count * classes);
  const outputsAtBaseline = new Float32Array(request.count * classes);
  const atOnce = resources.imagesAtOnce((parts) => scheduleOf(schedules, parts), bytesOfImage(elements, classes));
  for (let first = 0; first < request.count; first += atOnce) {
    const count = Math.min(atOnce, request.count - first);
    const take: PathGpuRequest['take'] = (found) => {
      gradients.set(found('gradients'), first * elements);
      const ends = found('ends');
      for (let image = 0; image < count; image++) {
        const at = ENDS * image * classes;
        outputsAtInput.set(ends.subarray(at, at + classes), (first + image) * classes);
        outputsAtBaseline.set(ends.subarray(at + classes, at + ENDS * classes), (first + image) * classes);
      }
    };
    const progress = (done: number, samples: number) => {
      const steps = samples / count;
      onProgress?.(first * steps + done, request.count * steps);
    };
    const requestOf = (parts: PlanParts) => pathRequest(schedules, parts, part(request, first, count, elements, classes), take);
    await runChunks(resources, meter, 'path', requestOf, { ...(signal && { signal }), onProgress: progress });
  }
  if (resources.mixed) {
    resources.mixedError ??= await mixedErrorOf(resources, meter, schedules, part(request, 0, 1, elements, classes), signal);
    meter.compare(resources.mixedError);
  }
  return { gradients, outputsAtInput, outputsAtBaseline, cost: meter.cost() };
}

/**
 * Points of a path at which the error of mixed precision is measured, once for an executor. Gates of a ReLU network that rounding turns are rare: four
 * points of the digits' network met none of those that put its integral off by 0.3%.
 */
const POINTS = 16;

/** How far the sum of gradients at some points of one path is with activations in 16 bits from that with 32, relative to the latter. */
async function mixedErrorOf(
  resources: GpuResources,
  meter: Meter,
  schedules: Schedules,
  request: PathRequest,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { alphas } = request;
  const chosen = Float64Array.from({ length: Math.min(POINTS, alphas.length) }, (_, k) => {
    return itemAt(alphas, Math.floor(((k + 0.5) * alphas.length) / Math.min(POINTS, alphas.length)));
  });
  const few = { ...request, alphas: chosen, weights: new Float64Array(chosen.length).fill(1 / chosen.length) };
  const gradientsOf = async (mixes: boolean) => {
    let gradients = new Float32Array();
    const take: PathGpuRequest['take'] = (found) => {
      gradients = found('gradients').slice();
    };
    const requestOf = (parts: PlanParts) => ({ ...pathRequest(schedules, parts, few, take), mixes });
    await runChunks(resources, meter, `path at few points, ${mixes ? 'mixed' : 'f32'}`, requestOf, signal ? { signal } : {});
    return gradients;
  };
  const [whole, mixed] = [await gradientsOf(false), await gradientsOf(true)];
  let [distance, length] = [0, 0];
  whole.forEach((value, i) => {
    distance += (itemAt(mixed, i) - value) ** 2;
    length += value ** 2;
  });
  return length === 0 ? Math.sqrt(distance) : Math.sqrt(distance / length);
}

type PathGpuRequest = GpuRequest<'gradients' | 'ends'>;

function pathRequest(schedules: Schedules, parts: PlanParts, request: PathRequest, take: PathGpuRequest['take']): PathGpuRequest {
  const { count, inputs, baselines, seeds, alphas, weights } = request;
  const [elements, classes] = [inputs.length / count, seeds.length / count];
  // A quad must not hold samples of two paths.
  const steps = quadsFor(alphas.length + parts.path.ends.length) * SAMPLES_PER_QUAD;
  const samples = count * steps;
  const allAlphas = new Float32Array(steps);
  allAlphas.set(alphas);
  allAlphas.set(parts.path.ends, alphas.length);
  const allWeights = new Float32Array(steps);
  allWeights.set(weights);
  return {
    schedule: scheduleOf(schedules, parts),
    samples,
    images: count,
    mixes: true,
    fixedBytes: () => count * bytesOfImage(elements, classes) + 4 * 2 * steps,
    shared: { inputs, baselines, seeds, alphas: allAlphas, weights: allWeights },
    numbers: { nodes: alphas.length },
    results: { gradients: () => count * elements, ends: () => ENDS * count * classes },
    endOfChunk: (offset, most) => endOfChunk(offset, most, { samples, steps }),
    take,
  };
}

function scheduleOf(schedules: Schedules, parts: PlanParts) {
  return schedules.get('path', parts, (graph, { path, kernels }) => path.schedule(graph, { kernels }));
}

/** Bytes that the buffers of a request hold for each image: input, baseline and gradient; seed and the outputs at both ends. */
function bytesOfImage(elements: number, classes: number): number {
  return 4 * (3 * elements + 3 * classes);
}

/** The part of a request with these images. */
function part(request: PathRequest, first: number, count: number, elements: number, classes: number): PathRequest {
  const of = (data: Float32Array, size: number) => data.subarray(first * size, (first + count) * size);
  const { inputs, baselines, seeds } = request;
  return { ...request, count, inputs: of(inputs, elements), baselines: of(baselines, elements), seeds: of(seeds, classes) };
}
