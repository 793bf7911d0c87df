/**
 * What page and worker say to each other. A request has an id, the name of an engine's method and its arguments; until it is settled
 * the worker may report on it any number of times, and the page may abort it. Everything is copied by structured clone.
 */
export type ToWorker =
  | { readonly id: number; readonly call: string; readonly args: readonly unknown[] }
  | { readonly id: number; readonly abort: true };

export type FromWorker =
  | { readonly id: number; readonly report: readonly unknown[] }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: Failure }
  /** A lost device was rebuilt. */
  | { readonly rebuilt: true };

/** An error as it crosses over: one sentence, and whether it is meant for people or a defect. */
export interface Failure {
  readonly name: string;
  readonly message: string;
}

export function failureOf(error: unknown): Failure {
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) };
}

/** The error again, on the other side. */
export function errorOf({ name, message }: Failure): Error {
  return Object.assign(new Error(message), { name });
}

/** What both ends of a worker, and of a MessagePort, have. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}
