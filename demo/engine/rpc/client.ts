import { PathlightError } from '../../../src/index.js';
import type { OpenModel } from '../contract/models.js';
import type { Arguments, Engine, MethodName, News, Result } from '../contract.js';
import { type Answer, type Call, errorOf, type FromWorker, failureOf, type Port, type Told, type ToWorker } from './messages.js';
import workerUrl from './worker.js?worker&url';

/** A request that has not been answered yet. */
interface Pending<M extends MethodName> {
  readonly resolve: (value: Result<M>) => void;
  readonly reject: (reason: unknown) => void;
  readonly onNews: ((news: News<M>) => void) | undefined;
  readonly release: () => void;
}

/** Pending requests of one method, by their id. */
type PendingOf<M extends MethodName> = Map<number, Pending<M>>;

/**
 * Starts the worker in which everything is computed. It loads no model before the first request. A worker from an address of the host would have the
 * Content-Security-Policy of its own response, which a static host does not send. A worker from a blob inherits the page's policy, and with it so does
 * what the blob imports.
 */
export function createEngine(): Engine {
  const code = `import ${JSON.stringify(new URL(workerUrl, import.meta.url).href)};`;
  const inherits = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(inherits, { type: 'module', name: 'pathlight' });
  const engine = new EngineClient(worker);
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    engine.fail(errorOf(failureOf(new PathlightError('page.worker-stopped', { detail: event.message || 'it could not be started' }))));
  });
  return engine;
}

/**
 * The engine in the page: every call becomes a request to the worker. Requests run side by side. An aborted signal rejects its request at once; the
 * worker stops at the next chunk of its work.
 */
export class EngineClient implements Engine {
  readonly #pending: { readonly [M in MethodName]: PendingOf<M> } = {
    open: new Map(),
    digits: new Map(),
    decode: new Map(),
    frame: new Map(),
    drawing: new Map(),
    mask: new Map(),
    layers: new Map(),
    superpixels: new Map(),
    predict: new Map(),
    presets: new Map(),
    quantised: new Map(),
    attribute: new Map(),
    exact: new Map(),
    path: new Map(),
    repair: new Map(),
    outcomes: new Map(),
    bench: new Map(),
    doctor: new Map(),
    compare: new Map(),
    curves: new Map(),
    graph: new Map(),
    layerFacts: new Map(),
    cam: new Map(),
    report: new Map(),
    file: new Map(),
    command: new Map(),
    destroyDevice: new Map(),
  };
  readonly #rebuilt: (() => void)[] = [];
  readonly #device: ((device: OpenModel['device']) => void)[] = [];
  #failure: Error | undefined;
  #last = 0;

  constructor(private readonly port: Port) {
    port.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#receive(data));
  }

  open: Engine['open'] = (source, signal) => this.#ask('open', [source], signal);
  digits: Engine['digits'] = (signal) => this.#ask('digits', [], signal);
  decode: Engine['decode'] = (file, fit, signal) => this.#ask('decode', [file, fit], signal);
  frame: Engine['frame'] = (frame, fit, signal) => this.#ask('frame', [frame, fit], signal);
  drawing: Engine['drawing'] = (pixels, side, signal) => this.#ask('drawing', [pixels, side], signal);
  mask: Engine['mask'] = (file, fit, signal) => this.#ask('mask', [file, fit], signal);
  layers: Engine['layers'] = (signal) => this.#ask('layers', [], signal);
  superpixels: Engine['superpixels'] = (image, count, signal) => this.#ask('superpixels', [image, count], signal);
  predict: Engine['predict'] = (image, signal) => this.#ask('predict', [image], signal);
  presets: Engine['presets'] = (file, fit, signal, onNews) => this.#ask('presets', [file, fit], signal, onNews);
  quantised: Engine['quantised'] = (image, signal) => this.#ask('quantised', [image], signal);
  attribute: Engine['attribute'] = (request, signal, onNews) => this.#ask('attribute', [request], signal, onNews);
  exact: Engine['exact'] = (request, signal) => this.#ask('exact', [request], signal);
  path: Engine['path'] = (request, signal) => this.#ask('path', [request], signal);
  repair: Engine['repair'] = (request, signal, onNews) => this.#ask('repair', [request], signal, onNews);
  outcomes: Engine['outcomes'] = (request, signal) => this.#ask('outcomes', [request], signal);
  bench: Engine['bench'] = (request, signal, onNews) => this.#ask('bench', [request], signal, onNews);
  doctor: Engine['doctor'] = (request, signal, onNews) => this.#ask('doctor', [request], signal, onNews);
  compare: Engine['compare'] = (request, signal) => this.#ask('compare', [request], signal);
  curves: Engine['curves'] = (request, signal) => this.#ask('curves', [request], signal);
  graph: Engine['graph'] = (signal) => this.#ask('graph', [], signal);
  layerFacts: Engine['layerFacts'] = (image, target, signal) => this.#ask('layerFacts', [image, target], signal);
  cam: Engine['cam'] = (request, signal) => this.#ask('cam', [request], signal);
  report: Engine['report'] = (request, signal) => this.#ask('report', [request], signal);
  file: Engine['file'] = (request, signal) => this.#ask('file', [request], signal);
  command: Engine['command'] = (request, signal) => this.#ask('command', [request], signal);
  destroyDevice: Engine['destroyDevice'] = (signal) => this.#ask('destroyDevice', [], signal);

  onRebuilt(listener: () => void): void {
    this.#rebuilt.push(listener);
  }

  onDevice(listener: (device: OpenModel['device']) => void): void {
    this.#device.push(listener);
  }

  /** Rejects all requests, the pending ones and those to come: there is no worker any more. */
  fail(error: Error): void {
    this.#failure = error;
    for (const pending of Object.values(this.#pending)) {
      for (const [id, { reject, release }] of pending) {
        pending.delete(id);
        release();
        reject(error);
      }
    }
  }

  #ask<M extends MethodName>(call: M, args: Arguments<M>, signal: AbortSignal, onNews?: (news: News<M>) => void): Promise<Result<M>> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      if (signal.aborted) return reject(signal.reason);
      const id = ++this.#last;
      const abort = () => {
        this.#take(call, id);
        this.#send({ id, abort: true });
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      const pending: PendingOf<M> = this.#pending[call];
      pending.set(id, { resolve, reject, onNews, release: () => signal.removeEventListener('abort', abort) });
      const request: Call<M> = { id, call, args };
      this.#send(request);
    });
  }

  #receive(message: FromWorker): void {
    if ('rebuilt' in message) for (const listener of this.#rebuilt) listener();
    else if ('device' in message) for (const listener of this.#device) listener(message.device);
    else if ('news' in message) this.#tell(message);
    else if ('value' in message) this.#resolve(message);
    else this.#take(message.call, message.id)?.reject(errorOf(message.error));
  }

  #tell<M extends MethodName>({ id, call, news }: Told<M>): void {
    const pending: PendingOf<M> = this.#pending[call];
    pending.get(id)?.onNews?.(news);
  }

  #resolve<M extends MethodName>({ id, call, value }: Answer<M>): void {
    this.#take(call, id)?.resolve(value);
  }

  /** Takes a request off the list of pending ones. undefined if it was aborted before its answer came. */
  #take<M extends MethodName>(call: M, id: number): Pending<M> | undefined {
    const pending: PendingOf<M> = this.#pending[call];
    const request = pending.get(id);
    pending.delete(id);
    request?.release();
    return request;
  }

  #send(message: ToWorker): void {
    this.port.postMessage(message);
  }
}
