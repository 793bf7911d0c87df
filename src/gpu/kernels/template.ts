import { PathlightError } from '../../errors.js';
import { type Expression, parseExpression } from './expression.js';

/**
 * Templates make many variants of a kernel from one text. WGSL has neither macros nor arrays that stay in registers, so a kernel that keeps
 * a tile in named variables repeats its lines. A template has these lines once. Lines that begin with `#` are directives. Integers replace
 * `$NAME` and `${EXPRESSION}`:
 *
 *   #constant PIXELS 4           a constant of the template and its default
 *   #for p in 0..PIXELS          repeats the lines up to its #end for p = 0, 1, ..., PIXELS - 1
 *   let x$p = x[start + ${p * 2}u];
 *   #end
 *   #for p in 0..4, q in 0..2    nested loops, of which the last is the innermost
 *   #end
 *   #if PIXELS == 4 && GATED     keeps the lines up to #else or #end where the expression is not 0
 *   #else
 *   #end
 *   #include lib/tile            inserts the lines of another text, which can use the names known here
 *
 * Expressions are those of src/gpu/kernels/expression.ts. A text without directives and `$` stays as it is.
 */
export type TemplateConstants = Readonly<Record<string, number>>;

/** The text of a file that a template includes. Undefined where there is no such file. */
export type IncludeOf = (file: string) => string | undefined;

/** Expands a template. Throws PathlightError, with the line, where a directive is wrong or the template lacks a given constant. */
export function expandTemplate(
  name: string,
  text: string,
  constants: TemplateConstants = {},
  includeOf: IncludeOf = () => undefined,
): string {
  const nodes = new Parser(linesOf(name, text, includeOf)).parse();
  const names = new Map<string, number>();
  const output: string[] = [];
  render(nodes, names, constants, output);
  for (const given of Object.keys(constants)) {
    if (!names.has(given)) throw new PathlightError('kernel.unknown-constant', { kernel: name, constant: given, known: [...names.keys()] });
  }
  return output.join('\n');
}

interface Line {
  readonly text: string;
  readonly file: string;
  readonly number: number;
}

function wrong({ text, file, number }: Line, detail: string): PathlightError {
  return new PathlightError('shader.template', { shader: file, line: number, detail, text });
}

/** The lines of a text, with those of the files that it includes. */
function linesOf(file: string, text: string, includeOf: IncludeOf, within: readonly string[] = []): Line[] {
  return text.split('\n').flatMap((content, index): Line[] => {
    const line = { text: content, file, number: index + 1 };
    const [, included] = /^\s*#include\s+(\S+)\s*$/.exec(content) ?? [];
    if (included === undefined) return [line];
    const source = includeOf(included);
    if (source === undefined) throw wrong(line, `${included} does not exist`);
    if (included === file || within.includes(included)) throw wrong(line, `${included} includes itself`);
    return linesOf(included, source.replace(/\n$/, ''), includeOf, [...within, file]);
  });
}

interface Loop {
  readonly variable: string;
  readonly first: Expression;
  readonly end: Expression;
}

type Node =
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: 'constant'; readonly name: string; readonly fallback: Expression }
  | { readonly kind: 'for'; readonly loops: readonly Loop[]; readonly body: readonly Node[] }
  | { readonly kind: 'if'; readonly condition: Expression; readonly body: readonly Node[]; readonly otherwise: readonly Node[] };

class Parser {
  #at = 0;

  constructor(private readonly lines: readonly Line[]) {}

  parse(): Node[] {
    const nodes = this.#block();
    const rest = this.lines[this.#at];
    if (rest !== undefined) throw wrong(rest, '#end or #else without #for or #if');
    return nodes;
  }

  /** The nodes up to the #end or #else that closes the block. That line itself is not consumed. */
  #block(): Node[] {
    const nodes: Node[] = [];
    for (let line = this.lines[this.#at]; line !== undefined; line = this.lines[this.#at]) {
      const [, directive, rest = ''] = /^\s*#(\w+)\s*(.*)$/.exec(line.text) ?? [];
      if (directive === 'end' || directive === 'else') break;
      this.#at++;
      nodes.push(this.#node(line, directive, rest));
    }
    return nodes;
  }

  #node(line: Line, directive: string | undefined, rest: string): Node {
    const expression = (text: string) => parseExpression(text, (problem) => wrong(line, problem));
    if (directive === undefined) return { kind: 'text', parts: partsOf(line.text, expression) };
    if (directive === 'constant') {
      const [, name = '', fallback = ''] = /^(\w+)\s*(.*)$/.exec(rest) ?? [];
      return { kind: 'constant', name, fallback: expression(fallback) };
    }
    if (directive === 'for') {
      const loops = rest.split(',').map((loop): Loop => {
        const [, variable, first, end] = /^\s*(\w+) in (.+)\.\.(.+)$/.exec(loop) ?? [];
        if (variable === undefined || first === undefined || end === undefined)
          throw wrong(line, 'not of the form #for NAME in FIRST..END');
        return { variable, first: expression(first), end: expression(end) };
      });
      const body = this.#block();
      this.#close(line);
      return { kind: 'for', loops, body };
    }
    if (directive === 'if') {
      const condition = expression(rest);
      const body = this.#block();
      const hasElse = this.lines[this.#at]?.text.trim() === '#else';
      if (hasElse) this.#at++;
      const otherwise = hasElse ? this.#block() : [];
      this.#close(line);
      return { kind: 'if', condition, body, otherwise };
    }
    throw wrong(line, `no directive is called #${directive}`);
  }

  #close(opened: Line): void {
    if (this.lines[this.#at]?.text.trim() !== '#end') throw wrong(opened, 'has no #end');
    this.#at++;
  }
}

/** The pieces of a line: text that stays as it is, and expressions that numbers replace. */
function partsOf(text: string, expression: (text: string) => Expression): (string | Expression)[] {
  const parts: (string | Expression)[] = [];
  let from = 0;
  for (const match of text.matchAll(/\$(?:\{([^}]*)\}|([A-Za-z]\w*))/g)) {
    const [whole, inBraces, word = ''] = match;
    parts.push(text.slice(from, match.index), expression(inBraces ?? word));
    from = match.index + whole.length;
  }
  parts.push(text.slice(from));
  return parts;
}

function render(nodes: readonly Node[], names: Map<string, number>, constants: TemplateConstants, output: string[]): void {
  for (const node of nodes) {
    if (node.kind === 'text') output.push(node.parts.map((part) => (typeof part === 'string' ? part : part(names))).join(''));
    else if (node.kind === 'constant') names.set(node.name, constants[node.name] ?? node.fallback(names));
    else if (node.kind === 'if') render(node.condition(names) !== 0 ? node.body : node.otherwise, names, constants, output);
    else repeat(node.loops, node.body, names);
  }

  function repeat([loop, ...inner]: readonly Loop[], body: readonly Node[], known: Map<string, number>): void {
    if (loop === undefined) {
      render(body, known, constants, output);
      return;
    }
    const end = loop.end(known);
    for (let value = loop.first(known); value < end; value++) repeat(inner, body, new Map(known).set(loop.variable, value));
  }
}
