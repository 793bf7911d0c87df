import type { Engine, RepairNews } from '../contract.js';
import { errorOf, type FromWorker, type Port, type ToWorker } from './messages.js';

/** A request that is under way. */
interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (reason: unknown) => void;
  readonly report: ((...args: never[]) => void) | undefined;
  readonly release: () => void;
}

/** Starts the worker in which everything is computed. It reads nothing until the first request. */
export function createEngine(): Engine {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'pathlight' });
  const engine = new EngineClient(worker);
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    engine.fail(new Error(`the worker stopped: ${event.message || 'it could not be started'}`));
  });
  return engine;
}

/**
 * The engine as the page sees it: every method is a request to the worker. Requests of different kinds run side by side; a raised signal
 * rejects at once, and the worker drops the request at the next chunk of its work.
 */
export class EngineClient implements Engine {
  readonly #pending = new Map<number, Pending>();
  readonly #rebuilt: (() => void)[] = [];
  #failure: Error | undefined;
  #last = 0;

  constructor(private readonly port: Port) {
    port.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#receive(data));
  }

  open: Engine['open'] = (source, signal) => this.#ask('open', [source], signal);
  digits: Engine['digits'] = (signal) => this.#ask('digits', [], signal);
  decode: Engine['decode'] = (file, fit, signal) => this.#ask('decode', [file, fit], signal);
  drawing: Engine['drawing'] = (pixels, side, signal) => this.#ask('drawing', [pixels, side], signal);
  predict: Engine['predict'] = (image, signal) => this.#ask('predict', [image], signal);
  attribute: Engine['attribute'] = (request, signal, onProgress) => this.#ask('attribute', [request], signal, onProgress);
  exact: Engine['exact'] = (request, signal) => this.#ask('exact', [request], signal);
  path: Engine['path'] = (request, signal) => this.#ask('path', [request], signal);
  repair: Engine['repair'] = (request, onAttempt, signal, onProgress) =>
    this.#ask('repair', [request], signal, (news: RepairNews) => {
      if ('attempt' in news) onAttempt(news.attempt);
      else onProgress?.(news.progress);
    });
  outcomes: Engine['outcomes'] = (request, signal) => this.#ask('outcomes', [request], signal);
  bench: Engine['bench'] = (request, onRow, signal) => this.#ask('bench', [request], signal, onRow);
  file: Engine['file'] = (request, signal) => this.#ask('file', [request], signal);
  command: Engine['command'] = (request, signal) => this.#ask('command', [request], signal);
  destroyDevice: Engine['destroyDevice'] = () => this.#ask('destroyDevice', []);

  onRebuilt(listener: () => void): void {
    this.#rebuilt.push(listener);
  }

  /** Rejects all requests, now and from now on: there is no worker any more. */
  fail(error: Error): void {
    this.#failure = error;
    for (const [id, { reject }] of this.#pending) {
      this.#settle(id);
      reject(error);
    }
  }

  #ask<T>(call: keyof Engine, args: readonly unknown[], signal?: AbortSignal, report?: (...args: never[]) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      if (signal?.aborted) return reject(signal.reason);
      const id = ++this.#last;
      const abort = () => {
        this.#settle(id);
        this.#send({ id, abort: true });
        reject(signal!.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#pending.set(id, { resolve, reject, report, release: () => signal?.removeEventListener('abort', abort) });
      this.#send({ id, call, args });
    });
  }

  #receive(message: FromWorker): void {
    if ('rebuilt' in message) {
      for (const listener of this.#rebuilt) listener();
      return;
    }
    const pending = this.#pending.get(message.id);
    // The answer to a request that was aborted meanwhile.
    if (pending === undefined) return;
    if ('report' in message) {
      pending.report?.(...(message.report as never[]));
      return;
    }
    this.#settle(message.id);
    if ('error' in message) pending.reject(errorOf(message.error));
    else pending.resolve(message.value as never);
  }

  #settle(id: number): void {
    this.#pending.get(id)?.release();
    this.#pending.delete(id);
  }

  #send(message: ToWorker): void {
    this.port.postMessage(message);
  }
}
