import { PathlightError } from '../../errors.js';
import { itemAt } from '../../tensor/items.js';
import { reflectKernel } from '../kernels/interface.js';
import { kernelSource, variantName } from '../kernels/source.js';
import type { TemplateConstants } from '../kernels/template.js';
import { type Declaration, declarationsOf, type Token, tokenize } from '../kernels/wgsl.js';
import { linkedMain, runOf, type Workgroup } from './entry_point.js';
import type { LinkedKernel } from './linked_kernel.js';
import type { Home } from './rewrite.js';
import { Rewriter, type Variable, variableOf } from './rewrite.js';

/*
 * The linker makes one shader of many kernels. What the layered plan runs as dispatches, the fused plan runs as rows of a table in one
 * dispatch. The texts are those of the same kernels, with these changes:
 *
 *   - every name of module scope gets the kernel's own prefix (the declarations of lib/grid stand there once, for all);
 *   - every storage binding is a range of one of a few common buffers: `x[e]` becomes an access at `base of x` + e;
 *   - `parameters` is a variable of the module, which is filled from the row;
 *   - `main` is a function of the Place that `place` would have found for the invocation.
 *
 * CONTRIBUTING.md says what form a kernel must have for this. The error names the kernel that does not have it.
 */

/** A variant of a kernel, with a home for each of its bindings 1, 2, ... */
export interface LinkableKernel {
  readonly kernel: string;
  readonly constants?: TemplateConstants;
  readonly homes: readonly Home[];
}

export interface LinkedShader {
  readonly source: string;
  /** One for each given kernel, in the same order. Equal variants with equal homes are the same object. */
  readonly kernels: readonly LinkedKernel[];
}

/** Links kernels into one shader. Throws PathlightError where a kernel does not have the form that linking needs. */
export function linkKernels(
  kernels: readonly LinkableKernel[],
  workgroup: Workgroup,
  sourceOf: (name: string, constants?: TemplateConstants) => string = kernelSource,
): LinkedShader {
  const linked = new Map<string, { kernel: LinkedKernel; text: string }>();
  const order = kernels.map(({ kernel, constants, homes }) => {
    const name = variantName(kernel, constants);
    const key = `${name}: ${homes.join(' ')}`;
    let entry = linked.get(key);
    if (entry === undefined) {
      entry = linkKernel(name, `${kernel}_${linked.size}_`, linked.size, sourceOf(kernel, constants), homes);
      linked.set(key, entry);
    }
    return entry.kernel;
  });
  const parts = [...linked.values()];
  const grid = declarationsOf('lib/grid', kernelSource('lib/grid')).filter(({ name }) => name !== 'place');
  const source = [
    ...grid.map(({ tokens }) => tokens.join('')),
    ...parts.map(({ text }) => text),
    linkedMain(
      parts.map(({ kernel }) => kernel),
      workgroup,
    ),
  ].join('\n');
  return { source, kernels: order };
}

/** Names of lib/grid, which all kernels share. */
const SHARED = new Set(['Grid', 'Place', 'place']);

function linkKernel(name: string, prefix: string, index: number, source: string, homes: readonly Home[]) {
  const reflected = reflectKernel(name, source);
  const { storage } = reflected;
  if (homes.length !== storage.length) {
    throw new PathlightError('link.bindings', { shader: name, bindings: storage.length, operands: homes.length });
  }
  const [shared] = WORKGROUP_ONLY.exec(source) ?? [];
  if (shared !== undefined) {
    throw unlinkable(
      name,
      `it uses ${shared}, which only kernels of the layered plan may`,
      'other constants, or another kernel, in src/gpu/fused/kernels.ts',
    );
  }
  const declarations = declarationsOf(name, source).filter((declaration) => !SHARED.has(declaration.name));
  const bindings: Variable[] = [];
  for (const { kind, name: variable, tokens } of declarations) {
    if (kind !== 'var' || variable === 'parameters') continue;
    const text = tokens.join('');
    const [, position] = /@binding\(\s*(\d+)\s*\)/.exec(text) ?? [];
    const [, type] = /var\s*<\s*storage\b.*:\s*array\s*<\s*(\w+)\s*>/.exec(text) ?? [];
    if (position === undefined || type === undefined) throw unlinkable(name, text, 'var<storage, ...> NAME: array<TYPE> and nothing else');
    const at = Number(position) - 1;
    bindings[at] = variableOf(name, variable, type, itemAt(homes, at), itemAt(storage, at), `${prefix}at_${variable}`);
  }
  const main = declarations.find((declaration) => declaration.kind === 'fn' && declaration.name === 'main');
  if (main === undefined) throw unlinkable(name, 'it has no main', 'one entry point of this name');
  const { body, flat } = bodyOfMain(name, main);
  const rewriter = new Rewriter(name, prefix, new Set(declarations.map((declaration) => declaration.name)), bindings);
  const kernel: LinkedKernel = { name, prefix, index, bindings, interface: reflected, flat };
  const text = [
    `// ${name}`,
    ...declarations.filter((declaration) => declaration.kind !== 'var' && declaration !== main).map((d) => rewriter.rewrite(d)),
    `var<private> ${prefix}parameters: ${prefix}Parameters;`,
    ...bindings.map(({ base }) => `var<private> ${base}: u32;`),
    `fn ${prefix}main(${flat ? 'id: vec3u, groups: vec3u' : 'at: Place'}) {${rewriter.text(body)}}`,
    runOf(kernel),
  ].join('\n');
  return { kernel, text };
}

/** WGSL that needs a workgroup, or subgroups, for the kernel alone, which a row of the table does not have. */
export const WORKGROUP_ONLY = /var<workgroup>|\bsubgroups\b|\b\w*Barrier\b|\bworkgroupUniformLoad\b/;

const PLACED = /let\s+at\s*=\s*place\(\s*\w+\.grid\s*,\s*id\s*,\s*groups\s*\)\s*;/;
/** The test whether a place is inside the grid. The linker makes only places that are, so it removes the test. */
const INSIDE = /if\s*\(\s*!\s*at\.inside\s*\)\s*\{\s*return\s*;\s*\}/;

/** The body of `main` without the search for its place. `flat` where main has no place and reads only its linear id. */
function bodyOfMain(name: string, { tokens }: Declaration): { body: readonly Token[]; flat: boolean } {
  const open = tokens.indexOf('{');
  const header = tokens.slice(0, open).join('').replace(/\s+/g, ' ');
  const expected =
    /@workgroup_size\(64, 1, 1\) fn main\( ?@builtin\(global_invocation_id\) id: vec3u, ?@builtin\(num_workgroups\) groups: vec3u,? ?\)/;
  if (!expected.test(header)) {
    throw unlinkable(
      name,
      header,
      '@workgroup_size(64, 1, 1) fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u)',
    );
  }
  const text = tokens.slice(open + 1, -1).join('');
  const flat = !PLACED.test(text);
  const rest = flat
    ? text
    : text
        .replace(PLACED, '')
        .replace(INSIDE, '')
        .replace(/!\s*at\.inside\b/g, 'false');
  if (/\bplace\s*\(/.test(rest)) throw unlinkable(name, 'main looks for its place in a form of its own', PLACE_FORM);
  if (!flat && /(?<![\w.])(id|groups)\b/.test(rest)) throw unlinkable(name, 'main uses id or groups beside its place', PLACE_FORM);
  return { body: tokenize(rest), flat };
}

const PLACE_FORM = 'let at = place(p.grid, id, groups); if (!at.inside) { return; }';

export function unlinkable(kernel: string, detail: string, wanted: string): PathlightError {
  return new PathlightError('link.form', { shader: kernel, detail, wanted });
}
