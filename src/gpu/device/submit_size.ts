import { SAMPLES_PER_QUAD, SAMPLES_PER_RUN } from '../compile/layout.js';

/**
 * Milliseconds that one submit may take. Operating systems reset a GPU that does not answer for 2 s (Windows), and a page stutters long before;
 * a signal is heard between submits, too. Nothing watches a software adapter.
 */
export const LONGEST_SUBMIT = { gpu: 500, software: 30_000 } as const;

/** Multiply-adds of a first submit, before anything was measured: 0.1 s at the 0.3 T a second of a usual GPU, 1.6 s at 20 G. */
const FIRST_MULTIPLY_ADDS = 3.2e10;

/** One measurement may be wrong: beyond the samples of a first submit, the next one has at most so many times those of the last. */
const GROWTH = 4;

/** How many samples the next submit of one kind of request should have, from the time that the last one took. */
export class SubmitSize {
  readonly #first: number;
  #samples: number;

  /** @param longest milliseconds of a submit. @param multiplyAdds of a sample. */
  constructor(
    private readonly longest: number,
    multiplyAdds: number,
  ) {
    this.#first = FIRST_MULTIPLY_ADDS / multiplyAdds;
    this.#samples = this.#first;
  }

  /** Samples of the next submit: at least one quad, at most as many as there is memory for. */
  samples(capacity: number): number {
    const quads = Math.floor(Math.min(this.#samples, capacity) / SAMPLES_PER_QUAD);
    return Math.max(1, quads) * SAMPLES_PER_QUAD;
  }

  /** Runs a submit of so many samples. */
  async time<T>(samples: number, submit: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await submit();
    this.took(samples, performance.now() - start);
    return result;
  }

  took(samples: number, milliseconds: number): void {
    this.#samples = Math.min((samples * this.longest) / milliseconds, Math.max(this.#first, GROWTH * samples));
  }
}

/** Where a chunk ends that may end anywhere: after at most `most` samples. */
export function endOfQuads(offset: number, most: number, samples: number): number {
  return Math.min(samples, offset + most);
}

/** Where a chunk ends of samples of which runs are summed: of at most `most`, whole runs where it has one. */
export function endOfRuns(offset: number, most: number, samples: number): number {
  return Math.min(samples, offset + (most >= SAMPLES_PER_RUN ? most - (most % SAMPLES_PER_RUN) : most));
}

/**
 * Where a chunk of at most `most` samples (at least a quad) ends that begins at `offset`: at the end of a path or of a run of its steps, so that sums are the
 * same to the bit wherever that is; within a run only where less than one is allowed.
 */
export function endOfChunk(offset: number, most: number, { samples, steps }: { readonly samples: number; readonly steps: number }): number {
  const limit = Math.min(samples, offset + most);
  if (limit === samples) return samples;
  const path = Math.floor(limit / steps) * steps;
  const boundary = path + Math.floor((limit - path) / SAMPLES_PER_RUN) * SAMPLES_PER_RUN;
  return boundary > offset ? boundary : limit;
}
