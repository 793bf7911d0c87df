import * as wgsl from 'wgsl_reflect/wgsl_reflect.module.js';
import { runtime } from './arithmetic.js';
import { type Expression, type Expressions, failure, type Known, makeExpressions, type Scope } from './expressions.js';
import { isFollowed, numberType, OPAQUE, type ShaderType, typeOf } from './shader_types.js';

/** A buffer, or a variable of a workgroup, whose accesses are to be seen. */
export interface Tracked {
  readonly name: string;
  /** A vector, a number: what an address counts. */
  readonly element: ShaderType;
  readonly scope: 'buffer' | 'workgroup';
  readonly writable: boolean;
}

/** What one invocation calls. */
export interface Sink {
  read(buffer: string, element: number): void;
  write(buffer: string, element: number): void;
  /** Forgets a variable of a workgroup, of which the next workgroup has its own. */
  forget?(buffer: string): void;
}

/** The builtin values of an invocation. */
export interface Place {
  readonly global_invocation_id: readonly number[];
  readonly local_invocation_id: readonly number[];
  readonly local_invocation_index: number;
  readonly workgroup_id: readonly number[];
  readonly num_workgroups: readonly number[];
}

/** What of a kernel decides which elements it accesses. */
export interface AddressProgram {
  readonly tracked: readonly Tracked[];
  readonly workgroupSize: number;
  /** Buffers whose contents are addresses, so that they must be given. */
  readonly contents: ReadonlySet<string>;
  /** Runs an invocation. Where the kernel has barriers, it runs up to the first, and the rest is the iterator's. */
  run(place: Place, uniforms: unknown, contents: ReadonlyMap<string, ArrayLike<number>>, sink: Sink): Iterator<void> | undefined;
}

export interface CompileOptions {
  /** Which buffers' accesses are seen; by default those that the kernel may write. */
  readonly isTracked?: (name: string, writable: boolean) => boolean;
  /** Buffers that hold integers that the test knows: tables of places. */
  readonly hasContents?: (name: string) => boolean;
}

/** A function of the kernel. */
export interface ShaderFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: ShaderType }[];
  readonly returns: ShaderType | undefined;
  readonly body: readonly wgsl.Statement[];
}

/**
 * Makes of a kernel the program of its addresses: the statements that decide which elements of which buffers an invocation reads and writes, and
 * no others. What is summed and multiplied is left out. So a test sees all accesses of a kernel without a GPU, in a small part of the
 * time that its compiler takes. Where an address or a branch depends on what is left out (on the numbers of a sample), it throws.
 *
 * A kernel is a few functions without recursion. The program is found as a fixed point: a variable is *known* unless an unknown value is assigned
 * to it somewhere, and *needed* if an address, a branch or another needed variable depends on it.
 */
export function compileAddresses(
  source: string,
  { isTracked = (_, writable) => writable, hasContents = () => false }: CompileOptions = {},
): AddressProgram {
  const declarations = new wgsl.WgslParser().parse(source);
  const buffers = new Map<string, Tracked & { readonly isTracked: boolean; readonly isAtomic: boolean }>();
  const constants = new Map<string, wgsl.Expression>();
  const functions = new Map<string, ShaderFunction>();
  let uniform: ShaderType = OPAQUE;
  let workgroupSize = 1;
  let entry: wgsl.Function | undefined;
  for (const declaration of declarations) {
    if (declaration instanceof wgsl.Function) {
      const { name, args, returnType, body } = declaration;
      functions.set(name, {
        name,
        parameters: args.map((argument) => ({ name: argument.name, type: typeOf(argument.type) })),
        returns: returnType ? typeOf(returnType) : undefined,
        body,
      });
      const size = declaration.attributes?.find((attribute) => attribute.name === 'workgroup_size')?.value;
      if (size === undefined) continue;
      entry = declaration;
      workgroupSize = [size].flat().reduce((product, axis) => product * Number(axis), 1);
    } else if (declaration instanceof wgsl.Const) {
      constants.set(declaration.name, declaration.value);
    } else if (declaration instanceof wgsl.Var && declaration.type) {
      const { name, storage, access } = declaration;
      const type = typeOf(declaration.type);
      if (storage === 'uniform') uniform = type;
      else if (type.kind !== 'array') throw new Error(`${name} is a variable of the module and no array`);
      else {
        const writable = storage === 'workgroup' || access === 'read_write';
        const isAtomic = declaration.type instanceof wgsl.ArrayType && declaration.type.format?.name === 'atomic';
        const scope = storage === 'workgroup' ? 'workgroup' : 'buffer';
        // WGSL lets atomics alone touch an array of atomics, and these do not race.
        buffers.set(name, { name, element: type.of, scope, writable, isAtomic, isTracked: !isAtomic && isTracked(name, writable) });
      }
    }
  }
  if (entry === undefined) throw new Error('the kernel has no entry point');
  const known: Known = { unknown: new Set(), needed: new Set(), effective: new Set() };
  const waits = /Barrier\s*\(/.test(source);
  const expressions = makeExpressions({ buffers, constants, functions, uniform, hasContents, waits, known });
  const sizeOfKnown = () => known.unknown.size + known.needed.size + known.effective.size;
  let texts: string[] = [];
  for (let before = -1; before !== sizeOfKnown(); ) {
    before = sizeOfKnown();
    texts = [...functions.values()].map((each) => writeFunction(each, expressions, known, waits));
  }
  const builtins = entry.args.map((argument) => `place.${argument.attributes?.find(({ name }) => name === 'builtin')?.value}`);
  const body = `const { quotient, remainder, each, vector, fail } = runtime;\n${texts.join('\n')}\nreturn f_${entry.name}(${builtins.join(', ')});`;
  const run = new Function('runtime', 'place', 'parameters', 'contents', 'sink', body);
  const tracked = [...buffers.values()].filter((buffer) => buffer.isTracked);
  return {
    tracked,
    workgroupSize,
    contents: new Set([...buffers.keys()].filter(hasContents)),
    run: (place, uniforms, contents, sink) => run(runtime, place, uniforms, contents, sink),
  };
}

function writeFunction(
  { name, parameters, returns, body }: ShaderFunction,
  expressions: Expressions,
  known: Known,
  waits: boolean,
): string {
  const ids = new Map<string, number>();
  const lines = writeBlock(
    body,
    new Map(parameters.map((parameter) => [parameter.name, { id: declare(parameter.name), type: parameter.type }])),
  );
  return `function${waits ? '*' : ''} f_${name}(${parameters.map((parameter) => `v_${parameter.name}`).join(', ')}) {\n${lines.join('\n')}\n}`;

  /** An id for one more variable of this name. */
  function declare(variable: string): string {
    const number = ids.get(variable) ?? 0;
    ids.set(variable, number + 1);
    return number === 0 ? variable : `${variable}_${number}_`;
  }

  function writeBlock(statements: readonly wgsl.Statement[], outer: Scope): string[] {
    const scope = new Map(outer);
    return statements.flatMap((statement) => writeStatement(statement, scope));
  }

  /** The statements that remain. A declaration adds to `scope`. */
  function writeStatement(statement: wgsl.Statement, scope: Map<string, { id: string; type: ShaderType }>): string[] {
    // The parser has no class for a block within a block: it gives the block's statements.
    if (Array.isArray(statement)) return writeBlock(statement, scope);
    const at = { scope, owner: name };
    if (statement instanceof wgsl.Let || statement instanceof wgsl.Var || statement instanceof wgsl.Const) {
      const value = statement.value ? expressions.read(statement.value, at) : undefined;
      const type = statement.type ? typeOf(statement.type) : (value?.type ?? OPAQUE);
      const id = declare(statement.name);
      scope.set(statement.name, { id, type: type.kind === 'number' && type.scalar === 'number' ? numberType('i32', type.size) : type });
      const text = value === undefined ? zeroOf(type) : value.text;
      return [...(value?.effects ?? []), ...assign(id, text, value?.uses ?? [], 'var ')];
    }
    if (statement instanceof wgsl.Assign || statement instanceof wgsl.Increment) return writeAssignment(statement, scope);
    if (statement instanceof wgsl.Call) return expressions.call(statement.name, statement.args, at).effects;
    if (statement instanceof wgsl.Return) {
      const value = statement.value ? expressions.read(statement.value, at) : undefined;
      const isNeeded = returns !== undefined && known.needed.has(`${name}()`);
      if (returns !== undefined && isFollowed(returns) && value?.text === undefined) known.unknown.add(`${name}()`);
      if (isNeeded) for (const use of value?.uses ?? []) known.needed.add(use);
      return [...(value?.effects ?? []), `return${isNeeded && value?.text !== undefined ? ` ${value.text}` : ''};`];
    }
    if (statement instanceof wgsl.If) {
      let rest = writeBlock(statement.else ?? [], scope);
      for (const branch of [statement, ...(statement.elseif ?? [])].reverse()) {
        const inner = writeBlock(branch.body, scope);
        const condition = expressions.read(branch.condition, at);
        const isEmpty = inner.length === 0 && rest.length === 0;
        rest = isEmpty ? condition.effects : [...condition.effects, `if (${decided(condition)}) {`, ...inner, '} else {', ...rest, '}'];
      }
      return rest;
    }
    if (statement instanceof wgsl.For) {
      const own = new Map(scope);
      const init = statement.init ? writeStatement(statement.init, own) : [];
      const inner = writeBlock(statement.body, own);
      const increment = statement.increment ? writeStatement(statement.increment, own) : [];
      if (statement.condition === null) throw new Error('a loop has no condition');
      return inner.length === 0
        ? []
        : [...init, ...loop(expressions.read(statement.condition, { scope: own, owner: name }), [...inner, ...increment])];
    }
    if (statement instanceof wgsl.While) {
      const inner = writeBlock(statement.body, scope);
      return inner.length === 0 ? [] : loop(expressions.read(statement.condition, at), inner);
    }
    throw new Error(`a statement ${statement.astNodeType} is not followed`);
  }

  function loop(condition: Expression, inner: readonly string[]): string[] {
    return ['for (;;) {', ...condition.effects, `if (!${decided(condition)}) break;`, ...inner, '}'];
  }

  function decided({ text, uses }: Expression): string {
    for (const use of uses) known.needed.add(use);
    return text ?? failure(`accesses in ${name} depend on a condition that is not known`);
  }

  /** Assigns to a variable of the function, if anything depends on it. */
  function assign(id: string, text: string | undefined, uses: readonly string[], keyword = ''): string[] {
    const key = `${name}.${id}`;
    if (text === undefined) known.unknown.add(key);
    if (!known.needed.has(key)) return [];
    for (const use of uses) known.needed.add(use);
    return [`${keyword}v_${id} = ${text ?? failure(`an address depends on ${id} of ${name}, which is not known`)};`];
  }

  function writeAssignment(statement: wgsl.Assign | wgsl.Increment, scope: Scope): string[] {
    const at = { scope, owner: name };
    const target = statement.variable;
    if (!(target instanceof wgsl.VariableExpr)) throw new Error('an assignment to no variable');
    const isStep = statement instanceof wgsl.Increment;
    const value = isStep ? expressions.one() : expressions.read(statement.value, at);
    const operator = isStep ? (statement.operator === '++' ? '+' : '-') : statement.operator.slice(0, -1);
    const address = expressions.element(target, at);
    if (address !== undefined) return [...value.effects, ...address.effects, ...(operator === '' ? [] : address.read), ...address.write];
    const variable = scope.get(target.name);
    if (variable === undefined) throw new Error(`${target.name} of ${name} is not declared`);
    if (target.postfix) {
      // A component of a vector. None is part of an address.
      known.unknown.add(`${name}.${variable.id}`);
      return [...value.effects, ...expressions.read(target, at).effects];
    }
    const next = operator === '' ? value : expressions.binary(operator, expressions.read(target, at), value);
    return [...value.effects, ...assign(variable.id, next.text, next.uses)];
  }
}

function zeroOf(type: ShaderType): string | undefined {
  if (type.kind !== 'number' || !isFollowed(type)) return undefined;
  const zero = type.scalar === 'bool' ? 'false' : '0';
  return type.size === 1 ? zero : `[${Array(type.size).fill(zero).join(', ')}]`;
}
