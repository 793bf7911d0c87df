import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer } from './measure.js';
import type { Device } from './results.js';
import type { Task } from './worker.js';

const RUN = fileURLToPath(new URL('../../bench/run.mjs', import.meta.url));
/** Megabytes of JavaScript objects. Weights and values lie outside. */
const HEAP = 4096;

/** Measures cases in a process of its own, which is ended where a case takes too long, and started again for the next one. */
export class LimitedMeasuring {
  #child: ChildProcess | undefined;
  #errors = '';

  constructor(private readonly seconds: number) {}

  async measure(folder: string, device: Device): Promise<Answer> {
    const child = await this.#ready();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, 1000 * this.seconds);
    try {
      return await new Promise((resolve) => {
        child.once('message', (answer: Answer) => resolve(answer));
        child.once('exit', (code, signal) => {
          this.#child = undefined;
          const line = late
            ? `more than ${this.seconds} s`
            : `the process ended with ${signal ?? code}: ${this.#errors.trim().split('\n').at(-1)}`;
          resolve({ opset: null, outcome: { stopped: late ? 'slow' : 'crashed', line } });
        });
        const task: Task = { folder, device, seconds: this.seconds };
        child.send(task);
      });
    } finally {
      clearTimeout(timer);
      child.removeAllListeners('message').removeAllListeners('exit');
    }
  }

  /** Ends the process. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    await new Promise((resolve) => {
      child.once('exit', resolve);
      child.disconnect();
    });
  }

  async #ready(): Promise<ChildProcess> {
    if (this.#child !== undefined) return this.#child;
    const child = fork(RUN, ['../test/zoo/worker.ts'], {
      execArgv: [`--max-old-space-size=${HEAP}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`the process does not start (${code}): ${this.#errors}`)));
    });
    child.removeAllListeners('exit');
    this.#child = child;
    return child;
  }
}
