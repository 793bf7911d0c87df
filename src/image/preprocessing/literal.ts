/** A string or a number, a list of literals, or a table of literals by name. */
export type Literal = string | number | readonly Literal[] | ReadonlyMap<string, Literal>;

/**
 * Reads a list or table of strings and numbers, written as JSON or as Python's `repr` prints it: strings in single or double quotes,
 * tuples, numbers as keys, a comma before the end. Undefined for anything else.
 */
export function readLiteral(text: string): Literal | undefined {
  let position = 0;
  let tokens: readonly string[] = [];
  try {
    tokens = tokensOf(text);
    const value = readValue(0);
    return position === tokens.length ? value : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }

  function readValue(depth: number): Literal {
    const token = tokens[position++];
    if (token === undefined || depth > 4) throw new Unreadable();
    if (token === '[' || token === '(') return readList(token === '[' ? ']' : ')', depth);
    if (token === '{') return readTable(depth);
    if (token.length > 1 && (token[0] === "'" || token[0] === '"')) return withoutEscapes(token.slice(1, -1));
    const number = Number(token);
    if (Number.isNaN(number)) throw new Unreadable();
    return number;
  }

  function readList(end: string, depth: number): Literal[] {
    const items: Literal[] = [];
    while (tokens[position] !== end) {
      items.push(readValue(depth + 1));
      if (tokens[position] !== end) expect(',');
    }
    position++;
    return items;
  }

  function readTable(depth: number): Map<string, Literal> {
    const table = new Map<string, Literal>();
    while (tokens[position] !== '}') {
      const key = readValue(depth + 1);
      expect(':');
      table.set(String(key), readValue(depth + 1));
      if (tokens[position] !== '}') expect(',');
    }
    position++;
    return table;
  }

  function expect(token: string): void {
    if (tokens[position++] !== token) throw new Unreadable();
  }
}

/** A string with its quotes, a bracket, colon or comma, or a word; with the white space before it. */
const TOKEN = /\s*('[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"|[[\](){}:,]|[^\s[\](){}:,'"]+)/sy;

/**
 * Splits a text into tokens. Each begins where the one before it ends: a search for the next one would read the rest of the text again at
 * every quote that is not closed.
 */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const whole = text.trimEnd();
  TOKEN.lastIndex = 0;
  for (let at = 0; at < whole.length; at = TOKEN.lastIndex) {
    const [, token] = TOKEN.exec(whole) ?? [];
    if (token === undefined) throw new Unreadable();
    tokens.push(token);
  }
  return tokens;
}

class Unreadable extends Error {}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function withoutEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/gs, (_, long, short, character) =>
    character === undefined ? String.fromCharCode(Number.parseInt(long ?? short, 16)) : (ESCAPES[character] ?? character),
  );
}
