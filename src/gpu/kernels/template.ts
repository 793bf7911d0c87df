import { PathlightError } from '../../errors.js';

/**
 * Variants of one kernel from one text. WGSL has neither macros nor arrays that stay in registers, so a kernel that keeps a tile in named
 * variables repeats its lines; here they are written once. Lines that begin with `#` are directives, `$NAME` and `${EXPRESSION}` are
 * replaced by integers:
 *
 *   #constant PIXELS 4           a constant of the template and its default
 *   #for p in 0..PIXELS          repeats the lines up to its #end for p = 0, 1, ..., PIXELS - 1
 *   let x$p = x[start + ${p * 2}u];
 *   #end
 *   #if PIXELS == 4 && GATED     keeps the lines up to #else or #end where the expression is not 0
 *   #else
 *   #end
 *
 * Expressions have integers, names, parentheses, ! - * / % + < <= > >= == != && ||, as in C; `/` rounds towards 0.
 * A text without directives and `$` comes out as it is.
 */
export type TemplateConstants = Readonly<Record<string, number>>;

/** Expands a template. Throws PathlightError with the line where a directive is wrong or a constant is not one of the template's. */
export function expandTemplate(name: string, text: string, constants: TemplateConstants = {}): string {
  const scope = new Map<string, number>();
  const output: string[] = [];
  /** An expression of a loop is evaluated once a round. */
  const tokensOf = new Map<string, readonly string[]>();
  const lines = text.split('\n');
  const directives = lines.map((line) => /^\s*#(\w+)\s*(.*)$/.exec(line));
  const end = expand(0, lines.length, scope, true);
  if (end < lines.length) throw wrong(end, '#end or #else without #for or #if');
  for (const given of Object.keys(constants)) {
    if (!scope.has(given)) throw new PathlightError(`kernel ${name} has no constant ${given}`, `one of: ${[...scope.keys()].join(', ')}`);
  }
  return output.join('\n');

  function wrong(line: number, problem: string): PathlightError {
    return new PathlightError(`${name}.wgsl line ${line + 1}: ${problem}`, lines[line]);
  }

  /** Expands from a line to the #end or #else that closes it, and returns the number of that line. */
  function expand(from: number, limit: number, names: Map<string, number>, emit: boolean): number {
    let at = from;
    for (; at < limit; at++) {
      const [, directive, rest] = directives[at] ?? [];
      if (directive === 'end' || directive === 'else') return at;
      if (directive === 'constant') {
        const [constant, fallback] = rest!.split(/\s+/);
        names.set(constant!, constants[constant!] ?? evaluate(fallback!, names, at));
      } else if (directive === 'for') {
        const [, variable, first, last] = /^(\w+) in (.+)\.\.(.+)$/.exec(rest!) ?? [];
        if (variable === undefined) throw wrong(at, 'not of the form #for NAME in FIRST..END');
        const [start, stop] = emit ? [evaluate(first!, names, at), evaluate(last!, names, at)] : [0, 0];
        let close = expand(at + 1, limit, names, false);
        for (let value = start; value < stop; value++) close = expand(at + 1, limit, new Map(names).set(variable, value), true);
        at = closed(close, at, 'end');
      } else if (directive === 'if') {
        const taken = emit && evaluate(rest!, names, at) !== 0;
        let close = expand(at + 1, limit, names, taken);
        if (lines[close]?.trim() === '#else') close = expand(close + 1, limit, names, emit && !taken);
        at = closed(close, at, 'end');
      } else if (directive !== undefined) throw wrong(at, `no directive is called #${directive}`);
      else if (emit) {
        output.push(
          lines[at]!.replace(/\$(?:\{([^}]*)\}|([A-Za-z]\w*))/g, (_, expression, word) => String(evaluate(expression ?? word, names, at))),
        );
      }
    }
    return at;
  }

  function closed(line: number, opened: number, directive: string): number {
    if (lines[line]?.trim() !== `#${directive}`) throw wrong(opened, `has no #${directive}`);
    return line;
  }

  function evaluate(expression: string, names: ReadonlyMap<string, number>, line: number): number {
    const single = names.get(expression);
    if (single !== undefined) return single;
    const tokens = tokensOf.get(expression) ?? expression.match(/\d+|[A-Za-z_]\w*|<=|>=|==|!=|&&|\|\||\S/g) ?? [];
    tokensOf.set(expression, tokens);
    let position = 0;
    const value = binary(0);
    if (position < tokens.length) throw wrong(line, `"${tokens[position]}" is not expected in ${expression}`);
    return value;

    function binary(level: number): number {
      if (level === LEVELS.length) return unary();
      let left = binary(level + 1);
      for (let apply = LEVELS[level]![tokens[position]!]; apply !== undefined; apply = LEVELS[level]![tokens[position]!]) {
        position++;
        left = Number(apply(left, binary(level + 1)));
      }
      return left;
    }

    function unary(): number {
      const token = tokens[position++];
      if (token === '-') return -unary();
      if (token === '!') return Number(unary() === 0);
      if (token === '(') {
        const inner = binary(0);
        if (tokens[position++] !== ')') throw wrong(line, `a parenthesis is not closed in ${expression}`);
        return inner;
      }
      const known = token === undefined ? undefined : /^\d/.test(token) ? Number(token) : names.get(token);
      if (known === undefined) throw wrong(line, `${token ?? 'the end'} is neither a number nor a name that is known`);
      return known;
    }
  }
}

/** Binary operators, the loosest first. */
const LEVELS: readonly Readonly<Record<string, (a: number, b: number) => number | boolean>>[] = [
  { '||': (a, b) => a !== 0 || b !== 0 },
  { '&&': (a, b) => a !== 0 && b !== 0 },
  { '==': (a, b) => a === b, '!=': (a, b) => a !== b },
  { '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => Math.trunc(a / b), '%': (a, b) => a % b },
];
