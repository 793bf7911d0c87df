import type { StructInfo, VariableInfo } from 'wgsl_reflect/wgsl_reflect.module.js';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { PathlightError } from '../../errors.js';
import { withoutFunctions } from './wgsl.js';
/** What the host must know about a kernel, read from its source. */
export interface KernelInterface {
  /** The access of the bindings 1, 2, ... of group 0, in order. Binding 0 is the uniform. */
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

/** Reads a kernel's interface from its source. Throws where the kernel does not have the form that CONTRIBUTING.md asks for. */
export function reflectKernel(name: string, source: string): KernelInterface {
  // Functions are left out: an unrolled tile is 60,000 characters, whose syntax tree takes longer to build than a network to read.
  const reflect = new WgslReflect(withoutFunctions(source));
  const group = reflect.getBindGroups()[0] ?? [];
  const uniform = group[0];
  const struct = uniform?.type as StructInfo | undefined;
  if (uniform?.name !== 'parameters' || !struct?.isStruct) {
    throw new PathlightError('shader.no-uniform', { shader: name });
  }
  return {
    storage: group.slice(1).map((variable, index) => accessOf(name, variable, index + 1)),
    parameters: { size: struct.size, members: membersOf(struct, '', 0) },
  };
}

function accessOf(name: string, variable: VariableInfo | undefined, binding: number): 'read' | 'read_write' {
  const access = variable?.access;
  if (access !== 'read' && access !== 'read_write') {
    throw new PathlightError('shader.no-storage', { shader: name, binding });
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
    if (type === undefined) throw new PathlightError('shader.member-type', { member: name, type: text });
    const scalar = ({ u: 'u32', i: 'i32', f: 'f32' } as const)[type[0] as 'u' | 'i' | 'f'];
    return [{ name, offset, type: scalar, length: Number(length) }];
  });
}

/**
 * Writes named parameters where the kernel's uniform struct has them. Every member must be given, and every name must be a member. A
 * forgotten or misspelt parameter is therefore an error, not a zero.
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
      throw new PathlightError('kernel.parameter', { kernel, parameter: member.name, numbers: member.length, given: String(value) });
    }
    numbers.forEach((number, index) => {
      const offset = member.offset + 4 * index;
      if (member.type === 'f32') bytes.setFloat32(offset, number, true);
      else if (member.type === 'u32') bytes.setUint32(offset, number, true);
      else bytes.setInt32(offset, number, true);
    });
  }
  if (unused.size > 0) throw new PathlightError('kernel.unknown-parameter', { kernel, parameters: [...unused] });
}
