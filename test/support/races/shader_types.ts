import { ArrayType, Struct, TemplateType, type Type } from 'wgsl_reflect/wgsl_reflect.module.js';

/** What addresses are made of, of the types of WGSL. Floats are opaque: no address depends on them. */
export type ShaderType =
  | { readonly kind: 'number'; readonly scalar: Scalar; readonly size: number }
  | { readonly kind: 'struct'; readonly name: string; readonly members: ReadonlyMap<string, ShaderType> }
  | { readonly kind: 'array'; readonly of: ShaderType };
/** `number`: a literal without a suffix, which takes the type of what it meets. */
export type Scalar = 'u32' | 'i32' | 'bool' | 'f32' | 'number';

export const numberType = (scalar: Scalar, size = 1): ShaderType => ({ kind: 'number', scalar, size });
export const OPAQUE = numberType('f32');

const SCALARS: Readonly<Record<string, Scalar>> = {
  u: 'u32',
  i: 'i32',
  f: 'f32',
  u32: 'u32',
  i32: 'i32',
  f32: 'f32',
  bool: 'bool',
  x32: 'number',
};

/** The type of a declaration, or of the function that makes a value (`vec2u(...)`). */
export function typeOf(type: Type): ShaderType {
  if (type instanceof Struct) {
    return {
      kind: 'struct',
      name: type.name,
      members: new Map(type.members.map(({ name, type: of }) => [name, of ? typeOf(of) : OPAQUE])),
    };
  }
  if (type instanceof ArrayType) return { kind: 'array', of: type.format ? typeOf(type.format) : OPAQUE };
  if (type instanceof TemplateType && type.name === 'atomic' && type.format) return typeOf(type.format);
  const format = type instanceof TemplateType && type.format ? type.format.name : '';
  const [, size = '1', letter] = /^vec([234])([uif])?$/.exec(type.name) ?? [];
  const scalar = SCALARS[letter ?? (format || type.name)];
  if (scalar === undefined) throw new Error(`no address is made of ${type.getTypeName()}`);
  return numberType(scalar, Number(size));
}

/** Whether values of this type are followed. Of a struct those members are that are. */
export function isFollowed(type: ShaderType): boolean {
  return type.kind !== 'number' || type.scalar !== 'f32';
}

/** Bytes of an element of an array in a buffer. */
export function bytesOf(type: ShaderType): number {
  if (type.kind !== 'number') throw new Error('an array of a kernel has numbers or vectors');
  return 4 * type.size;
}
