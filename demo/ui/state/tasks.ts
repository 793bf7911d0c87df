import { type Signal, signal } from '@preact/signals';
import type { Engine } from '../../engine/contract.js';
import { present } from '../../lib/present.js';
import type { Problem } from '../controls/notice.js';

let connected: Engine | undefined;

export function connect(engine: Engine): void {
  connected = engine;
}

/** What computes for the page. */
export function engine(): Engine {
  return present(connected, 'the engine');
}

/** How many requests are on their way: the page says that it works while there are any. */
export const pending = signal(0);

/** Runs one request; what goes wrong is told where it happened, unless it was given up for a newer one. */
export async function attempt<T>(place: Signal<Problem | null>, signalOf: AbortSignal, request: () => Promise<T>): Promise<T | undefined> {
  pending.value++;
  try {
    const answer = await request();
    if (signalOf.aborted) return undefined;
    // A sentence of the page's own, as of a link that asked for too much, stands until it is dismissed.
    if (place.value !== null && 'engine' in place.value) place.value = null;
    return answer;
  } catch (error) {
    if (!signalOf.aborted) place.value = { engine: sentenceOf(error) };
    return undefined;
  } finally {
    pending.value--;
  }
}

/** What an error says. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Gives every call a signal, and raises that of the call before: only the newest request counts. */
export function createLatest(): { next(): AbortSignal; stop(): void } {
  let controller = new AbortController();
  const stop = () => controller.abort(new DOMException('superseded', 'AbortError'));
  return {
    next() {
      stop();
      controller = new AbortController();
      return controller.signal;
    },
    stop,
  };
}

/**
 * Runs `work` whenever asked, one run at a time; asked again while it runs, it runs once more. Unlike a signal this never starves: under a
 * dragged slider or a moving pen every run comes to its end, and shows what was newest when it began.
 */
export function createPump(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    try {
      do {
        again = false;
        await work();
      } while (again);
    } finally {
      // A run that failed must not keep the next one from starting.
      running = undefined;
    }
  };
  return () => {
    again = true;
    running ??= run();
    return running;
  };
}
