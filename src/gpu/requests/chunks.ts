import type { RunOptions } from '../../executor.js';
import { itemAt } from '../../tensor/items.js';
import { type Layouts, quadsFor } from '../compile/layout.js';
import type { Chunk, Stage } from '../compile/schedule.js';
import type { EncodableTurn } from '../layered/recording.js';
import type { Meter } from '../meter.js';
import type { GpuResources, RecordRequest } from '../resources.js';
import { ENDS } from './path/path_parts.js';
import type { PlanParts } from './schedules.js';

/** Data for buffers of a request, by the names under which dispatches bind them. */
export type Uploads = Readonly<Record<string, Float32Array | Uint32Array>>;

/**
 * A request to a network, as data. `R` names the buffers that are read back. In a request with images (of paths) these hold sums, which are
 * complete and read after the last chunk. In other requests they are read after every chunk.
 */
export interface GpuRequest<R extends string> extends RecordRequest {
  /** What is uploaded once. */
  readonly shared: Uploads;
  /** What is uploaded for each chunk. */
  readonly externals?: (chunk: Chunk) => Uploads;
  /** Numbers for the dispatches that ask for them (numberOf in src/gpu/compile/schedule.ts). */
  readonly numbers?: Readonly<Record<string, number>>;
  /** Floats of each buffer that is read back, for this many samples of a chunk. */
  readonly results: Readonly<Record<R, (samples: number) => number>>;
  /** Where a chunk ends that begins at `offset` and has at most `most` samples (src/gpu/device/submit_size.ts). */
  readonly endOfChunk: (offset: number, most: number) => number;
  /** Receives what was read. */
  readonly take: (found: (name: R) => Float32Array, chunk: Chunk) => void;
}

/**
 * Runs a request in chunks, a submit each. Memory and the length of submits decide how many. While a short submit runs, the next chunk is uploaded, encoded
 * and submitted: buffers are written in the order of the queue. Results are taken in the order of chunks.
 */
export async function runChunks<R extends string>(
  resources: Pick<GpuResources, 'record' | 'buffer' | 'encoder'>,
  meter: Meter,
  kind: string,
  requestOf: (parts: PlanParts) => GpuRequest<R>,
  { signal, onProgress }: RunOptions,
): Promise<void> {
  const { request, recording, capacity, submitSize } = await resources.record(kind, requestOf);
  const { samples, images, schedule } = request;
  meter.follow(schedule);
  const shared = uploadAll(meter, request.shared);
  if (images > 0) meter.addProducts(schedule, { samples, ends: ENDS * images, images });
  /** The chunks that were submitted. */
  let running: Promise<void> = Promise.resolve();
  let ended = 0;

  /** Submits a chunk at once, or where weights are uploaded in turn, each turn when the one before has ended. */
  const runChunk = async (chunk: Chunk, turns: readonly EncodableTurn[], results: Results): Promise<void> => {
    const before = running;
    const started = performance.now();
    const encoded = (turn: EncodableTurn) => {
      meter.stream(turn.upload());
      const encoder = resources.encoder();
      meter.dispatches += turn.encode(encoder);
      return encoder;
    };
    for (const turn of turns.slice(0, -1)) {
      await meter.submit(encoded(turn));
      signal?.throwIfAborted();
    }
    const last = encoded(itemAt(turns, turns.length - 1));
    if (images > 0 && chunk.offset + chunk.samples < samples) {
      await meter.submit(last);
      await before;
    } else {
      const found = await meter.submitAndRead(last, results);
      await before;
      request.take(found, chunk);
    }
    const now = performance.now();
    submitSize.took(chunk.samples, now - Math.max(started, ended));
    ended = now;
    onProgress?.(chunk.offset + chunk.samples, samples);
  };

  try {
    for (let offset = 0, end: number; offset < samples; offset = end) {
      signal?.throwIfAborted();
      end = request.endOfChunk(offset, submitSize.samples(capacity));
      const chunk = chunkOf(request, offset, end, recording.layouts);
      const externals = new Map([...shared, ...uploadAll(meter, request.externals?.(chunk) ?? {})]);
      const results: Map<string, readonly [GPUBuffer, number]> = new Map();
      for (const [name, floats] of Object.entries<(samples: number) => number>(request.results)) {
        const bytes = 4 * floats(chunk.samples);
        const buffer = resources.buffer(name, bytes);
        externals.set(name, buffer);
        results.set(name, [buffer, bytes]);
      }
      const turns = recording.turns(chunk, externals);
      const before = running;
      const overlaps = turns.length === 1 && submitSize.isShort;
      running = runChunk(chunk, turns, results);
      running.catch(() => undefined); // It is awaited below, perhaps after the one before has failed.
      await (overlaps ? before : running);
    }
  } finally {
    // After a failure or an abort nothing of this request may still be running.
    await running.catch(() => undefined);
  }
  await running;
}

type Results = ReadonlyMap<string, readonly [GPUBuffer, number]>;

function uploadAll(meter: Meter, uploads: Uploads): [string, GPUBuffer][] {
  return Object.entries(uploads).map(([name, data]) => [name, meter.upload(name, data)]);
}

function chunkOf(request: GpuRequest<string>, offset: number, end: number, layouts: Layouts): Chunk {
  const { samples: allSamples, images, numbers = {} } = request;
  const steps = images > 0 ? allSamples / images : 1;
  const firstImage = images > 0 ? Math.floor(offset / steps) : 0;
  const stages: Stage[] = ['chunk', 'reduce'];
  if (offset === 0) stages.push('begin');
  if (end === allSamples) stages.push('finish');
  return {
    stages: new Set(stages),
    samples: end - offset,
    offset,
    allSamples,
    steps,
    images,
    firstImage,
    imagesHere: images > 0 ? Math.floor((end - 1) / steps) - firstImage + 1 : 0,
    quads: { samples: quadsFor(end - offset), ends: quadsFor(ENDS * images), images: quadsFor(images) },
    layouts,
    numbers,
  };
}
