import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { importModel } from '../../src/onnx/import.js';
import { buildModel } from '../support/onnx_builder.js';
import { stepNetworks } from '../support/step_networks.js';

// By hand: with weights 1 to 6 for the first class, the gradient is the weights times the derivative of what stands before them.

const images = Float32Array.of(-1.5, -0.25, 0, 0.25, 1.5, 2.75);
const seed = Float32Array.of(1, 0);
const executorOf = (name: keyof typeof stepNetworks) => new CpuExecutor(importModel(buildModel(stepNetworks[name])).graph);
const gradientOf = async (name: keyof typeof stepNetworks) => Array.from((await executorOf(name).gradients({ images, seed })).gradients);

describe('gradients beside operators that are constant in pieces', () => {
  test.each(['a mask', 'a choice'] as const)('%s lets pass what is above a half', async (name) => {
    expect(await gradientOf(name)).toEqual([0, 0, 0, 0, 5, 6]);
    const { outputs } = await executorOf(name).forward(images, 1);
    expect(Array.from(outputs)).toEqual([5 * 1.5 + 6 * 2.75, 1.5 - 2.75]);
  });

  test('a smooth branch has its own gradient', async () => {
    const expected = Array.from(images, (x, i) => Math.fround((i + 1) * (1 - Math.tanh(x) ** 2)));
    (await gradientOf('steps beside a smooth function')).forEach((slope, i) => {
      expect(slope).toBeCloseTo(expected[i]!, 6);
    });
  });

  test('a network of steps has none', async () => {
    expect(await gradientOf('steps alone')).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

test('DeepLIFT passes them by the derivative, and names them', async () => {
  const request = { count: 1, inputs: images, baselines: new Float32Array(6), seeds: seed, rule: 'rescale' } as const;
  const { multipliers, byGradient } = await executorOf('a choice of functions').multipliers(request);
  expect(multipliers.every(Number.isFinite)).toBe(true);
  expect(byGradient).toContain('Where');
});
