import { describe, expect, test } from 'vitest';
import { KernelCache } from '../../../src/gpu/kernels/cache.js';
import { reflectKernel, writeParameters } from '../../../src/gpu/kernels/interface.js';
import { kernelNames, kernelSource } from '../../../src/gpu/kernels/source.js';
import { useDevice } from '../../support/gpu.js';

describe('kernels', () => {
  const shared = useDevice();

  // Every kernel runs in test/agreement; here its text is read, which takes milliseconds where a driver would compile it for seconds.
  test.each(kernelNames.map((name) => [name] as const))('%s is valid WGSL, with bindings that can be reflected', async (name) => {
    const code = kernelSource(name);
    const { messages } = await shared.device.createShaderModule({ code }).getCompilationInfo();
    expect(messages.filter(({ type }) => type === 'error').map(({ message }) => message)).toEqual([]);
    expect(reflectKernel(name, code).storage.length).toBeGreaterThan(0);
  });

  test('a kernel is compiled once', async () => {
    const cache = new KernelCache(shared.device);
    expect(cache.get('relu_forward')).toBe(cache.get('relu_forward'));
  });

  test('what a kernel requires comes before it, once', () => {
    const source = kernelSource('relu_forward');
    expect(source.match(/struct Grid /g)?.length).toBe(1);
    expect(source.indexOf('struct Grid ')).toBeLessThan(source.indexOf('fn main'));
  });

  test('a shader that is not there is named', () => {
    expect(() => kernelSource('no_such_kernel')).toThrow('shader no_such_kernel does not exist');
  });

  test('parameters are written where the struct has them', () => {
    const reflected = reflectKernel('leaky_relu', kernelSource('leaky_relu'));
    const bytes = new DataView(new ArrayBuffer(reflected.parameters.size));
    const grid = { 'grid.lanes': 1, 'grid.quads': 2, 'grid.tiles': 3, 'grid.accumulate': 4 };
    writeParameters('leaky_relu', reflected, { ...grid, alpha: 0.5 }, bytes);
    expect([0, 4, 8, 12].map((offset) => bytes.getUint32(offset, true))).toEqual([1, 2, 3, 4]);
    expect(bytes.getFloat32(16, true)).toBe(0.5);
    expect(() => writeParameters('leaky_relu', reflected, grid, bytes)).toThrow('needs 1 number(s) for the parameter alpha, not undefined');
    expect(() => writeParameters('leaky_relu', reflected, { ...grid, alpha: 1, beta: 2 }, bytes)).toThrow('has no parameter beta');
  });

  test('a kernel that does not compile is named, with the line', async () => {
    const broken = new KernelCache(shared.device, (name) => kernelSource(name).replace('= rectified(', '= unknown('));
    await expect(broken.get('relu_forward')).rejects.toThrow(
      /^the kernel relu_forward does not compile: line \d+: unresolved call target 'unknown'/,
    );
    expect((await shared.takeErrors()).length).toBe(1);
  });
});
