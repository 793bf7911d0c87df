import { type Signal, signal } from '@preact/signals';
import type { Said } from '../../../src/app.js';
import type { Engine } from '../../engine/contract.js';
import { EngineError } from '../../engine/rpc/messages.js';
import { present } from '../../lib/present.js';
import type { Problem } from '../controls/notice.js';

let connected: Engine | undefined;

export function connect(engine: Engine): void {
  connected = engine;
}

/** The engine that computes for the page. */
export function engine(): Engine {
  return present(connected, 'the engine');
}

/** How many requests run. While there are any, the page shows that it is busy. */
export const pending = signal(0);

/** The error that was met last. It stays when its notice goes: a report of a problem names it. */
export const lastError = signal<Said | null>(null);

/** Remembers an error, and returns what it says. */
export function noteError(error: unknown): Said {
  const said = saidBy(error);
  lastError.value = said;
  return said;
}

/** Runs one request. If it fails, `place` gets the problem, unless a newer request has aborted this one. */
export async function attempt<T>(place: Signal<Problem | null>, signalOf: AbortSignal, request: () => Promise<T>): Promise<T | undefined> {
  pending.value++;
  try {
    const answer = await request();
    if (signalOf.aborted) return undefined;
    // Only the engine's sentences go away with a success. A text of the page, as about a wrong link, stays until the visitor dismisses it.
    if (place.value !== null && 'engine' in place.value) place.value = null;
    return answer;
  } catch (error) {
    if (!signalOf.aborted) place.value = { engine: noteError(error) };
    return undefined;
  } finally {
    pending.value--;
  }
}

/** What an error says. A defect has a text alone, in English. */
export function saidBy(error: unknown): Said {
  if (error instanceof EngineError && error.said !== undefined) return error.said;
  return { code: 'defect', values: undefined, message: error instanceof Error ? error.message : String(error) };
}

/** `next` gives a signal for a new request, and aborts that of the request before: only the newest request counts. */
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
 * Returns a function that runs `work`, one run at a time. Calls during a run make it run once more afterwards. Aborting every run for the next one would
 * starve: under a dragged slider or a moving pen no run would ever end. Here every run ends, and shows the newest state of when it began.
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
      // The next call must start a new run, even if this one failed.
      running = undefined;
    }
  };
  return () => {
    again = true;
    running ??= run();
    return running;
  };
}
