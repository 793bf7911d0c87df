import { itemAt } from '../../tensor/items.js';
import { before, closingOf, endOfStatement, skipSpace, type Token, tokenize } from './wgsl.js';

/** A storage binding of vec4f: its binding, and its name. */
const DECLARED = /@binding\((\d+)\) var<storage, (?:read|read_write)> (\w+): array<vec4f>;/g;

/** The bindings of a kernel that are arrays of vec4f, which can be stored in halves. */
export function vectorBindings(source: string): ReadonlySet<number> {
  return new Set([...source.matchAll(DECLARED)].map(([, binding]) => Number(binding)));
}

/**
 * A kernel's text, in which these bindings hold numbers of 16 bits. The kernel computes in 32 bits as before: what it reads is widened, and what it
 * writes is rounded. `conversions` is the text of shaders/lib/halves.wgsl.
 */
export function inHalves(kernel: string, source: string, bindings: readonly number[], conversions: string): string {
  if (bindings.length === 0) return source;
  const names = new Set<string>();
  const declared = source.replace(DECLARED, (text, binding: string, name: string) => {
    if (!bindings.includes(Number(binding))) return text;
    names.add(name);
    return text.replace('array<vec4f>', 'array<vec2u>');
  });
  if (names.size !== bindings.length) throw new Error(`${kernel}: bindings ${bindings.join(', ')} are not all arrays of vec4f`);
  return `${converted(tokenize(declared), names)}\n${conversions}`;
}

function converted(tokens: readonly Token[], names: ReadonlySet<string>): string {
  let text = '';
  for (let at = 0; at < tokens.length; at++) {
    const token = itemAt(tokens, at);
    const open = skipSpace(tokens, at + 1);
    if (!names.has(token) || before(tokens, at) === '.' || tokens[open] !== '[') {
      text += token;
      continue;
    }
    const close = closingOf(tokens, open);
    const place = `${token}[${converted(tokens.slice(open + 1, close), names)}]`;
    const operator = skipSpace(tokens, close + 1);
    const stored = /^([-+*/])?=$/.exec(tokens[operator] ?? '');
    if (stored === null) {
      text += `from_halves(${place})`;
      at = close;
      continue;
    }
    const end = endOfStatement(tokens, operator);
    const value = converted(tokens.slice(operator + 1, end), names).trim();
    text += `${place} = to_halves(${stored[1] === undefined ? value : `from_halves(${place}) ${stored[1]} (${value})`})`;
    at = end - 1;
  }
  return text;
}
