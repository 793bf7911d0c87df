import { type FromWorker, failureOf, type Port, type ToWorker } from './messages.js';

/** A method of the engine as the worker runs it: its arguments, where to report to, and the signal that drops it. */
export type Handler = (args: readonly never[], report: (...args: unknown[]) => void, signal: AbortSignal) => Promise<unknown>;

/** Answers the requests that come in at a port, each as soon as it is done. Returns a function that says that a device was rebuilt. */
export function serve(port: Port, handlers: Readonly<Record<string, Handler>>): () => void {
  const running = new Map<number, AbortController>();
  const send = (message: FromWorker) => port.postMessage(message);

  async function answer(id: number, call: string, args: readonly unknown[], { signal }: AbortController): Promise<void> {
    try {
      const handler = handlers[call];
      if (handler === undefined) throw new TypeError(`the engine has no method ${call}`);
      const value = await handler(args as readonly never[], (...report) => signal.aborted || send({ id, report }), signal);
      if (!signal.aborted) send({ id, value });
    } catch (error) {
      if (!signal.aborted) send({ id, error: failureOf(error) });
    } finally {
      running.delete(id);
    }
  }

  port.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    if ('abort' in data) {
      running.get(data.id)?.abort();
      return;
    }
    const controller = new AbortController();
    running.set(data.id, controller);
    void answer(data.id, data.call, data.args, controller);
  });
  return () => send({ rebuilt: true });
}
