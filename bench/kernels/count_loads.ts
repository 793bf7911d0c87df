import { reflectKernel } from '../../src/gpu/kernels/interface.js';

/**
 * A kernel that also counts the components (4 bytes each) that it loads from storage buffers. Every invocation counts for itself, and at
 * the end of `main` adds its count to the atomic at binding `binding`. Two assumptions: buffers are only ever indexed as `name[...]`, and
 * an invocation that leaves `main` early has loaded nothing.
 */
export function countLoads(name: string, source: string): { readonly source: string; readonly binding: number } {
  const binding = reflectKernel(name, source).storage.length + 1;
  let text = source.replace(/\/\/.*$/gm, '');
  const declared = [...text.matchAll(/var<storage, \w+>\s*(\w+)\s*:\s*array<(\w+)>/g)].map(([, variable, type]) => ({
    variable: variable!,
    type: type!,
    components: Number(/^vec([234])/.exec(type!)?.[1] ?? 1),
  }));
  for (const { variable } of declared) text = callLoads(text, variable);
  const loads = declared.map(
    ({ variable, type, components }) =>
      `fn load_${variable}(index: u32) -> ${type} { loads += ${components}u; return ${variable}[index]; }`,
  );
  text = atEndOfMain(text, 'atomicAdd(&counted_loads, loads);');
  const counter = `var<private> loads: u32;
@group(0) @binding(${binding}) var<storage, read_write> counted_loads: atomic<u32>;`;
  return { source: [text, counter, ...loads].join('\n'), binding };
}

/** Turns every `variable[index]` that is not assigned to into `load_variable(index)`. */
function callLoads(source: string, variable: string): string {
  let result = '';
  let rest = source;
  const use = new RegExp(`\\b${variable}\\[`);
  for (let found = use.exec(rest); found; found = use.exec(rest)) {
    const open = found.index + found[0].length;
    const close = closingBracket(rest, open);
    const index = callLoads(rest.slice(open, close), variable);
    const assigned = /^\s*=(?!=)/.test(rest.slice(close + 1));
    result += rest.slice(0, found.index) + (assigned ? `${variable}[${index}]` : `load_${variable}(${index})`);
    rest = rest.slice(close + 1);
  }
  return result + rest;
}

function atEndOfMain(source: string, statement: string): string {
  const open = source.indexOf('{', source.indexOf('fn main(')) + 1;
  const close = closingBracket(source, open, '{}');
  return `${source.slice(0, close)}  ${statement}\n${source.slice(close)}`;
}

function closingBracket(text: string, from: number, [opening, closing] = '[]'): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === opening) depth++;
    else if (text[at] === closing && --depth === 0) return at;
  }
  throw new Error('unbalanced brackets');
}
