import * as wgsl from 'wgsl_reflect/wgsl_reflect.module.js';
import type { ShaderFunction, Tracked } from './address_program.js';
import { isComparison, operation } from './arithmetic.js';
import { isFollowed, numberType, OPAQUE, type Scalar, type ShaderType, typeOf } from './shader_types.js';

/** What is known of the variables `function.variable` and of the results `function()`. */
export interface Known {
  readonly unknown: Set<string>;
  readonly needed: Set<string>;
  /** Functions that access something that is tracked, or wait at a barrier. */
  readonly effective: Set<string>;
}

/** An expression: its accesses as statements, and its value as text where that is known. */
export interface Expression {
  readonly type: ShaderType;
  readonly text: string | undefined;
  readonly effects: string[];
  /** What the value depends on. */
  readonly uses: readonly string[];
}

/** Where an expression stands. */
export interface At {
  readonly scope: Scope;
  readonly owner: string;
}

/** The variables that can be named here. Two variables of a function may have one name, so each has another `id`. */
export type Scope = ReadonlyMap<string, { readonly id: string; readonly type: ShaderType }>;

/** Text that throws when it runs: code that never runs may depend on anything. */
export function failure(what: string): string {
  return `fail(${JSON.stringify(what)})`;
}

export interface Expressions {
  read(expression: wgsl.Expression, at: At): Expression;
  binary(operator: string, left: Expression, right: Expression): Expression;
  call(name: string, args: readonly wgsl.Expression[], at: At): Expression;
  /** An element of a buffer: statements that evaluate its address, read it and write it. Undefined for other variables. */
  element(target: wgsl.VariableExpr, at: At): { effects: string[]; read: string[]; write: string[] } | undefined;
  one(): Expression;
}

interface Module {
  readonly buffers: ReadonlyMap<string, Tracked & { readonly isTracked: boolean }>;
  readonly constants: ReadonlyMap<string, wgsl.Expression>;
  readonly functions: ReadonlyMap<string, ShaderFunction>;
  readonly uniform: ShaderType;
  readonly hasContents: (name: string) => boolean;
  /** Whether functions are generators, which wait at barriers. */
  readonly waits: boolean;
  readonly known: Known;
}

const UNKNOWN: Expression = { type: OPAQUE, text: undefined, effects: [], uses: [] };
const BARRIERS = new Set(['workgroupBarrier', 'storageBarrier']);
/** Functions of integers and truth values, as texts of functions of numbers. */
const BUILTINS: Readonly<Record<string, string>> = {
  min: '(a, b) => Math.min(a, b)',
  max: '(a, b) => Math.max(a, b)',
  abs: '(a) => Math.abs(a)',
  firstTrailingBit: "(a) => (a === 0 ? fail('firstTrailingBit of 0, whose value depends on the type') : 31 - Math.clz32(a & -a))",
  clamp: '(a, low, high) => Math.min(Math.max(a, low), high)',
  select: '(no, yes, which) => (which ? yes : no)',
};
const COMPONENTS = 'xyzw';

export function makeExpressions({ buffers, constants, functions, uniform, hasContents, waits, known }: Module): Expressions {
  return { read, binary, call, element, one: () => literal(1) };

  function read(expression: wgsl.Expression, at: At): Expression {
    const whole = readWhole(expression, at);
    // The address of an element of a buffer is a part of the whole already.
    if (expression instanceof wgsl.VariableExpr && bufferOf(expression, at) !== undefined) return whole;
    return expression.postfix ? partOf(whole, expression.postfix, at) : whole;
  }

  /** Undefined also where a variable of the function hides the buffer. */
  function bufferOf({ name }: wgsl.VariableExpr, at: At) {
    return at.scope.has(name) ? undefined : buffers.get(name);
  }

  function readWhole(expression: wgsl.Expression, at: At): Expression {
    if (expression instanceof wgsl.LiteralExpr) return literal(expression.scalarValue, expression.type.name);
    if (expression instanceof wgsl.ConstExpr) return read(constants.get(expression.name) ?? expression.initializer, at);
    if (expression instanceof wgsl.VariableExpr) return readVariable(expression, at);
    if (expression instanceof wgsl.UnaryOperator) return readUnary(expression, at);
    if (expression instanceof wgsl.BinaryOperator)
      return binary(expression.operator, read(expression.left, at), read(expression.right, at));
    if (expression instanceof wgsl.CallExpr) return call(expression.name, expression.args ?? [], at);
    if (expression instanceof wgsl.CreateExpr) return create(expression, at);
    if (expression instanceof wgsl.BitcastExpr)
      return { ...UNKNOWN, effects: read(expression.value, at).effects, type: expression.type ? typeOf(expression.type) : OPAQUE };
    throw new Error(`an expression ${expression.astNodeType} is not followed`);
  }

  function literal(value: number, type = 'x32'): Expression {
    const scalars: Readonly<Record<string, Scalar>> = { u32: 'u32', i32: 'i32', bool: 'bool', x32: 'number' };
    const scalar = scalars[type];
    if (scalar === undefined) return UNKNOWN;
    return { ...UNKNOWN, type: numberType(scalar), text: scalar === 'bool' ? String(Boolean(value)) : String(value) };
  }

  function readVariable(expression: wgsl.VariableExpr, at: At): Expression {
    const { name } = expression;
    const buffer = bufferOf(expression, at);
    const place = element(expression, at);
    if (buffer !== undefined && place !== undefined) {
      const effects = [...place.effects, ...place.read];
      if (!hasContents(name)) return { ...UNKNOWN, type: buffer.element, effects };
      const address = read(indexOf(expression), at);
      const text = tableRead(name, buffer.element, address.text ?? failure(`an address of the table ${name} is not known`));
      return { type: buffer.element, text, effects, uses: address.uses };
    }
    if (name === 'parameters') return { type: uniform, text: 'parameters', effects: [], uses: [] };
    const constant = constants.get(name);
    if (constant && !at.scope.has(name)) return read(constant, at);
    const variable = at.scope.get(name);
    if (variable === undefined) throw new Error(`${name} of ${at.owner} is not declared`);
    const { id, type } = variable;
    const key = `${at.owner}.${id}`;
    const isKnown = isFollowed(type) && !known.unknown.has(key);
    return { type, text: isKnown ? `v_${id}` : undefined, effects: [], uses: isKnown ? [key] : [] };
  }

  function tableRead(name: string, type: ShaderType, address: string): string {
    const table = `contents.get(${JSON.stringify(name)})`;
    if (type.kind !== 'number' || type.size === 1) return `${table}[${address}]`;
    return `Array.from({ length: ${type.size} }, (_, k) => ${table}[${type.size} * ${address} + k])`;
  }

  function element(target: wgsl.VariableExpr, at: At): { effects: string[]; read: string[]; write: string[] } | undefined {
    const buffer = bufferOf(target, at);
    if (buffer === undefined) return undefined;
    const index = read(indexOf(target), at);
    if (!buffer.isTracked) return { effects: index.effects, read: [], write: [] };
    const address = index.text ?? failure(`an address of ${target.name} in ${at.owner} is not known`);
    for (const use of index.uses) known.needed.add(use);
    known.effective.add(at.owner);
    const name = JSON.stringify(target.name);
    return { effects: index.effects, read: [`sink.read(${name}, ${address});`], write: [`sink.write(${name}, ${address});`] };
  }

  function indexOf(target: wgsl.VariableExpr): wgsl.Expression {
    if (!(target.postfix instanceof wgsl.ArrayIndex)) throw new Error(`${target.name} is used without an address`);
    return target.postfix.index;
  }

  function partOf(whole: Expression, postfix: wgsl.Expression, at: At): Expression {
    const part = onePart(whole, postfix, at);
    return postfix.postfix ? partOf(part, postfix.postfix, at) : part;
  }

  function onePart(whole: Expression, postfix: wgsl.Expression, at: At): Expression {
    const { type, text, effects } = whole;
    if (postfix instanceof wgsl.ArrayIndex) {
      const index = read(postfix.index, at);
      const of = type.kind === 'number' ? numberType(type.scalar) : type.kind === 'array' ? type.of : OPAQUE;
      const isKnown = text !== undefined && index.text !== undefined && isFollowed(of);
      return {
        type: of,
        text: isKnown ? `${text}[${index.text}]` : undefined,
        effects: [...effects, ...index.effects],
        uses: [...whole.uses, ...index.uses],
      };
    }
    if (!(postfix instanceof wgsl.StringExpr)) throw new Error('a part of a value is neither a member nor an element');
    const word = postfix.value;
    if (type.kind === 'struct') {
      const of = type.members.get(word);
      if (of === undefined) throw new Error(`${type.name} has no member ${word}`);
      return { ...whole, type: of, text: text !== undefined && isFollowed(of) ? `${text}.${word}` : undefined };
    }
    if (type.kind !== 'number') throw new Error(`an array has no member ${word}`);
    const positions = [...word].map((letter) => COMPONENTS.indexOf(letter));
    const of = numberType(type.scalar, positions.length);
    if (text === undefined) return { ...whole, type: of };
    const parts = positions.map((position) => `${text}[${position}]`);
    return { ...whole, type: of, text: parts.length === 1 ? parts[0] : `[${parts.join(', ')}]` };
  }

  function readUnary({ operator, right }: wgsl.UnaryOperator, at: At): Expression {
    const value = read(right, at);
    const { type, text } = value;
    if (type.kind !== 'number' || text === undefined) return { ...value, text: undefined };
    const apply = operator === '!' ? (a: string) => `!${a}` : operator === '-' ? (a: string) => `(-${a} | 0)` : undefined;
    if (apply === undefined) throw new Error(`the operator ${operator} is not followed`);
    return { ...value, text: type.size === 1 ? apply(text) : `each((a) => ${apply('a')}, ${text})` };
  }

  function binary(operator: string, left: Expression, right: Expression): Expression {
    const effects = [...left.effects, ...right.effects];
    if (left.type.kind !== 'number' || right.type.kind !== 'number') throw new Error(`${operator} of values that are no numbers`);
    const size = Math.max(left.type.size, right.type.size);
    // A shift has the type of what is shifted; otherwise a literal without suffix takes the other's type.
    const operand = left.type.scalar === 'number' ? right.type.scalar : left.type.scalar;
    const type = numberType(isComparison(operator) ? 'bool' : operand, size);
    if (left.text === undefined || right.text === undefined) return { ...UNKNOWN, type, effects };
    const scalar = operand === 'number' ? 'i32' : operand;
    if (scalar === 'f32') return { ...UNKNOWN, type, effects };
    const uses = [...left.uses, ...right.uses];
    const text =
      size === 1
        ? operation(operator, scalar, left.text, right.text)
        : `each((a, b) => ${operation(operator, scalar, 'a', 'b')}, ${left.text}, ${right.text})`;
    return { type, text, effects, uses };
  }

  function create({ type, args }: wgsl.CreateExpr, at: At): Expression {
    if (type === null) return UNKNOWN;
    const made = typeOf(type);
    const parts = (args ?? []).map((part) => read(part, at));
    const effects = parts.flatMap((part) => part.effects);
    const uses = parts.flatMap((part) => part.uses);
    if (made.kind === 'struct') {
      const members = [...made.members].map(([name, of], index) => ({ name, of, text: parts[index]?.text }));
      const isKnown = members.every(({ of, text }) => !isFollowed(of) || text !== undefined);
      const text = `{ ${members.map((member) => `${member.name}: ${member.text}`).join(', ')} }`;
      return { type: made, text: isKnown ? text : undefined, effects, uses };
    }
    if (made.kind !== 'number' || !isFollowed(made) || parts.some(({ text }) => text === undefined))
      return { ...UNKNOWN, type: made, effects };
    const convert = { u32: '(a) => a >>> 0', i32: '(a) => a | 0', number: '(a) => a', bool: '(a) => Boolean(a)', f32: '' }[made.scalar];
    const texts = parts.map(({ text }) => text).join(', ');
    const text = made.size === 1 ? `(${convert})(${texts})` : `each(${convert}, vector(${made.size}, ${texts || '0'}))`;
    return { type: made, text, effects, uses };
  }

  function call(name: string, args: readonly wgsl.Expression[], at: At): Expression {
    if (BARRIERS.has(name)) {
      known.effective.add(at.owner);
      return { ...UNKNOWN, effects: ['yield;'] };
    }
    if (name.startsWith('atomic')) {
      // The first argument is the address of an atomic, whose accesses do not race.
      return { ...UNKNOWN, type: numberType('u32'), effects: args.slice(1).flatMap((argument) => read(argument, at).effects) };
    }
    const parts = args.map((argument) => read(argument, at));
    const effects = parts.flatMap((part) => part.effects);
    const uses = parts.flatMap((part) => part.uses);
    const own = functions.get(name);
    if (own) return callOwn(own, parts, effects, at);
    const [first = UNKNOWN] = parts;
    if (name === 'all' || name === 'any') {
      const text = first.text === undefined ? undefined : `[${first.text}].flat().${name === 'all' ? 'every' : 'some'}(Boolean)`;
      return { type: numberType('bool'), text, effects, uses };
    }
    const kinds = parts.map(({ type }) => (type.kind === 'number' ? type : undefined));
    const operands = name === 'select' ? kinds.slice(0, 2) : kinds;
    const operand = operands.find((kind) => kind && kind.scalar !== 'number') ?? operands[0];
    const size = name === 'dot' ? 1 : Math.max(1, ...kinds.map((kind) => kind?.size ?? 1));
    const type = numberType(operand?.scalar ?? 'f32', /Broadcast$/.test(name) ? (operand?.size ?? 1) : size);
    const apply = BUILTINS[name];
    if (apply === undefined || !isFollowed(type) || parts.some(({ text }) => text === undefined)) return { ...UNKNOWN, type, effects };
    const texts = parts.map(({ text }) => text).join(', ');
    return { type, text: size === 1 ? `(${apply})(${texts})` : `each(${apply}, ${texts})`, effects, uses };
  }

  function callOwn(own: ShaderFunction, parts: readonly Expression[], effects: string[], at: At): Expression {
    const texts = own.parameters.map((parameter, index) => {
      const part = parts[index];
      const key = `${own.name}.${parameter.name}`;
      if (isFollowed(parameter.type) && part?.text === undefined) known.unknown.add(key);
      // What a parameter that is needed is given is needed, too.
      if (known.needed.has(key)) for (const use of part?.uses ?? []) known.needed.add(use);
      return known.needed.has(key) && part?.text !== undefined ? part.text : 'undefined';
    });
    const text = `(${waits ? 'yield* ' : ''}f_${own.name}(${texts.join(', ')}))`;
    const isEffective = known.effective.has(own.name);
    if (isEffective) known.effective.add(at.owner);
    const all = isEffective ? [...effects, `${text};`] : effects;
    const type = own.returns ?? OPAQUE;
    const isKnown = own.returns !== undefined && isFollowed(own.returns) && !known.unknown.has(`${own.name}()`);
    return { type, text: isKnown ? text : undefined, effects: all, uses: isKnown ? [`${own.name}()`] : [] };
  }
}
