import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { lastOf, showControls } from '../app.js';

/** Writes a command's output: results to stdout, notes and progress bars to stderr. */
export class Console {
  #bar: SingleBar | undefined;

  /** @param quiet write nothing but errors. @param json write results as JSON, not as tables. */
  constructor(
    readonly quiet: boolean,
    readonly json: boolean,
  ) {}

  /** Prints a part of the result, for readers. */
  print(text: string): void {
    if (this.quiet || this.json) return;
    this.#clearBar();
    process.stdout.write(`${text.split('\n').map(showControls).join('\n')}\n`);
  }

  /** Prints the result as JSON, if that was asked for. */
  printJson(value: unknown): void {
    if (!this.json) return;
    this.#clearBar();
    process.stdout.write(toJson(value));
  }

  /** Writes to stderr that an input was refused while others go on. */
  refuse(message: string): void {
    this.#clearBar();
    process.stderr.write(`pathlight: ${message}\n`);
  }

  /** Writes a note to stderr, unless it is empty. */
  note(text: string): void {
    if (this.quiet || text === '') return;
    this.#clearBar();
    process.stderr.write(`note: ${showControls(text)}\n`);
  }

  /** Shows the progress of some work, in a terminal only. */
  progress(task: string, done: number, total: number): void {
    if (this.quiet || this.json || !process.stderr.isTTY) return;
    if (this.#bar === undefined) {
      this.#bar = new SingleBar({
        format: '{task} {bar} {value}/{total}',
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
        barsize: 30,
      });
      this.#bar.start(total, done, { task });
    }
    this.#bar.setTotal(total);
    this.#bar.update(done, { task });
  }

  /** Removes the progress bar. Must also be called before the process ends, because the bar hides the cursor. */
  close(): void {
    this.#clearBar();
  }

  #clearBar(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

/**
 * JSON for files and stdout: indented by two spaces, with a newline at the end. What a terminal would obey is escaped, also where JSON would
 * leave it as it is; the strings are the same.
 */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).split('\n').map(showControls).join('\n')}\n`;
}

const LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
};
const NO_LINES = { ...LINES, left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };

/** Sentences in the last column of a table are wrapped at this many characters. */
const SENTENCE = 72;

/** A table with a line of headings. A column whose heading ends with `>` is aligned right. */
export function grid(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const long = rows.some((row) => lastOf(row).length > SENTENCE);
  const table = new Table({
    colWidths: headings.map((_, column) => (long && column === headings.length - 1 ? SENTENCE : null)),
    wordWrap: true,
    head: headings.map((heading) => heading.replace(/>$/, '')),
    colAligns: headings.map((heading) => (heading.endsWith('>') ? 'right' : 'left')),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  table.push(...rows.map((row) => row.map(showControls)));
  return trimLines(table.toString());
}

/** Terms and their values, one pair a line. */
export function facts(entries: readonly (readonly [term: string, value: string])[]): string {
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  table.push(...entries.map(([term, value]) => [`  ${term}`, showControls(value)]));
  return trimLines(table.toString());
}

function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
