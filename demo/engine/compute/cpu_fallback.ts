import { DEFAULT_STEPS } from '../../../src/app.js';
import { attribute, predict, Session } from '../../../src/index.js';
import { blackImage } from './black_image.js';
import { secondsOnCpu } from './limits.js';

/** Seconds that a visitor may wait for the processor; a request that takes longer waits for the kernels. */
const PATIENCE = 1.5;
/** Evaluations of a network in one gradient: there and back. */
const GRADIENT = 2;
/** Maps beside each other on the page. */
const MAPS = 3;

/**
 * The float64 executor, in place of a software adapter whose kernels are not compiled yet. They compile for seconds, on the cores that will run
 * them: the convolutions of the digit model for 5.8 s of one core, so that its first maps came after 5.2 to 6.4 s, where the
 * processor has them after 1.4 (two cores at 2.4 GHz, in Chrome, from navigation). A GPU has nobody stand in for it: its driver compiles sooner, and beside
 * the processor.
 */
export class CpuFallback {
  readonly #cpu: Session;
  #compiling: Promise<void> | undefined;
  #compiled = false;

  /** Of a network whose maps the processor makes soon enough; undefined for others. */
  static of(session: Session): CpuFallback | undefined {
    const usual = MAPS * DEFAULT_STEPS * GRADIENT;
    return secondsOnCpu(session, usual) <= PATIENCE ? new CpuFallback(session) : undefined;
  }

  private constructor(private readonly session: Session) {
    this.#cpu = new Session(session.graph, session.info, session.preprocessing, {});
  }

  /** What answers a request of so many gradients now, 0 for a mere reading; undefined where the adapter should. */
  forGradients(count: number): Session | undefined {
    if (this.#compiled || secondsOnCpu(this.session, Math.max(1, count * GRADIENT)) > PATIENCE) return undefined;
    return this.#cpu;
  }

  /** Compiles what readings and maps need, once. Never rejects: the next request meets the same error, and tells it where it happened. */
  compile(): Promise<void> {
    this.#compiling ??= this.#compile();
    return this.#compiling;
  }

  async #compile(): Promise<void> {
    // The answer that is on its way leaves first.
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
      // Told by whatever asks next.
    } finally {
      this.#compiled = true;
    }
  }
}
