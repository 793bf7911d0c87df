import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const RUN = fileURLToPath(new URL('../../bench/run.mjs', import.meta.url));
/** A task may take this many times its processor time, so that a process that waits for ever is ended as well. */
const PATIENCE = 30;
const CLOCK_TICKS = 100;

export interface WorkerOptions {
  /** What the process runs, from the folder of bench/run.mjs. It says `ready`, and then answers each message with one. */
  readonly module: string;
  /** Megabytes of JavaScript objects that it may make. */
  readonly heap: number;
  /** Megabytes of all memory that it may take. */
  readonly megabytes: number;
  /** Seconds of processor time that a task may take. */
  readonly seconds: number;
}

/** Why a task has no answer. */
export class Ended {
  constructor(
    /** One line, or a line and what the process has written. */
    readonly reason: string,
    /** Whether it took too much time or memory; else it crashed. */
    readonly byLimit: boolean,
    readonly exitCode: number,
  ) {}
}

/** A process that does tasks, one after the other. It is started again after a crash, and ended where a task takes too much time or memory. */
export class WorkerProcess<Task extends Serializable, Answer> {
  #child: ChildProcess | undefined;
  #errors = '';
  #closed = false;

  constructor(private readonly options: WorkerOptions) {}

  async run(task: Task): Promise<Answer | Ended> {
    const child = await this.#ready();
    const exceeded = this.#limitsOf(child);
    let reason = '';
    // Once: a process that was ended has no memory any more, and on a busy machine its end comes later.
    const watch = setInterval(() => {
      if (reason !== '') return;
      reason = exceeded();
      if (reason !== '') child.kill('SIGKILL');
    }, 200);
    try {
      return await new Promise((resolve) => {
        child.once('message', (answer: Answer) => resolve(answer));
        child.once('exit', (code, signal) => {
          this.#child = undefined;
          const crash = `the process ended with ${signal ?? code}: ${this.#errors.slice(-1500)}`;
          resolve(new Ended(reason || crash, reason !== '', code ?? -1));
        });
        child.send(task);
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

  /** From now on says which limit the process has exceeded, if any. */
  #limitsOf(child: ChildProcess): () => string {
    const { megabytes, seconds } = this.options;
    const before = usageOf(child.pid).seconds;
    const started = performance.now();
    return () => {
      const now = usageOf(child.pid);
      if (now.megabytes > megabytes) return `more than ${megabytes} MB`;
      if (now.seconds - before > seconds) return `more than ${seconds} s of processor time`;
      return performance.now() - started > 1000 * PATIENCE * seconds ? `more than ${PATIENCE * seconds} s` : '';
    };
  }

  async #ready(): Promise<ChildProcess> {
    // fast-check may leave a case in flight when its time is over.
    if (this.#closed) throw new Error('the worker was closed');
    if (this.#child !== undefined) return this.#child;
    const child = fork(RUN, [this.options.module], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${this.options.heap}`],
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
export function usageOf(pid: number | undefined): { readonly seconds: number; readonly megabytes: number } {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return { seconds: Number.NaN, megabytes: Number.NaN };
  // The name of the program, in parentheses, may hold spaces. After it come state, ..., utime (12th), stime (13th), ..., rss in pages (22nd).
  const fields = readFileSync(path, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return { seconds: (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS, megabytes: (Number(fields[21]) * 4096) / 2 ** 20 };
}
