import type { Page } from 'puppeteer';
import { fullSpeed, slowDown } from './launch_chrome.js';

// What Chrome's traces say of the page's threads: clock time, and the time of the threads themselves, which other work of the machine does not lengthen.

/** The part of a trace that is read here: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** When it began, and how long it took, in microseconds of the clock. */
  readonly ts: number;
  readonly dur?: number;
  /** How long it took in the thread's own time, in microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

async function startTrace(page: Page): Promise<void> {
  await page.tracing.start({ categories: ['toplevel', '__metadata', 'blink.user_timing'] });
}

async function stopTrace(page: Page): Promise<readonly TraceEvent[]> {
  return (JSON.parse(new TextDecoder().decode((await page.tracing.stop())!)) as { traceEvents: TraceEvent[] }).traceEvents;
}

const isTask = ({ name }: TraceEvent) => /RunTask$/.test(name);

/**
 * Records the tasks of the page's main thread until `take`. It returns milliseconds of the thread's own time, so that other tests on the
 * machine do not lengthen them. Users notice tasks above 50 ms; this is the limit of the Long Tasks API, which counts clock time.
 */
export async function watchTasks(page: Page): Promise<{ take(): Promise<number[]> }> {
  await fullSpeed(page);
  await startTrace(page);
  const mark = `here ${Math.random()}`;
  await page.evaluate((name) => performance.mark(name), mark);
  return {
    async take() {
      const traceEvents = await stopTrace(page);
      await slowDown(page);
      // The mark was set on the page's main thread. Other tabs have processes of their own.
      const main = traceEvents.find(({ name }) => name === mark)!;
      return traceEvents.flatMap((event) =>
        event.pid === main.pid && event.tid === main.tid && isTask(event) && event.tdur !== undefined ? [event.tdur / 1000] : [],
      );
    },
  };
}

/** The page's main thread, and the engine's. */
const SCRIPTS = ['CrRendererMain', 'DedicatedWorker thread'];

/**
 * Records what the scripts of a page that is opened meanwhile do until it sets a mark. `take` returns the share of their tasks' clock time in which they
 * ran. The rest of the time a task waited for a processor, which other work had.
 * @param page another page of the same browser
 */
export async function watchShare(page: Page, mark: string): Promise<{ take(): Promise<number> }> {
  await startTrace(page);
  return {
    async take() {
      const traceEvents = await stopTrace(page);
      const end = traceEvents.find(({ name }) => name === mark)!;
      const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && SCRIPTS.includes(args?.name ?? ''));
      const known = new Set(threads.filter(({ pid }) => pid === end.pid).map(({ tid }) => tid));
      const tasks = traceEvents.filter((event) => event.pid === end.pid && known.has(event.tid) && isTask(event) && event.ts < end.ts);
      let [ran, took] = [0, 0];
      for (const { dur, tdur } of tasks) {
        if (dur === undefined || tdur === undefined) continue;
        ran += tdur;
        took += dur;
      }
      return ran / took;
    },
  };
}
