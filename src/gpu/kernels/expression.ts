/** An expression of a template, as a function from the values of names to its own value. */
export type Expression = (names: ReadonlyMap<string, number>) => number;

/**
 * Parses integers, names, parentheses, ! - * / % + < <= > >= == != && ||, as in C; `/` rounds towards 0. `wrong` makes the error for a
 * problem. It is thrown here where the expression is malformed, and by the evaluation where a name is not known.
 */
export function parseExpression(text: string, wrong: (problem: string) => Error): Expression {
  const tokens = text.match(/\d+|[A-Za-z_]\w*|<=|>=|==|!=|&&|\|\||\S/g) ?? [];
  let position = 0;
  const expression = binary(LEVELS);
  const rest = tokens[position];
  if (rest !== undefined) throw wrong(`"${rest}" is not expected in ${text}`);
  return expression;

  function binary([level, ...tighter]: readonly Level[]): Expression {
    if (level === undefined) return unary();
    let left = binary(tighter);
    for (let apply = level.get(tokens[position] ?? ''); apply !== undefined; apply = level.get(tokens[position] ?? '')) {
      position++;
      left = applied(apply, left, binary(tighter));
    }
    return left;
  }

  function unary(): Expression {
    const token = tokens[position++];
    if (token === '-')
      return applied(
        (_, value) => -value,
        () => 0,
        unary(),
      );
    if (token === '!')
      return applied(
        (_, value) => value === 0,
        () => 0,
        unary(),
      );
    if (token === '(') {
      const inner = binary(LEVELS);
      if (tokens[position++] !== ')') throw wrong(`a parenthesis is not closed in ${text}`);
      return inner;
    }
    if (token === undefined || !/^\w/.test(token)) throw wrong(`${token ?? 'the end'} is neither a number nor a name that is known`);
    if (/^\d/.test(token)) {
      const value = Number(token);
      return () => value;
    }
    return (names) => {
      const value = names.get(token);
      if (value === undefined) throw wrong(`${token} is neither a number nor a name that is known`);
      return value;
    };
  }
}

function applied(apply: Apply, left: Expression, right: Expression): Expression {
  return (names) => Number(apply(left(names), right(names)));
}

type Apply = (a: number, b: number) => number | boolean;
type Level = ReadonlyMap<string, Apply>;

/** Binary operators, the loosest first. */
const LEVELS: readonly Level[] = [
  new Map<string, Apply>([['||', (a, b) => a !== 0 || b !== 0]]),
  new Map<string, Apply>([['&&', (a, b) => a !== 0 && b !== 0]]),
  new Map<string, Apply>([
    ['==', (a, b) => a === b],
    ['!=', (a, b) => a !== b],
  ]),
  new Map<string, Apply>([
    ['<', (a, b) => a < b],
    ['<=', (a, b) => a <= b],
    ['>', (a, b) => a > b],
    ['>=', (a, b) => a >= b],
  ]),
  new Map<string, Apply>([
    ['+', (a, b) => a + b],
    ['-', (a, b) => a - b],
  ]),
  new Map<string, Apply>([
    ['*', (a, b) => a * b],
    ['/', (a, b) => Math.trunc(a / b)],
    ['%', (a, b) => a % b],
  ]),
];
