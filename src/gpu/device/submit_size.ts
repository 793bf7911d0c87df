import { SAMPLES_PER_QUAD, SAMPLES_PER_RUN } from '../compile/layout.js';

/**
 * Milliseconds that one submit may take. Windows resets a GPU that does not answer for 2 s, and a page stutters long before. An abort
 * signal is noticed only between submits, too. Nothing watches a software adapter.
 */
export const LONGEST_SUBMIT = { gpu: 500, software: 30_000 } as const;

/** Multiply-adds of a first submit, before anything was measured: 0.1 s on a usual GPU (0.3 T a second), 1.6 s at 20 G a second. */
const FIRST_MULTIPLY_ADDS = 3.2e10;

/**
 * The largest factor by which a submit may exceed the one before. A single measurement may be wrong. The limit holds only beyond the
 * samples of a first submit.
 */
const GROWTH = 4;

/**
 * Milliseconds. To encode a network of 300 dispatches and to learn that they have run takes a millisecond or two, in which the GPU would be idle. After a longer
 * submit that is little, and an abort signal should not have to wait for two.
 */
const SHORT_SUBMIT = 100;

/** Chooses how many samples the next submit of one kind of request has, from the time that the last one took. */
export class SubmitSize {
  readonly #first: number;
  #samples: number;
  #last = Number.POSITIVE_INFINITY;

  /** @param longest milliseconds that a submit may take. @param multiplyAdds of one sample. */
  constructor(
    private readonly longest: number,
    multiplyAdds: number,
  ) {
    this.#first = FIRST_MULTIPLY_ADDS / multiplyAdds;
    this.#samples = this.#first;
  }

  /** Samples of the next submit: at least a quad, at most as many as memory holds. */
  samples(capacity: number): number {
    const quads = Math.floor(Math.min(this.#samples, capacity) / SAMPLES_PER_QUAD);
    return Math.max(1, quads) * SAMPLES_PER_QUAD;
  }

  /** Whether the last submit took so little time that the host should prepare the next one meanwhile. */
  get isShort(): boolean {
    return this.#last < SHORT_SUBMIT;
  }

  /** Learns from a submit of this many samples. */
  took(samples: number, milliseconds: number): void {
    this.#last = milliseconds;
    this.#samples = Math.min((samples * this.longest) / milliseconds, Math.max(this.#first, GROWTH * samples));
  }
}

/** The end of a chunk that may end anywhere, with at most `most` samples. */
export function endOfQuads(offset: number, most: number, samples: number): number {
  return Math.min(samples, offset + most);
}

/** The end of a chunk of samples that are summed in runs, with at most `most` samples. It has whole runs, unless `most` is less. */
export function endOfRuns(offset: number, most: number, samples: number): number {
  return Math.min(samples, offset + (most >= SAMPLES_PER_RUN ? most - (most % SAMPLES_PER_RUN) : most));
}

/**
 * The end of a chunk of points of paths that begins at `offset` and has at most `most` samples (at least a quad). It is the end of a path,
 * or of a run of its steps, so that a split changes no bit of a sum. It lies within a run only where less than a run is allowed.
 */
export function endOfChunk(offset: number, most: number, { samples, steps }: { readonly samples: number; readonly steps: number }): number {
  const limit = Math.min(samples, offset + most);
  if (limit === samples) return samples;
  const path = Math.floor(limit / steps) * steps;
  const boundary = path + Math.floor((limit - path) / SAMPLES_PER_RUN) * SAMPLES_PER_RUN;
  return boundary > offset ? boundary : limit;
}
