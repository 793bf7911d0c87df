import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { create, globals } from 'webgpu';
import { linkKernels, WORKGROUP_ONLY } from '../../../src/gpu/fused/link.js';
import type { Home } from '../../../src/gpu/fused/rewrite.js';
import { reflectKernel } from '../../../src/gpu/kernels/interface.js';
import { kernelNames, kernelSource } from '../../../src/gpu/kernels/source.js';

const WORKGROUP = { invocations: 4, barriers: false };

/** Homes that fit whatever a kernel binds: tensors, except where a request's buffers are of f32. */
function homesOf(name: string): Home[] {
  const source = kernelSource(name);
  return reflectKernel(name, source).storage.map((access, index) => {
    const [, type] = new RegExp(`@binding\\(${index + 1}\\)[^;]*array<(\\w+)>`).exec(source)!;
    if (type === 'vec4f') return 'tensor';
    return access === 'read' ? 'request' : 'result';
  });
}

describe('every kernel links into valid WGSL', () => {
  // Dawn's null backend validates as any other and runs nothing. The instance is kept, or the device dies.
  let instance: GPU;
  let device: GPUDevice;
  beforeAll(async () => {
    Object.assign(globalThis, globals);
    instance = create(['backend=null']);
    device = await (await instance.requestAdapter())!.requestDevice();
  });
  afterAll(() => device.destroy());

  async function problems(source: string): Promise<string[]> {
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code: source });
    const { messages } = await module.getCompilationInfo();
    await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } }).catch(() => undefined);
    const error = await device.popErrorScope();
    return [...messages.map(({ lineNum, message }) => `${source.split('\n')[lineNum - 1]}: ${message}`), ...(error ? [error.message] : [])];
  }

  // Regions narrow with atomics, across quads: their schedules are never fused. Those with workgroup memory are of the layered plan alone.
  const linkable = kernelNames.filter((name) => !/atomic/.test(kernelSource(name)) && !WORKGROUP_ONLY.test(kernelSource(name)));
  test.each(linkable)('%s', async (name) => {
    const { source, kernels } = linkKernels([{ kernel: name, homes: homesOf(name) }], WORKGROUP);
    expect(await problems(source)).toEqual([]);
    expect(kernels[0]!.bindings.length).toBe(reflectKernel(name, kernelSource(name)).storage.length);
  });
});

describe('what is rewritten', () => {
  const GRID = `struct Grid { lanes: u32, blocks: u32, tiles: u32, accumulate: u32, }\n`;
  const HEAD =
    '@compute @workgroup_size(64, 1, 1)\nfn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u)';
  const PLACE = 'let at = place(parameters.grid, id, groups); if (!at.inside) { return; }';
  const shader = (bindings: string, body: string, more = '') =>
    `${GRID}struct Parameters { grid: Grid, scale: f32, }
    @group(0) @binding(0) var<uniform> parameters: Parameters;
    ${bindings}\n${more}\n${HEAD} {\n${body}\n}\n`;
  const X = '@group(0) @binding(1) var<storage, read> x: array<vec4f>;';
  const Y = '@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;';
  const link = (source: string, homes: Home[]) => linkKernels([{ kernel: 'planted', homes }], WORKGROUP, () => source).source;

  test('names get a prefix; members, parameters and what is the same elsewhere do not', () => {
    const source = link(
      shader(
        `${X}${Y}`,
        `${PLACE} y[at.linear] = twice(x[at.linear]) * parameters.scale;`,
        'fn twice(x: vec4f) -> vec4f { return 2.0 * x.x; }',
      ),
      ['tensor', 'tensor'],
    );
    expect(source).toContain('fn planted_0_twice(x: vec4f) -> vec4f { return 2.0 * x.x; }');
    expect(source).toContain(
      'memory[planted_0_at_y + u32(at.linear)] = planted_0_twice(memory[planted_0_at_x + u32(at.linear)]) * planted_0_parameters.scale;',
    );
    expect(source).toContain('fn planted_0_main(at: Place)');
    expect(source).not.toContain('at.inside');
    expect(source).not.toContain('storageBarrier');
  });

  test('words of a request are read as what they are, and results written as words, nested indices included', () => {
    const source = link(
      shader(
        '@group(0) @binding(1) var<storage, read> x: array<f32>;@group(0) @binding(2) var<storage, read> z: array<vec4u>;' +
          '@group(0) @binding(3) var<storage, read_write> y: array<f32>;',
        `${PLACE} y[z[at.tile].x] += x[at.tile];`,
      ),
      ['request', 'request', 'result'],
    );
    const z = 'request_4(planted_0_at_z + 4u * u32(at.tile)).x';
    const y = `results[planted_0_at_y + u32(${z})]`;
    expect(source).toContain(`${y} = bitcast<u32>(f32(bitcast<f32>(${y}) + (bitcast<f32>(request[planted_0_at_x + u32(at.tile)]))));`);
  });

  test('floats of a tensor are parts of its vec4f', () => {
    const Z = '@group(0) @binding(1) var<storage, read> x: array<vec2f>;@group(0) @binding(2) var<storage, read_write> y: array<f32>;';
    const source = link(shader(Z, `${PLACE} y[at.tile] = x[at.tile].x;`), ['tensor', 'tensor']);
    expect(source).toContain(
      'memory[planted_0_at_y + u32(at.tile) / 4u][u32(at.tile) % 4u] = memory_half(planted_0_at_x, u32(at.tile)).x;',
    );
  });

  test('equal variants are linked once, different ones apart, and only shared walks have a barrier', () => {
    const homes: Home[] = ['tensor', 'tensor'];
    const { kernels, source } = linkKernels(
      [
        { kernel: 'relu_forward', homes },
        { kernel: 'sigmoid', homes },
        { kernel: 'relu_forward', homes },
      ].map((kernel) => ({ ...kernel, homes: homesOf(kernel.kernel) })),
      { invocations: 64, barriers: true },
    );
    expect(kernels.map(({ index }) => index)).toEqual([0, 1, 0]);
    expect(kernels[0]).toBe(kernels[2]);
    expect(source).toContain('@workgroup_size(64, 1, 1)');
    expect(source.match(/storageBarrier/g)).toHaveLength(1);
  });

  test.each([
    ['a binding that is used whole', `${PLACE} y[0] = x[arrayLength(&x)];`, 'it uses x without an index'],
    ['a place of its own', 'let here = place(parameters.grid, id, groups);', 'main looks for its place in a form of its own'],
    ['a barrier', `${PLACE} workgroupBarrier();`, 'it uses workgroupBarrier, which only kernels of the layered plan may'],
    ['the id beside the place', `${PLACE} y[id.x] = x[0];`, 'main uses id or groups beside its place'],
  ])('%s is refused', (_, body, message) => {
    expect(() => link(shader(`${X}${Y}`, body), ['tensor', 'tensor'])).toThrow(`shader planted cannot be linked: ${message}`);
  });

  test.each([
    [
      'workgroup memory',
      `${X}var<workgroup> tile: array<vec4f, 64>;`,
      ['tensor'],
      'it uses var<workgroup>, which only kernels of the layered plan may (other constants, or another kernel, in src/gpu/fused/kernels.ts)',
    ],
    ['an element type without words', '@group(0) @binding(1) var<storage, read> x: array<vec3f>;', ['tensor'], 'x is an array<vec3f>'],
    [
      'a constant that is written',
      `@group(0) @binding(1) var<storage, read_write> x: array<u32>;`,
      ['constant'],
      'it writes x, a constant',
    ],
  ])('%s is refused', (_, bindings, homes, message) => {
    expect(() => link(shader(bindings, PLACE), homes as Home[])).toThrow(`shader planted cannot be linked: ${message}`);
  });
});
