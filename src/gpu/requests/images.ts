import type { GradientMomentsRequest } from '../../executor.js';
import type { Chunk, Schedule } from '../compile/schedule.js';
import { endOfRuns } from '../device/submit_size.js';
import type { GpuRequest } from './chunks.js';

/** A request with images and one seed, in chunks of whole runs. */
export function requestOfImages<R extends string>(
  schedule: Schedule,
  elements: number,
  { images, factors, seed }: GradientMomentsRequest,
  { results, take }: Pick<GpuRequest<R>, 'results' | 'take'>,
): GpuRequest<R> {
  const count = images.length / elements;
  const part = (data: Float32Array, { offset, samples }: Chunk) => data.subarray(offset * elements, (offset + samples) * elements);
  const numbersOf = (samples: number) => {
    const sizes = Object.values<(samples: number) => number>(results);
    return sizes.reduce((sum, size) => sum + size(samples), samples * elements * (factors ? 2 : 1));
  };
  return {
    schedule,
    samples: count,
    images: 0,
    fixedBytes: (samples) => 4 * numbersOf(samples),
    shared: { seeds: seed },
    externals: (chunk) => ({ images: part(images, chunk), ...(factors && { factors: part(factors, chunk) }) }),
    results,
    endOfChunk: (offset, most) => endOfRuns(offset, most, count),
    take,
  };
}
