import type { Arguments, MethodName, News, Result } from '../contract.js';
import { type Answer, type Call, type DeviceNews, type FromWorker, failureOf, type Port, type Told, type ToWorker } from './messages.js';

/** Runs one method in the worker: it takes the method's arguments, a function that sends its news, and the signal that aborts it. */
export type Handler<M extends MethodName> = (args: Arguments<M>, tell: (news: News<M>) => void, signal: AbortSignal) => Promise<Result<M>>;

/** One handler for every method. */
export type Handlers = { readonly [M in MethodName]: Handler<M> };

/** Answers the requests that arrive at a port, each as soon as it is done. Returns a function that tells the page of its device. */
export function serve(port: Port, handlers: Handlers): (news: DeviceNews) => void {
  const running = new Map<number, AbortController>();
  const send = (message: FromWorker) => port.postMessage(message);

  async function answer<M extends MethodName>({ id, call, args }: Call<M>, { signal }: AbortController): Promise<void> {
    try {
      const handler: Handler<M> = handlers[call];
      const tell = (news: News<M>) => {
        const told: Told<M> = { id, call, news };
        if (!signal.aborted) send(told);
      };
      const answered: Answer<M> = { id, call, value: await handler(args, tell, signal) };
      if (!signal.aborted) send(answered);
    } catch (error) {
      if (!signal.aborted) send({ id, call, error: failureOf(error) });
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
    void answer(data, controller);
  });
  return send;
}
