import { PathlightError } from '../../errors.js';
import type { TemplateConstants } from './template.js';
import { expandTemplate } from './template.js';
/** Every file of shaders/ but those that only measure an adapter. Kernels and fragments go by their name (`relu_forward`), shared code by its path (`lib/grid`). */
export const files: ReadonlyMap<string, string> = new Map(
  Object.entries(
    import.meta.glob(['../../../shaders/**/*.wgsl', '!../../../shaders/doctor/**'], {
      query: '?raw',
      import: 'default',
      eager: true,
    }) as Record<string, string>,
  ).map(([path, source]) => [path.replace(/^.*shaders\/(?!lib\/)(?:.*\/)?|^.*shaders\//, '').replace(/\.wgsl$/, ''), source]),
);

/** The frame that a fragment names. A fragment of `pointwise` is one function, which `pointwise` applies to every element. */
function frameOf(text: string | undefined): string | undefined {
  return /^\/\/ frame: (\S+)$/m.exec(text ?? '')?.[1];
}

const frames: ReadonlySet<string | undefined> = new Set([...files.values()].map(frameOf));

/** The names that a Dispatch can give. A fragment is a kernel, in its frame; a frame alone is not. */
export const kernelNames: readonly string[] = [...files.keys()].filter((name) => !name.startsWith('lib/') && !frames.has(name)).sort();

/**
 * The whole text of a kernel: the files that its `// requires:` lines name, each once, and then its own text, or for a fragment its frame's
 * (`// frame:`). Constants make a variant of the kernel, or of the frame (src/gpu/kernels/template.ts). A required file holds declarations
 * of the module; an included one holds lines of a template.
 */
export function kernelSource(name: string, constants: TemplateConstants = {}): string {
  const parts = new Set<string>();
  const frame = frameOf(files.get(name));
  const template = frame ?? name;
  const add = (file: string, needed: string): void => {
    const text = files.get(file);
    if (text === undefined) throw new PathlightError('shader.unknown', { shader: needed });
    const source = expandTemplate(file, text, file === template ? constants : {}, (included) => files.get(included));
    for (const [, required = ''] of source.matchAll(/^\/\/ requires: (\S+)$/gm)) add(required, `${required} (required by ${file})`);
    parts.add(source);
  };
  add(name, name);
  if (frame !== undefined) add(frame, `${frame} (the frame of ${name})`);
  // WGSL asks for directives before all declarations.
  const directive = /^(?:enable|diagnostic)\b.*;$/gm;
  const source = [...parts].join('\n');
  return [...(source.match(directive) ?? []), source.replace(directive, '')].join('\n');
}

/** The name of a variant: `dense`, or `conv_tile_forward POOL=2 TAPS=3`. */
export function variantName(name: string, constants: TemplateConstants = {}): string {
  const given = Object.keys(constants).sort();
  return [name, ...given.map((constant) => `${constant}=${constants[constant]}`)].join(' ');
}
