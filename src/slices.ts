/** After this many milliseconds of work other tasks get their turn. */
const SLICE_MILLISECONDS = 50;

/** Cuts long work of one thread into slices, between which timers, input and signals get their turn. */
export class Slices {
  #start = performance.now();

  /** Throws the signal's reason if it is raised already. */
  constructor(private readonly signal?: AbortSignal) {
    signal?.throwIfAborted();
  }

  /** Ends the slice if it has lasted long enough, and says whether it did. Throws the signal's reason when it is raised. */
  async pause(): Promise<boolean> {
    if (performance.now() - this.#start <= SLICE_MILLISECONDS) return false;
    await new Promise((resolve) => setTimeout(resolve));
    this.signal?.throwIfAborted();
    this.#start = performance.now();
    return true;
  }
}
