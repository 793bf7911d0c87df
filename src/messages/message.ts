/** The sentence of a code: the problem with its value, and then, in parentheses, what would be right. A reason has no second part. */
export type Sentence = readonly [problem: string] | readonly [problem: string, remedy: string];

/** Sentences by code. A code without values has a function without parameters. */
export type Table = Readonly<Record<string, (values: never) => Sentence>>;

/** A finished message, as a part of another one. It crosses to a worker unchanged. */
export interface Said {
  readonly code: string;
  readonly values: unknown;
  /** The message in English. */
  readonly message: string;
}

/** Joins a sentence on one line. Names in a corrupt file can be anything, and a list can be longer than a screen. */
export function joinSentence([problem, remedy]: Sentence): string {
  return remedy === undefined ? toOneLine(problem) : `${toOneLine(problem)} (${toOneLine(remedy)})`;
}

/** Shows control characters as `\u000a`, and cuts text that is longer than a screen. */
export function toOneLine(text: string): string {
  return showControls(text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);
}

/** Control characters, ends of lines, and marks by which text runs from right to left: what a terminal obeys instead of showing it. */
const OBEYED = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Shows as `\u001b` what a terminal would obey. Names in a model or a file of labels can hold escapes that rewrite the screen. */
export function showControls(text: string): string {
  return text.replace(OBEYED, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The most characters of one part; the list of all supported operators is half as long. */
const LONGEST = 2000;
