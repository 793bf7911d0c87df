import { describe, expect, test } from 'vitest';
import { predict } from '../../src/api/attribute.js';
import { createSession } from '../../src/api/session.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { useDevice } from '../support/gpu.js';
import { buildModel, floatTensor, type ModelDescription } from '../support/onnx_builder.js';

/** One function of the image, and where it has no number. WGSL lets a device give any number there. */
function undefinedOf(op: string, more: Partial<ModelDescription> = {}, others: readonly string[] = []): Uint8Array {
  return buildModel({
    inputs: { x: [1, 8] },
    outputs: ['y'],
    nodes: [
      { op, inputs: ['x', ...others], output: 'f' },
      { op: 'IsNaN', inputs: ['f'], output: 'none' },
      { op: 'IsInf', inputs: ['f'], output: 'infinite' },
      { op: 'Or', inputs: ['none', 'infinite'], output: 'without' },
      { op: 'Where', inputs: ['without', 'instead', 'f'], output: 'y' },
    ],
    ...more,
    initializers: { instead: floatTensor([1], [-9]), ...more.initializers },
  });
}

/** Both zeros, both sides of 1 and of -1, and numbers whose logarithm is exact enough to compare. */
const IMAGE = Float32Array.of(-2, -1.5, -0.25, -0, 0, 0.25, 1.5, 2);
const exponent = { initializers: { b: floatTensor([1], [0.5]) } };

describe('where a function has no number, the GPU has none', () => {
  const shared = useDevice();

  test.each([
    ['Log', undefinedOf('Log'), 5],
    ['Sqrt', undefinedOf('Sqrt'), 3],
    ['Acosh', undefinedOf('Acosh'), 6],
    ['Atanh', undefinedOf('Atanh'), 4],
    ['Asin', undefinedOf('Asin'), 4],
    ['Acos', undefinedOf('Acos'), 4],
    ['Pow to 1/2', undefinedOf('Pow', exponent, ['b']), 3],
  ] as const)('%s', async (_, bytes, without) => {
    const { graph } = importModel(bytes);
    const expected = (await new CpuExecutor(graph).forward(IMAGE, 1)).outputs;
    expect(expected.filter((y) => y === -9)).toHaveLength(without);
    const executor = await GpuExecutor.create(shared.source, canonicalise(graph));
    const { outputs } = await executor.forward(IMAGE, 1);
    executor.destroy();
    // One function of numbers of order 1, rounded to float32.
    for (const [i, y] of outputs.entries()) expect(y).toBeCloseTo(expected[i] ?? Number.NaN, 5);
  });

  test('a score that is the logarithm of a negative number is refused', async () => {
    const bytes = buildModel({ inputs: { x: [1, 8] }, outputs: ['y'], nodes: [{ op: 'Log', inputs: ['x'], output: 'y' }] });
    const session = await createSession(bytes, { device: shared.source });
    await expect(predict(session, IMAGE)).rejects.toThrow('NaN');
    await session.destroy();
  });
});
