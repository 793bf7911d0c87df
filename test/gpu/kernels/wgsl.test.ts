import { describe, expect, test } from 'vitest';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { kernelNames, kernelSource } from '../../../src/gpu/kernels/source.js';
import { withoutFunctions } from '../../../src/gpu/kernels/wgsl.js';

describe('what a shader declares besides functions', () => {
  test('is all but functions, with their attributes and whatever braces stand in comments', () => {
    const source = [
      'const WIDTH = 4u; // of a } tile',
      'struct Parameters { width: u32, }',
      '/* fn no() { */',
      'fn helper(x: f32) -> f32 { if (x > 0.0) { return x; } return 0.0; }',
      '@group(0) @binding(0) var<uniform> parameters: Parameters;',
      '@compute @workgroup_size(64, 1, 1)',
      'fn main(@builtin(global_invocation_id) id: vec3u) { let y = helper(1.0); }',
      '@group(0) @binding(1) var<storage, read> x: array<f32>;',
    ].join('\n');
    const kept = withoutFunctions(source);
    expect(kept.replace(/\s+/g, ' ').trim()).toBe(
      'const WIDTH = 4u; struct Parameters { width: u32, } @group(0) @binding(0) var<uniform> parameters: Parameters; @group(0) @binding(1) var<storage, read> x: array<f32>;',
    );
  });

  test.each(kernelNames)('of %s has the same bindings as the whole', (name) => {
    const bindings = (source: string) =>
      new WgslReflect(source).getBindGroups().map((group) =>
        group.map(({ name, binding, access, type }) => {
          const struct = type as { isStruct?: boolean; size?: number; members?: { name: string; offset: number }[] };
          return [name, binding, access, type.getTypeName(), struct.size, struct.members?.map((member) => [member.name, member.offset])];
        }),
      );
    const source = kernelSource(name);
    expect(bindings(withoutFunctions(source))).toEqual(bindings(source));
  });
});
