/**
 * Sentences of the engine in another language. The engine speaks English, in sentences that its own tests hold; a table has them as
 * templates: `{}` stands for anything, `{#}` for a number. A translation names what stood there by position, `{0}`; `{0:en}` where that may be
 * English prose that nobody translates, such as what a driver says.
 */
export type Sentences = Readonly<Record<string, string>>;

/** A piece of a sentence, and whether it is still English. */
export interface Piece {
  readonly text: string;
  readonly english: boolean;
}

interface Template {
  readonly pattern: RegExp;
  readonly translation: string;
}

const HOLE = /\{#?\}/;
const NUMBER = '[+-]?\\d[\\d.,]*(?:e[+-]?\\d+)?';

/** A function from English sentences to those of the table; a sentence that is in none of its templates comes back as it is, as English. */
export function createTranslator(table: Sentences): (sentence: string) => readonly Piece[] {
  const templates = Object.entries(table)
    .sort(([a], [b]) => literalLength(b) - literalLength(a))
    .map(([key, translation]): Template => ({ pattern: patternOf(key), translation }));

  function find(sentence: string): readonly Piece[] | undefined {
    for (const { pattern, translation } of templates) {
      const values = pattern.exec(sentence)?.slice(1);
      if (values !== undefined) return joined(fill(translation, values));
    }
    // Reasons of several attempts are one sentence, and reasons have semicolons of their own.
    for (let at = sentence.indexOf('; '); at >= 0; at = sentence.indexOf('; ', at + 1)) {
      const [left, right] = [find(sentence.slice(0, at)), find(sentence.slice(at + 2))];
      if (left !== undefined && right !== undefined) return joined([...left, { text: '; ', english: false }, ...right]);
    }
    return undefined;
  }

  function fill(translation: string, values: readonly string[]): Piece[] {
    return translation.split(/(\{\d+(?::en)?\})/).flatMap((part): readonly Piece[] => {
      const [, position, mark] = /^\{(\d+)(:en)?\}$/.exec(part) ?? [];
      if (position === undefined) return [{ text: part, english: false }];
      const value = values[Number(position)]!;
      return find(value) ?? [{ text: decimalComma(value), english: mark !== undefined }];
    });
  }

  return (sentence) => find(sentence) ?? [{ text: sentence, english: true }];
}

function literalLength(key: string): number {
  return key.split(HOLE).join('').length;
}

function patternOf(key: string): RegExp {
  const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const source = key
    .split(/(\{#?\})/)
    .map((part) => (part === '{}' ? '([^]*?)' : part === '{#}' ? `(${NUMBER})` : literally(part)))
    .join('');
  return new RegExp(`^${source}$`);
}

/** The languages that have a table write 0.5 as 0,5. */
function decimalComma(value: string): string {
  return /^[+-]?\d+\.\d+(e[+-]?\d+)?%?$/.test(value) ? value.replace('.', ',') : value;
}

function joined(pieces: readonly Piece[]): readonly Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (last?.english === piece.english) merged[merged.length - 1] = { text: last.text + piece.text, english: piece.english };
    else if (piece.text !== '') merged.push(piece);
  }
  return merged;
}
