import { DEFAULT_STEPS } from '../../../src/app.js';
import { attribute, predict, Session } from '../../../src/index.js';
import { blackImage } from './black_image.js';
import { secondsOnCpu } from './limits.js';

/** The most seconds that a request may take on the processor. A request that would take longer waits for the kernels. */
const PATIENCE = 1.5;
/** A gradient costs as much as two evaluations of the network: one forward, one backward. */
const GRADIENT = 2;
/** Maps that the page shows beside each other. */
const MAPS = 3;

/**
 * The float64 executor on the processor, which answers while a software adapter compiles its kernels. That takes seconds, on the same cores that
 * will run the kernels. Measured in Chrome on two cores at 2.4 GHz, from navigation: the convolutions of the digit model take 5.8 s of one core to
 * compile, and the first maps came after 5.2 to 6.4 s; with this fallback they come after 1.4 s. A GPU needs no fallback: its driver compiles
 * faster.
 */
export class CpuFallback {
  readonly #cpu: Session;
  #compiling: Promise<void> | undefined;
  #compiled = false;

  /** The fallback for a session; undefined if the processor would be too slow for its maps. */
  static of(session: Session): CpuFallback | undefined {
    const usual = MAPS * DEFAULT_STEPS * GRADIENT;
    return secondsOnCpu(session, usual) <= PATIENCE ? new CpuFallback(session) : undefined;
  }

  private constructor(private readonly session: Session) {
    this.#cpu = new Session(session.graph, session.info, session.preprocessing, {}, session.readQuantised);
  }

  /** The session that should answer a request for `count` gradients (0: only a reading) on the processor; undefined if the adapter should answer it. */
  forGradients(count: number): Session | undefined {
    if (this.#compiled || secondsOnCpu(this.session, Math.max(1, count * GRADIENT)) > PATIENCE) return undefined;
    return this.#cpu;
  }

  /** Compiles the kernels of readings and maps, once. Never rejects: the next request meets the same error and reports it. */
  compile(): Promise<void> {
    this.#compiling ??= this.#compile();
    return this.#compiling;
  }

  async #compile(): Promise<void> {
    // Compiling blocks this thread: the answer that was just computed must be sent before.
    await new Promise((resolve) => setTimeout(resolve));
    const image = blackImage(this.session);
    try {
      await predict(this.session, image);
      await attribute(
        this.session,
        Array.from({ length: MAPS }, () => image),
        { target: 0 },
      );
    } catch {
      // The next request reports the error.
    } finally {
      this.#compiled = true;
    }
  }
}
