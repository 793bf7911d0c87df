import { messageOf, type Said } from '../../../src/app.js';
import { PathlightError } from '../../../src/index.js';
import type { OpenModel } from '../contract/models.js';
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
  | DeviceNews;

/** What no request asked for: a lost device was rebuilt; or it was not, and the processor took over. */
export type DeviceNews = { readonly rebuilt: true } | { readonly device: OpenModel['device'] };

/** An error as a message: a code with its values where it is meant for people (PathlightError), or the text of a defect. */
export interface Failure {
  readonly name: string;
  /** In English. */
  readonly message: string;
  readonly said?: Said;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof PathlightError) return { name: error.name, message: error.message, said: messageOf(error) };
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) };
}

/** Turns the message into an error again. */
export function errorOf(failure: Failure): EngineError {
  return new EngineError(failure);
}

/** An error of the engine, with its code where it has one. */
export class EngineError extends Error {
  override readonly name: string;
  readonly said: Said | undefined;

  constructor({ name, message, said }: Failure) {
    super(message);
    this.name = name;
    this.said = said;
  }
}

/** One end of the connection: a Worker, the global scope inside one, or a MessagePort. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}
