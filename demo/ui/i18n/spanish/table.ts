import type { ConsoleCode, MessageCode, MessageValues } from '../../../../src/app.js';
import type { Piece } from '../piece.js';

/** A sentence; in pieces where a part of it stays English. */
export type Text = string | readonly Piece[];

/** What a visitor of the page can meet: all but what only the command line and Node say. */
export type PageCode = Exclude<MessageCode, ConsoleCode>;

/** A sentence for every code. */
export type Table = { readonly [C in PageCode]: (values: MessageValues<C>) => Text };

/** Text of a driver, a browser or a compiler, which nobody translates. */
export function foreign(text: string): Piece {
  return { text, english: true };
}

/** A sentence of strings and of what stays English. */
export function sentence(parts: TemplateStringsArray, ...values: readonly (Text | Piece | number)[]): readonly Piece[] {
  return parts.flatMap((part, i) => {
    const value = values[i];
    return [{ text: part, english: false }, ...(value === undefined ? [] : piecesOf(value))];
  });
}

export function piecesOf(value: Text | Piece | number): readonly Piece[] {
  if (typeof value === 'string' || typeof value === 'number') return [{ text: String(value), english: false }];
  return 'text' in value ? [value] : value;
}

/** Spanish writes 0.5 as 0,5. */
export function decimal(value: number): string {
  return String(value).replace('.', ',');
}

/** Three digits, as probabilities and percentages are told. */
export function rounded(value: number): string {
  return decimal(Number(value.toPrecision(3)));
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1).replace('.', ',')} MiB`;
}

/** `[1,3,224,224]` as `1x3x224x224`. */
export function shape(sizes: readonly number[]): string {
  return sizes.length === 0 ? 'escalar' : sizes.join('x');
}
