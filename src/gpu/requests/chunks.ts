import type { Cost, GradientMomentsRequest, RunOptions } from '../../executor.js';
import { quadsFor, SAMPLES_PER_QUAD } from '../compile/layout.js';
import type { Schedule, Stage } from '../compile/schedule.js';
import type { GpuResources } from '../resources.js';
export const STAGES: ReadonlySet<Stage> = new Set(['chunk']);

/** Samples whose moments one invocation of shaders/requests/gradient_moments.wgsl finds; the same as there. */
export const RUN = 32;

export interface ChunkedRequest extends GradientMomentsRequest {
  /** Names the recording. */
  readonly kind: string;
  readonly elements: number;
  /** The buffers that are read back, and the numbers that so many samples of a chunk give. */
  readonly results: Readonly<Record<string, (samples: number) => number>>;
}

/** Runs a schedule of images and one seed, in as many chunks as memory asks for; those of a run or more are whole runs. */
export async function runChunks(
  session: GpuResources,
  schedule: Schedule,
  { kind, images, factors, seed, elements, results }: ChunkedRequest,
  take: (found: readonly Float32Array[], offset: number, samples: number) => void,
  { signal, onProgress }: RunOptions,
): Promise<Cost> {
  const meter = session.meter();
  const count = images.length / elements;
  const sizes = Object.values(results);
  const fixed = (samples: number) => 4 * sizes.reduce((sum, size) => sum + size(samples), samples * elements * (factors ? 2 : 1));
  const recording = await session.record(kind, () => ({ schedule, samples: count, images: 0, fixedBytes: fixed }));
  const { submitSize } = recording;
  const seeds = meter.upload('seeds', seed);
  let samples: number;
  for (let offset = 0; offset < count; offset += samples) {
    signal?.throwIfAborted();
    const most = submitSize.samples(recording.samples);
    samples = Math.min(most >= RUN ? most - (most % RUN) : most, count - offset);
    const part = (data: Float32Array) => data.subarray(offset * elements, (offset + samples) * elements);
    const given = {
      images: meter.upload('images', part(images)),
      seeds,
      ...(factors && { factors: meter.upload('factors', part(factors)) }),
    };
    const wanted = Object.entries(results).map(
      ([name, size]) => [name, session.buffer(name, 4 * size(samples)), 4 * size(samples)] as const,
    );
    // All samples count as steps of one path, which has one seed.
    const steps = Math.ceil(samples / SAMPLES_PER_QUAD) * SAMPLES_PER_QUAD;
    const encoder = session.encoder();
    const quads = { samples: quadsFor(samples), ends: 0, images: 0 };
    meter.dispatches += recording.encode(encoder, STAGES, quads, {
      externals: { ...given, ...Object.fromEntries(wanted.map(([name, buffer]) => [name, buffer])) },
      parameters: {
        images_load: { samples },
        path_seed: { samples: steps, offset: 0, steps },
        outputs_store: { samples },
        gradient_moments: { samples },
      },
      invocations: { gradient_moments: ({ tiles }) => tiles * Math.ceil(samples / RUN) },
    });
    const parts = wanted.map(([, buffer, bytes]) => [buffer, bytes] as const);
    const found = await submitSize.time(samples, () => meter.submitAndRead(encoder, parts));
    take(found, offset, samples);
    onProgress?.(offset + samples, count);
  }
  return meter.cost();
}
