import {
  createMessage,
  type Message,
  type MessageArguments,
  type MessageCode,
  type MessageValues,
  type NodeArguments,
  type NodeCode,
  type NodeValues,
} from './messages/index.js';

/**
 * An error whose message is meant for the person who caused it: a code, the values that it is about, and the English sentence of both. It is
 * one line, what is wrong with the value, then in parentheses what would be right. The command line prints it and exits with 2.
 *
 * @example
 * try {
 *   await repair(session, image, { target: 7, percent: 200 });
 * } catch (error) {
 *   if (error instanceof PathlightError) console.error(error.message);
 *   else throw error;
 * }
 */
export class PathlightError<C extends MessageCode = MessageCode> extends Error {
  override readonly name: string = 'PathlightError';
  /** Which error it is, the same in every language: `class.unknown` and the like. */
  readonly code: C;
  /** @internal undefined where the code needs none. */
  readonly values: MessageValues<C>;

  /** @internal */
  constructor(code: C, ...values: MessageArguments<C>) {
    super(createMessage(code, ...values).message);
    this.code = code;
    this.values = values[0];
  }
}

/** Whether something thrown is an error with one of these codes. */
export function hasCode<C extends MessageCode>(error: unknown, ...codes: readonly C[]): error is PathlightError<C> {
  return error instanceof PathlightError && codes.some((code) => code === error.code);
}

/** @internal What an error says, as data that another message can hold and structured clone copies. */
export function messageOf({ code, values, message }: PathlightError): Message {
  return { code, values, message };
}

/** An error about a node of a file. */
export function nodeError<C extends NodeCode>(node: NodeValues, code: C, ...[values]: NodeArguments<C>): PathlightError<C> {
  return new PathlightError(code, ...([{ ...values, ...node }] as MessageArguments<C>));
}
