/**
 * An error whose message is meant for the person who caused it: one line, what is wrong with the value,
 * then in parentheses what would be right. The command line prints it and exits with 2.
 *
 * @example
 * try {
 *   await repair(session, image, { target: 7, percent: 200 });
 * } catch (error) {
 *   if (error instanceof PathlightError) console.error(error.message);
 *   else throw error;
 * }
 */
export class PathlightError extends Error {
  override readonly name: string = 'PathlightError';

  /** @param problem what is wrong, with the value. @param remedy what would be right, without parentheses. */
  constructor(problem: string, remedy?: string) {
    super(remedy === undefined ? oneLine(problem) : `${oneLine(problem)} (${oneLine(remedy)})`);
  }
}

/** Names in a corrupt file can be anything: control characters are shown as `\u000a`, and what is longer than a screen is cut. */
function oneLine(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  return cut.replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Characters; the list of all supported operators is half as long. */
const LONGEST = 2000;
