import { type StructInfo, type VariableInfo, WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { PathlightError } from '../errors.js';
import { firstLine } from './device.js';
import { GpuValidationError } from './errors.js';
import { expandTemplate, type TemplateConstants } from './template.js';
import { withoutFunctions } from './wgsl.js';

/** Every file of shaders/, by path without folder and extension: `relu_forward`, `lib/grid`. */
const files: ReadonlyMap<string, string> = new Map(
  Object.entries(
    import.meta.glob('../../shaders/**/*.wgsl', { query: '?raw', import: 'default', eager: true }) as Record<string, string>,
  ).map(([path, source]) => [path.replace(/^.*shaders\//, '').replace(/\.wgsl$/, ''), source]),
);

/** The names of all kernels: what a Dispatch can name. */
export const kernelNames: readonly string[] = [...files.keys()].filter((name) => !name.startsWith('lib/')).sort();

/**
 * The whole text of a kernel: what it names in `// requires:` lines, each once, then itself, as a variant where it is a template
 * (src/gpu/template.ts).
 */
export function kernelSource(name: string, constants: TemplateConstants = {}): string {
  const parts = new Set<string>();
  const add = (file: string, needed: string): void => {
    const text = files.get(file);
    if (text === undefined) throw new PathlightError(`shader ${needed} does not exist`, 'a file of shaders/');
    const source = expandTemplate(file, text, file === name ? constants : {});
    for (const [, required] of source.matchAll(/^\/\/ requires: (\S+)$/gm)) add(required!, `${required} (required by ${file})`);
    parts.add(source);
  };
  add(name, name);
  // WGSL wants directives before all declarations.
  const directive = /^(?:enable|diagnostic)\b.*;$/gm;
  const source = [...parts].join('\n');
  return [...(source.match(directive) ?? []), source.replace(directive, '')].join('\n');
}

/** What the host must know of a kernel, read from its source. */
export interface KernelInterface {
  /** Types of the bindings 1, 2, ... of group 0, in order; binding 0 is the uniform. */
  readonly storage: readonly ('read' | 'read_write')[];
  /** The struct of the uniform `parameters`. */
  readonly parameters: { readonly size: number; readonly members: readonly ParameterMember[] };
}

export interface ParameterMember {
  /** Members of nested structs are `outer.inner`. */
  readonly name: string;
  readonly offset: number;
  readonly type: 'u32' | 'i32' | 'f32';
  /** 1 for a scalar, 2 to 4 for a vector. */
  readonly length: number;
}

/** Reflects a kernel's source. Throws where it does not have the form that CONTRIBUTING.md asks of a kernel. */
export function reflectKernel(name: string, source: string): KernelInterface {
  // An unrolled tile is 60,000 characters of function, whose syntax tree takes longer to build than a network to read.
  const reflect = new WgslReflect(withoutFunctions(source));
  const group = reflect.getBindGroups()[0] ?? [];
  const uniform = group[0];
  const struct = uniform?.type as StructInfo | undefined;
  if (uniform?.name !== 'parameters' || !struct?.isStruct) {
    throw new PathlightError(`shader ${name} has no uniform "parameters" at binding 0`, 'var<uniform> parameters: Parameters');
  }
  return {
    storage: group.slice(1).map((variable, index) => accessOf(name, variable, index + 1)),
    parameters: { size: struct.size, members: membersOf(struct, '', 0) },
  };
}

function accessOf(name: string, variable: VariableInfo | undefined, binding: number): 'read' | 'read_write' {
  const access = variable?.access;
  if (access !== 'read' && access !== 'read_write') {
    throw new PathlightError(`shader ${name} has no storage buffer at binding ${binding}`, 'bindings without gaps');
  }
  return access;
}

function membersOf(struct: StructInfo, prefix: string, base: number): ParameterMember[] {
  return struct.members.flatMap((member) => {
    const name = prefix + member.name;
    const offset = base + member.offset;
    if (member.type.isStruct) return membersOf(member.type as StructInfo, `${name}.`, offset);
    const text = member.type.getTypeName();
    const [, length = '1', type] = /^(?:vec([234])<?)?(u32|i32|f32|[uif](?=$))>?$/.exec(text) ?? [];
    if (type === undefined) throw new PathlightError(`uniform member ${name} has the type ${text}`, 'u32, i32, f32 or a vector of them');
    const scalar = ({ u: 'u32', i: 'i32', f: 'f32' } as const)[type[0] as 'u' | 'i' | 'f'];
    return [{ name, offset, type: scalar, length: Number(length) }];
  });
}

/**
 * Writes named parameters where the kernel's uniform struct has them. Every member must be given and every name must be a member:
 * a forgotten or misspelt parameter is an error, not a zero.
 */
export function writeParameters(
  kernel: string,
  { parameters }: KernelInterface,
  values: Readonly<Record<string, number | readonly number[]>>,
  bytes: DataView,
): void {
  const unused = new Set(Object.keys(values));
  for (const member of parameters.members) {
    const value = values[member.name];
    unused.delete(member.name);
    const numbers = typeof value === 'number' ? [value] : value;
    if (numbers?.length !== member.length) {
      throw new PathlightError(`kernel ${kernel} needs ${member.length} number(s) for the parameter ${member.name}, not ${String(value)}`);
    }
    numbers.forEach((number, index) => {
      const offset = member.offset + 4 * index;
      if (member.type === 'f32') bytes.setFloat32(offset, number, true);
      else if (member.type === 'u32') bytes.setUint32(offset, number, true);
      else bytes.setInt32(offset, number, true);
    });
  }
  if (unused.size > 0) throw new PathlightError(`kernel ${kernel} has no parameter ${[...unused].join(', ')}`);
}

/** A compiled kernel. */
export interface Kernel {
  readonly name: string;
  readonly interface: KernelInterface;
  readonly layout: GPUBindGroupLayout;
  readonly pipeline: GPUComputePipeline;
}

const caches = new WeakMap<GPUDevice, KernelCache>();

/** The kernels of a device, shared by all executors on it. */
export function kernelsOf(device: GPUDevice): KernelCache {
  let cache = caches.get(device);
  if (cache === undefined) {
    cache = new KernelCache(device);
    caches.set(device, cache);
  }
  return cache;
}

/** The name of a variant: `dense`, or `conv_tile COLUMNS=3 POOL=1`. */
export function variantName(name: string, constants: TemplateConstants = {}): string {
  const given = Object.keys(constants).sort();
  return [name, ...given.map((constant) => `${constant}=${constants[constant]}`)].join(' ');
}

/** Compiles kernels for one device, each variant once, asynchronously. */
export class KernelCache {
  readonly #kernels = new Map<string, Promise<Kernel>>();

  constructor(
    private readonly device: GPUDevice,
    /** Where a kernel's text comes from: `shaders/`, unless a test plants something else. */
    private readonly sourceOf: (name: string, constants?: TemplateConstants) => string = kernelSource,
  ) {}

  get(kernelName: string, constants: TemplateConstants = {}): Promise<Kernel> {
    const name = variantName(kernelName, constants);
    let kernel = this.#kernels.get(name);
    if (kernel === undefined) {
      kernel = this.#compile(name, this.sourceOf(kernelName, constants));
      this.#kernels.set(name, kernel);
    }
    return kernel;
  }

  async #compile(name: string, source: string): Promise<Kernel> {
    const { device } = this;
    const reflected = reflectKernel(name, source);
    const layout = device.createBindGroupLayout({
      label: name,
      entries: [
        { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'uniform' } },
        ...reflected.storage.map(
          (access, index): GPUBindGroupLayoutEntry => ({
            binding: index + 1,
            visibility: GPUShaderStage.COMPUTE,
            buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
          }),
        ),
      ],
    });
    const module = device.createShaderModule({ label: name, code: source });
    const descriptor: GPUComputePipelineDescriptor = {
      label: name,
      layout: device.createPipelineLayout({ label: name, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main' },
    };
    const pipeline = await device.createComputePipelineAsync(descriptor).catch(async (error: Error) => {
      const { messages } = await module.getCompilationInfo();
      const fault = messages.find(({ type }) => type === 'error');
      const where = fault ? `line ${fault.lineNum}: ${fault.message}` : error.message;
      throw new GpuValidationError(`the kernel ${name} does not compile: ${firstLine(where)}`);
    });
    return { name, interface: reflected, layout, pipeline };
  }
}
