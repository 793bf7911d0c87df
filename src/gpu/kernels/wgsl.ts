import { PathlightError } from '../../errors.js';
import { itemAt } from '../../tensor/items.js';

/*
 * The part of WGSL's grammar that the linker (src/gpu/fused/link.ts), storage in halves (src/gpu/kernels/halves.ts) and reflection
 * (src/gpu/kernels/interface.ts) need: tokens, and the declarations at module scope. Comments and blank lines are dropped.
 */

/** A word, a number, punctuation, or white space. */
export type Token = string;

/** One declaration at module scope, with its attributes: `const WIDTH = 4u;`, `fn f() { ... }`. */
export interface Declaration {
  readonly kind: 'fn' | 'struct' | 'const' | 'alias' | 'var';
  readonly name: string;
  readonly tokens: readonly Token[];
}

const TOKEN = /[A-Za-z_]\w*|\d[\w.]*|[-+*/%&|^]=|(?:<<|>>)=|[=!<>]=|&&|\|\||\+\+|--|->|<<|\s+|[^\s\w]/g;

export function tokenize(source: string): Token[] {
  const text = source
    .replace(/\/\/.*$/gm, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n');
  return text.match(TOKEN) ?? [];
}

export function isWord(token: Token | undefined): boolean {
  return token !== undefined && /^[A-Za-z_]/.test(token);
}

/** The position of the first token at or after `from` that is not white space. */
export function skipSpace(tokens: readonly Token[], from: number): number {
  let at = from;
  while (at < tokens.length && /^\s/.test(itemAt(tokens, at))) at++;
  return at;
}

/** The last token before `at` that is not white space. */
export function before(tokens: readonly Token[], at: number): Token | undefined {
  let previous = at - 1;
  while (previous >= 0 && /^\s/.test(itemAt(tokens, previous))) previous--;
  return tokens[previous];
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The position of the bracket that closes the one at `open`. */
export function closingOf(tokens: readonly Token[], open: number): number {
  const expected: string[] = [];
  for (let at = open; at < tokens.length; at++) {
    const token = itemAt(tokens, at);
    if (token in CLOSING) expected.push(CLOSING[token]!);
    else if (token === expected.at(-1)) {
      expected.pop();
      if (expected.length === 0) return at;
    }
  }
  throw new PathlightError('shader.not-closed', { bracket: tokens[open] ?? '', text: tokens.slice(open, open + 12).join('') });
}

/** The position of the `;` or closing bracket that ends the statement in which `from` lies. */
export function endOfStatement(tokens: readonly Token[], from: number): number {
  for (let at = from; at < tokens.length; at++) {
    const token = itemAt(tokens, at);
    if (token === ';' || token === ')' || token === '}') return at;
    if (token === '(' || token === '[' || token === '{') at = closingOf(tokens, at);
  }
  return tokens.length;
}

/** The declarations of a shader at module scope, in their order. */
export function declarationsOf(name: string, source: string): Declaration[] {
  const tokens = tokenize(source);
  const declarations: Declaration[] = [];
  for (let start = skipSpace(tokens, 0); start < tokens.length; start = skipSpace(tokens, start)) {
    let end = start;
    while (end < tokens.length && tokens[end] !== ';') {
      if (tokens[end] === '{') {
        end = closingOf(tokens, end);
        break;
      }
      end = itemAt(tokens, end) in CLOSING ? closingOf(tokens, end) + 1 : end + 1;
    }
    const declaration = tokens.slice(start, end + 1);
    const head = declaration.join('').replace(/@\w+(\s*\([^)]*\))?\s*/g, '');
    const [, kind, declared] = /^(fn|struct|const|alias|var)\b(?:\s*<[^>]*>)?\s*(\w+)/.exec(head) ?? [];
    if (head !== ';') {
      if (declared === undefined) {
        throw new PathlightError('shader.at-module-scope', { shader: name, text: head.split('\n', 1)[0] ?? '' });
      }
      declarations.push({ kind: kind as Declaration['kind'], name: declared, tokens: declaration });
    }
    start = end + 1;
  }
  return declarations;
}

const FUNCTION = /^\s*(?:@\w+(?:\s*\([^)]*\))?\s*)*fn\b/;

/** A shader without its functions: bindings, structs, constants. It is fast, since it makes no tokens. */
export function withoutFunctions(source: string): string {
  const text = source.replace(/\/\/.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');
  let kept = '';
  let start = 0;
  let depth = 0;
  for (const { 0: mark, index } of text.matchAll(/[{};]/g)) {
    if (mark === '{') depth++;
    else if (mark === '}') depth--;
    if (depth > 0) continue;
    const declaration = text.slice(start, index + 1);
    if (!FUNCTION.test(declaration)) kept += declaration;
    start = index + 1;
  }
  return kept;
}
