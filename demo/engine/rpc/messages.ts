import type { Arguments, MethodName, News, Result } from '../contract.js';

// The messages between page and worker. A request has an id, the name of a method and its arguments. Until the request ends, the worker may
// send news of it any number of times, and the page may abort it. Structured clone copies everything that is sent.

/** A request. */
export interface Call<M extends MethodName> {
  readonly id: number;
  readonly call: M;
  readonly args: Arguments<M>;
}

/** What a method reports before it answers. */
export interface Told<M extends MethodName> {
  readonly id: number;
  readonly call: M;
  readonly news: News<M>;
}

/** The answer to a request. */
export interface Answer<M extends MethodName> {
  readonly id: number;
  readonly call: M;
  readonly value: Result<M>;
}

export type ToWorker = Call<MethodName> | { readonly id: number; readonly abort: true };

export type FromWorker =
  | Told<MethodName>
  | Answer<MethodName>
  | { readonly id: number; readonly call: MethodName; readonly error: Failure }
  /** A lost device was rebuilt. */
  | { readonly rebuilt: true };

/** An error as a message. The name says whether its sentence is meant for people (PathlightError) or it is a defect. */
export interface Failure {
  readonly name: string;
  readonly message: string;
}

export function failureOf(error: unknown): Failure {
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) };
}

/** Turns the message into an error again. */
export function errorOf({ name, message }: Failure): Error {
  return Object.assign(new Error(message), { name });
}

/** One end of the connection: a Worker, the global scope inside one, or a MessagePort. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}
