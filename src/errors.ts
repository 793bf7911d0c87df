/**
 * An error whose message is meant for the person who caused it: one line, what is wrong with the value,
 * then in parentheses what would be right. The command line prints it and exits with 2.
 */
export class PathlightError extends Error {
  override readonly name: string = 'PathlightError';

  /** @param problem what is wrong, with the value. @param remedy what would be right, without parentheses. */
  constructor(problem: string, remedy?: string) {
    super(remedy === undefined ? problem : `${problem} (${remedy})`);
  }
}
