/* Integer arithmetic of WGSL in JavaScript. A vector is an array. */

export type Value = number | boolean | readonly (number | boolean)[];

/** Text of an operation on two numbers of a type; `a` and `b` are atoms. */
const OPERATIONS: Readonly<Record<string, Readonly<Record<'u32' | 'i32', (a: string, b: string) => string>>>> = {
  '+': { u32: (a, b) => `((${a} + ${b}) >>> 0)`, i32: (a, b) => `((${a} + ${b}) | 0)` },
  '-': { u32: (a, b) => `((${a} - ${b}) >>> 0)`, i32: (a, b) => `((${a} - ${b}) | 0)` },
  '*': { u32: (a, b) => `(Math.imul(${a}, ${b}) >>> 0)`, i32: (a, b) => `Math.imul(${a}, ${b})` },
  '/': { u32: (a, b) => `quotient(${a}, ${b})`, i32: (a, b) => `quotient(${a}, ${b})` },
  '%': { u32: (a, b) => `remainder(${a}, ${b})`, i32: (a, b) => `remainder(${a}, ${b})` },
  '&': { u32: (a, b) => `((${a} & ${b}) >>> 0)`, i32: (a, b) => `(${a} & ${b})` },
  '|': { u32: (a, b) => `((${a} | ${b}) >>> 0)`, i32: (a, b) => `(${a} | ${b})` },
  '^': { u32: (a, b) => `((${a} ^ ${b}) >>> 0)`, i32: (a, b) => `(${a} ^ ${b})` },
  '<<': { u32: (a, b) => `((${a} << ${b}) >>> 0)`, i32: (a, b) => `(${a} << ${b})` },
  '>>': { u32: (a, b) => `(${a} >>> ${b})`, i32: (a, b) => `(${a} >> ${b})` },
};
const COMPARISONS: Readonly<Record<string, string>> = { '<': '<', '<=': '<=', '>': '>', '>=': '>=', '==': '===', '!=': '!==' };
const LOGIC: Readonly<Record<string, string>> = { '&&': '&&', '||': '||', '&': '&&', '|': '||', '==': '===', '!=': '!==' };

export function isComparison(operator: string): boolean {
  return operator in COMPARISONS || operator === '&&' || operator === '||';
}

/** The text of `a operator b` for two numbers, or two truth values. */
export function operation(operator: string, scalar: 'u32' | 'i32' | 'bool', a: string, b: string): string {
  if (scalar === 'bool') {
    const word = LOGIC[operator];
    if (word !== undefined) return `(${a} ${word} ${b})`;
  } else {
    const comparison = COMPARISONS[operator];
    if (comparison !== undefined) return `(${a} ${comparison} ${b})`;
    const text = OPERATIONS[operator]?.[scalar];
    if (text !== undefined) return text(a, b);
  }
  throw new Error(`no operation ${operator} on ${scalar}`);
}

/** What the texts above call. Division by 0 is defined in WGSL. */
export const runtime = {
  quotient: (a: number, b: number): number => (b === 0 ? a : Math.trunc(a / b)),
  remainder: (a: number, b: number): number => (b === 0 ? 0 : a % b),
  /** An operation element by element, of vectors or of a vector and a number. */
  each(apply: (...values: (number | boolean)[]) => number | boolean, ...operands: Value[]): Value {
    const size = Math.max(...operands.map((operand) => (Array.isArray(operand) ? operand.length : 1)));
    return Array.from({ length: size }, (_, index) =>
      apply(...operands.map((operand) => (typeof operand === 'object' ? operand[index]! : operand))),
    );
  },
  fail(what: string): never {
    throw new Error(what);
  },
  /** The components of several numbers and vectors, one after the other; one number fills a vector. */
  vector(size: number, ...parts: Value[]): Value {
    const all = parts.flat();
    return all.length === 1 ? Array.from({ length: size }, () => all[0]!) : all;
  },
};
