import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { attributeTasks, type Method } from '../../src/attribution/methods.js';
import { CpuExecutor } from '../../src/cpu/executor.js';
import { DeviceSource } from '../../src/gpu/device.js';
import { GpuExecutor } from '../../src/gpu/executor.js';
import { canonicalise, rewrite } from '../../src/graph/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { relativeDistance } from '../support/case_graph.js';
import { useDevice } from '../support/gpu.js';
import { CASES, needsShared, readCase } from '../support/shared.js';

/**
 * Maps computed by PyTorch in float64 and stored as float32: the CPU executor may differ by their last place (6e-8) and that of weights
 * which the export folded (mini_resnet); the GPU by float32 rounding through a network, 64 times averaged.
 */
const TOLERANCE = { cpu: 2e-7, gpu: 1e-5 };
const MAPS: [file: string, method: Method, baseline: 'baseline' | 'zero', contrast: boolean][] = [
  ['ig_midpoint64', 'ig', 'baseline', false],
  ['ig_zero_midpoint64', 'ig', 'zero', false],
  ['ig_contrast64', 'ig', 'baseline', true],
  ['saliency', 'saliency', 'zero', false],
];

describe('maps of PyTorch', () => {
  beforeEach(needsShared);
  const shared = useDevice();
  let source: DeviceSource;
  beforeAll(() => {
    source = new DeviceSource(shared.gpu, { limits: shared.limits });
    return () => source.destroy();
  });

  for (const name of CASES) {
    test.each(MAPS)(`${name}: %s`, async (file, method, from, withContrast) => {
      const { model, target, contrast, array } = readCase(name);
      const { graph } = importModel(model);
      const image = array('input');
      const baseline = from === 'zero' ? new Float32Array(image.length) : array('baseline');
      const task = { image, baseline, target, ...(withContrast && { contrast }) };
      const gpu = await GpuExecutor.create(source, canonicalise(graph));
      for (const executor of [new CpuExecutor(graph), gpu]) {
        const { attributions } = await attributeTasks(executor, [task], { method, steps: 64, rule: 'midpoint' });
        const error = relativeDistance(attributions[0]!.values, array(file));
        expect(error, executor.kind).toBeLessThan(TOLERANCE[executor.kind === 'cpu' ? 'cpu' : 'gpu']);
      }
      gpu.destroy();
    });
  }

  test.each([
    ['recomposed', canonicalise],
    ['as it was exported', rewrite],
  ])('mini_vit, %s, on either executor', async (_, pass) => {
    const { model, target, array } = readCase('mini_vit');
    const { graph } = importModel(model);
    const task = { image: array('input'), baseline: array('baseline'), target };
    const gpu = await GpuExecutor.create(source, pass(graph));
    for (const executor of [new CpuExecutor(pass(graph)), gpu]) {
      const { attributions } = await attributeTasks(executor, [task], { method: 'ig', steps: 64, rule: 'midpoint' });
      const error = relativeDistance(attributions[0]!.values, array('ig_midpoint64'));
      expect(error, executor.kind).toBeLessThan(TOLERANCE[executor.kind === 'cpu' ? 'cpu' : 'gpu']);
    }
    gpu.destroy();
  });
});
