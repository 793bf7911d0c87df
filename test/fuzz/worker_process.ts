import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FuzzCase } from './cases.js';
import type { Verdict } from './worker.js';

const RUN = fileURLToPath(new URL('../../bench/run.mjs', import.meta.url));

/** Megabytes of JavaScript objects that a worker may make. */
const HEAP = 1024;
/** What a case may take: megabytes of all memory, and processor time, which is more than a case may take that hears signals. */
const LIMITS = { megabytes: 5120, seconds: 8 };
/** Where processor time is not known, a case may take this long. */
const WALL_SECONDS = 60;
const CLOCK_TICKS = 100;

/** A process that runs cases. It is started again after a crash, and ended where a case takes too much time or memory. */
export class WorkerProcess {
  #child: ChildProcess | undefined;
  #errors = '';
  #closed = false;

  /** @param module which cases the process can run, from the folder of bench/run.mjs. */
  constructor(
    private readonly module = '../test/fuzz/worker.ts',
    private readonly limits = LIMITS,
  ) {}

  /** Runs a case, and says what is wrong, if anything. */
  async run(fuzzCase: FuzzCase): Promise<Verdict> {
    const child = await this.#ready();
    const before = usageOf(child.pid);
    const started = performance.now();
    let reason = '';
    const watch = setInterval(() => {
      const now = usageOf(child.pid);
      const { megabytes, seconds } = this.limits;
      if (now.megabytes > megabytes) reason = `more than ${megabytes} MB`;
      else if (now.seconds - before.seconds > seconds) reason = `more than ${seconds} s of processor time, deaf to signals`;
      else if (Number.isNaN(now.seconds) && performance.now() - started > 1000 * WALL_SECONDS) reason = `more than ${WALL_SECONDS} s`;
      if (reason !== '') child.kill('SIGKILL');
    }, 200);
    try {
      return await new Promise((resolve) => {
        child.once('message', resolve);
        child.once('exit', (code, signal) => {
          this.#child = undefined;
          const crash = `the process ended with ${signal ?? code}: ${this.#errors.slice(-1500)}`;
          resolve({ problem: reason || crash, exitCode: code ?? -1, milliseconds: Number.NaN, stderr: '' });
        });
        child.send(fuzzCase);
      });
    } finally {
      clearInterval(watch);
      child.removeAllListeners('message').removeAllListeners('exit');
    }
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    await new Promise((resolve) => {
      child.once('exit', resolve);
      child.disconnect();
    });
  }

  async #ready(): Promise<ChildProcess> {
    // fast-check may leave a case in flight when its time is over.
    if (this.#closed) throw new Error('the worker was closed');
    if (this.#child !== undefined) return this.#child;
    const child = fork(RUN, [this.module], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${HEAP}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`the worker does not start (${code}): ${this.#errors}`)));
    });
    child.removeAllListeners('exit');
    this.#child = child;
    return child;
  }
}

/** Seconds of processor time and megabytes of a process, where the system tells (Linux). */
function usageOf(pid: number | undefined): { readonly seconds: number; readonly megabytes: number } {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return { seconds: Number.NaN, megabytes: Number.NaN };
  // The name of the program, in parentheses, may hold spaces. After it come state, ..., utime (12th), stime (13th), ..., rss in pages (22nd).
  const fields = readFileSync(path, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return { seconds: (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS, megabytes: (Number(fields[21]) * 4096) / 2 ** 20 };
}
