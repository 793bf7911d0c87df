import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AttributionTask, attributeTasks, type MethodOptions } from '../../src/attribution/methods.js';
import { CpuExecutor } from '../../src/cpu/executor.js';
import { DeviceSource } from '../../src/gpu/device.js';
import { GpuExecutor } from '../../src/gpu/executor.js';
import { canonicalise } from '../../src/graph/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { relativeDistance } from '../support/case_graph.js';
import { useDevice } from '../support/gpu.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { spaceOf } from '../support/spaces.js';

// Every method on the GPU against the same on the float64 executor: a network of two convolutions, two images, one of them with a contrast.

const { graph } = importModel(readFileSync('models/digits.onnx'));
const random = mulberry32(41);
const draw = () => Float32Array.from(uniformArray(random, 784));
const tasks: AttributionTask[] = [
  { image: draw(), baseline: new Float32Array(784), target: 3 },
  { image: draw(), baseline: draw(), target: 8, contrast: 1 },
];

/** Float32 through five layers; a gate that float32 sees on the other side of 0 would show as 1e-3 and more. */
const TOLERANCE = 1e-5;

describe('on the GPU', () => {
  const shared = useDevice();
  let source: DeviceSource;
  let gpu: GpuExecutor;
  beforeAll(async () => {
    source = new DeviceSource(shared.gpu, { limits: shared.limits });
    gpu = await GpuExecutor.create(source, canonicalise(graph));
    return () => {
      gpu.destroy();
      return source.destroy();
    };
  });
  const cpu = new CpuExecutor(graph);

  test.each<[string, Partial<MethodOptions>]>([
    ['saliency, smoothed', { method: 'saliency', smooth: 9 }],
    ['saliency, variance', { method: 'saliency', smooth: 9, variance: true }],
    ['input x gradient, smoothed', { method: 'input-x-gradient', smooth: 9 }],
    ['integrated gradients, smoothed', { method: 'ig', smooth: 3 }],
  ])('%s', async (_, options) => {
    const all = { steps: 6, space: spaceOf(28, 28), method: 'ig', ...options } as const;
    const [expected, actual] = [await attributeTasks(cpu, tasks, all), await attributeTasks(gpu, tasks, all)];
    tasks.forEach((_, index) => {
      const [own, reference] = [actual.attributions[index]!, expected.attributions[index]!];
      expect(relativeDistance(own.values, reference.values)).toBeLessThan(TOLERANCE);
      expect(own.outputAtInput).toBeCloseTo(reference.outputAtInput, 3);
      expect(own.parameters).toEqual(reference.parameters);
    });
    expect(actual.cost.submits).toBeGreaterThan(0);
  });
});
