import {
  createMessage,
  isCode,
  type Message,
  type MessageArguments,
  type MessageCode,
  type NodeArguments,
  type NodeCode,
  type NodeValues,
} from './messages/index.js';
import { joinSentence } from './messages/message.js';

/**
 * An error whose message is meant for the person who caused it: a code, the values that it is about, and the English sentence of both, one line
 * that says what is wrong with the value, then in parentheses what would be right. The command line prints it and exits with 2.
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
  readonly said: Message<C> | undefined;

  constructor(code: C, ...values: MessageArguments<C>);
  constructor(problem: string, remedy?: string);
  constructor(code: C, ...values: MessageArguments<C>) {
    const said = isCode(code) ? createMessage(code, ...values) : undefined;
    super(said?.message ?? joinSentence([code, ...(values as unknown as [string])]));
    this.said = said;
  }
}

/** An error about a node of a file. */
export function nodeError<C extends NodeCode>(node: NodeValues, code: C, ...[values]: NodeArguments<C>): PathlightError<C> {
  return new PathlightError(code, ...([{ ...values, ...node }] as MessageArguments<C>));
}
