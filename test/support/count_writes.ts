import { reflectKernel } from '../../src/gpu/kernels/interface.js';

/**
 * A kernel that also counts how often it writes each element of its read_write buffers, in the binding `counts`, one u32 for each element.
 * The kernels here have no barriers and no workgroup memory, so two writes of one element are a race.
 */
export interface Instrumented {
  readonly source: string;
  /** The number of each read_write binding, and the binding of its counts. */
  readonly counted: readonly { readonly binding: number; readonly counts: number }[];
}

export function countWrites(name: string, source: string): Instrumented {
  const { storage } = reflectKernel(name, source);
  const counted: { binding: number; counts: number }[] = [];
  let text = source.replace(/\/\/.*$/gm, '');
  storage.forEach((access, index) => {
    if (access !== 'read_write') return;
    const binding = index + 1;
    const counts = storage.length + 1 + counted.length;
    const variable = new RegExp(`@binding\\(${binding}\\)\\s*var<storage, read_write>\\s*(\\w+)`).exec(text)![1]!;
    text = countedWrites(text, variable);
    text += `\n@group(0) @binding(${counts}) var<storage, read_write> counts_${variable}: array<atomic<u32>>;\n`;
    counted.push({ binding, counts });
  });
  return { source: text, counted };
}

/** Adds `atomicAdd(&counts_variable[index], 1u);` after every statement `variable[index] = ...;`. */
function countedWrites(source: string, variable: string): string {
  let result = '';
  let rest = source;
  const use = new RegExp(`\\b${variable}\\[`);
  for (let found = use.exec(rest); found; found = use.exec(rest)) {
    const open = found.index + found[0].length;
    const close = closingBracket(rest, open);
    const index = rest.slice(open, close);
    const isWrite = /^\s*[-+*/]?=(?!=)/.test(rest.slice(close + 1));
    const end = isWrite ? rest.indexOf(';', close) + 1 : close + 1;
    result += rest.slice(0, end) + (isWrite ? ` atomicAdd(&counts_${variable}[${index}], 1u);` : '');
    rest = rest.slice(end);
  }
  return result + rest;
}

function closingBracket(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '[') depth++;
    else if (text[at] === ']' && --depth === 0) return at;
  }
  throw new Error('unbalanced brackets');
}
