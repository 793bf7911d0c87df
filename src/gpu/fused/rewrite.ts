import { PathlightError } from '../../errors.js';
import { firstOf, itemAt } from '../../tensor/items.js';
import { before, closingOf, type Declaration, endOfStatement, isWord, skipSpace, type Token } from '../kernels/wgsl.js';

/** The buffers that all kernels of a linked shader share, by binding. */
export const COMMON_BUFFERS = ['table', 'memory', 'words', 'constants', 'constant_words', 'request', 'results'] as const;
export type CommonBuffer = (typeof COMMON_BUFFERS)[number];

/** A storage binding of a kernel, as a range of a common buffer. */
export interface Variable {
  readonly name: string;
  readonly type: ElementType;
  readonly buffer: CommonBuffer;
  /** Elements of the common buffer for each element of the kernel's array: 1, or the element's words in a buffer of words. */
  readonly scale: number;
  /** The variable that holds where the range begins, in elements of the common buffer. */
  readonly base: string;
}

const WORDS = { u32: 1, f32: 1, vec2u: 2, vec2f: 2, vec4u: 4, vec4f: 4 } as const;
type ElementType = keyof typeof WORDS;

/**
 * The range of a common buffer that takes the place of a binding. Tensors and constants of vec4f lie in buffers of vec4f, since picking a
 * component by a number known only at run time costs SwiftShader more than the load itself. Everything else lies in buffers of words.
 * Constants are one buffer that is bound in both ways, since it is only read. A kernel reads little of a request and writes few results, so
 * the buffers of these have words only.
 */
export function variableOf(kernel: string, name: string, type: string, home: Home, access: string, base: string): Variable {
  if (!(type in WORDS)) {
    throw new PathlightError('link.array-type', { shader: kernel, variable: name, type, known: Object.keys(WORDS) });
  }
  if (access === 'read_write' && (home === 'constant' || home === 'request')) {
    throw new PathlightError('link.writes-input', { shader: kernel, variable: name, home });
  }
  const floats = home === 'tensor' && (type === 'f32' || type === 'vec2f');
  if (type === 'vec2f' && access === 'read_write') {
    throw new PathlightError('link.writes-halves', { shader: kernel, variable: name });
  }
  const vectors = floats || (type === 'vec4f' && (home === 'tensor' || home === 'constant'));
  const buffer = {
    tensor: vectors ? 'memory' : 'words',
    constant: vectors ? 'constants' : 'constant_words',
    request: 'request',
    result: 'results',
  } as const;
  return { name, type: type as ElementType, buffer: buffer[home], scale: vectors ? 1 : WORDS[type as ElementType], base };
}

/** Rewrites the text of one kernel: its names and its accesses to storage. */
export class Rewriter {
  readonly #variables: ReadonlyMap<string, Variable>;

  constructor(
    private readonly kernel: string,
    private readonly prefix: string,
    private readonly names: ReadonlySet<string>,
    variables: readonly Variable[],
  ) {
    this.#variables = new Map(variables.map((variable) => [variable.name, variable]));
  }

  rewrite({ kind, tokens }: Declaration): string {
    if (kind === 'struct') return this.text(tokens, membersOf(tokens));
    if (kind !== 'fn') return this.text(tokens);
    const open = tokens.indexOf('(');
    return this.text(tokens, membersOf(tokens.slice(open, closingOf(tokens, open))));
  }

  /** `own` holds words that are no names of the module here: members of a struct, parameters of a function. */
  text(tokens: readonly Token[], own: ReadonlySet<string> = new Set()): string {
    let output = '';
    for (let at = 0; at < tokens.length; at++) {
      const token = itemAt(tokens, at);
      if (!isWord(token) || own.has(token) || before(tokens, at) === '.') {
        output += token;
        continue;
      }
      const variable = this.#variables.get(token);
      if (variable === undefined && !this.names.has(token) && (COMMON_BUFFERS as readonly string[]).includes(token)) {
        throw new PathlightError('link.reserved-name', { shader: this.kernel, variable: token, reserved: COMMON_BUFFERS });
      }
      if (variable === undefined) output += this.names.has(token) ? this.prefix + token : token;
      else {
        const access = this.#access(tokens, at, variable, own);
        output += access.text;
        at = access.last;
      }
    }
    return output;
  }

  /** The access that begins with the variable's name, and the position of its last token. */
  #access(tokens: readonly Token[], at: number, variable: Variable, own: ReadonlySet<string>): { text: string; last: number } {
    const open = skipSpace(tokens, at + 1);
    if (tokens[open] !== '[') throw this.#wrong('link.no-index', variable, tokens, at);
    const close = closingOf(tokens, open);
    const index = `u32(${this.text(tokens.slice(open + 1, close), own)})`;
    const place = `${variable.buffer}[${variable.base} + ${index}]`;
    // A kernel may see a tensor of vec4f as f32 or vec2f.
    if (variable.type === 'f32' && variable.buffer === 'memory') {
      return { text: `memory[${variable.base} + ${index} / 4u][${index} % 4u]`, last: close };
    }
    if (variable.type === 'vec2f' && variable.buffer === 'memory') return { text: `memory_half(${variable.base}, ${index})`, last: close };
    if (variable.buffer === 'memory' || variable.buffer === 'constants') return { text: place, last: close };
    const words = WORDS[variable.type];
    const address = words === 1 ? `${variable.base} + ${index}` : `${variable.base} + ${words}u * ${index}`;
    const operator = skipSpace(tokens, close + 1);
    const stored = /^([-+*/%&|^]|<<|>>)?=$/.exec(tokens[operator] ?? '');
    if (stored === null) {
      if (this.#writesPart(tokens, operator)) throw this.#wrong('link.writes-part', variable, tokens, at);
      return { text: this.#load(variable, address), last: close };
    }
    const end = endOfStatement(tokens, operator);
    let value = `(${this.text(tokens.slice(operator + 1, end), own).trim()})`;
    if (stored[1] !== undefined) value = `(${this.#load(variable, address)} ${stored[1]} ${value})`;
    return { text: this.#store(variable, address, value), last: end - 1 };
  }

  #load({ buffer, type }: Variable, address: string): string {
    const words = WORDS[type];
    const loaded = words === 1 ? `${buffer}[${address}]` : `${buffer}_${words}(${address})`;
    return type.startsWith('f') || type.endsWith('f') ? `bitcast<${type}>(${loaded})` : loaded;
  }

  #store({ buffer, type }: Variable, address: string, value: string): string {
    const words = WORDS[type];
    const bits = type === 'f32' ? `bitcast<u32>(f32${value})` : type.endsWith('f') ? `bitcast<vec${words}u>${value}` : value;
    return words === 1 ? `${buffer}[${address}] = ${bits}` : `put_${buffer}_${words}(${address}, ${bits})`;
  }

  /** Whether parts such as `.x` or `[i]` follow, and then an assignment. */
  #writesPart(tokens: readonly Token[], from: number): boolean {
    let at = from;
    while (tokens[at] === '.' || tokens[at] === '[') at = skipSpace(tokens, tokens[at] === '[' ? closingOf(tokens, at) + 1 : at + 2);
    return /^([-+*/%&|^]|<<|>>)?=$|^\+\+$|^--$/.test(tokens[at] ?? '');
  }

  #wrong(code: 'link.no-index' | 'link.writes-part', { name }: Variable, tokens: readonly Token[], at: number): PathlightError {
    const line = firstOf(
      tokens
        .slice(at, at + 12)
        .join('')
        .split('\n', 1),
    );
    return new PathlightError(code, { shader: this.kernel, variable: name, text: line });
  }
}

/** All words before a colon. */
function membersOf(tokens: readonly Token[]): Set<string> {
  return new Set(tokens.filter((token, at) => isWord(token) && tokens[skipSpace(tokens, at + 1)] === ':'));
}

/** Where the data of a binding are. A tensor is data whose size depends on the number of samples. */
export type Home = 'tensor' | 'constant' | 'request' | 'result';
