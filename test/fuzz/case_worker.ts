import { Ended, WorkerProcess } from '../support/worker_process.js';
import type { FuzzCase } from './cases.js';
import type { Verdict } from './worker.js';

/** More seconds than a case may take that hears signals. */
const OPTIONS = { module: '../test/fuzz/worker.ts', heap: 1024, megabytes: 5120, seconds: 8 };

/** A process that runs cases. One that crashes or takes too much time or memory is something wrong, too. */
export class CaseWorker {
  readonly #process: WorkerProcess<FuzzCase, Verdict>;

  constructor(options: Partial<typeof OPTIONS> = {}) {
    this.#process = new WorkerProcess({ ...OPTIONS, ...options });
  }

  /** Runs a case, and says what is wrong, if anything. */
  async run(fuzzCase: FuzzCase): Promise<Verdict> {
    const answer = await this.#process.run(fuzzCase);
    if (!(answer instanceof Ended)) return answer;
    return { problem: answer.reason, exitCode: answer.exitCode, milliseconds: Number.NaN, stderr: '' };
  }

  close(): Promise<void> {
    return this.#process.close();
  }
}
