import { beforeEach, describe, test } from 'vitest';
import type { Method } from '../../src/attribution/methods/index.js';
import { attributeTasks } from '../../src/attribution/tasks.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import type { Executor } from '../../src/executor.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import type { Graph } from '../../src/graph/graph.js';
import { canonicalise, rewrite } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { expectAccurate } from '../support/accuracy.js';
import { useDevice } from '../support/gpu.js';
import { needsOnnxRuntime, runOnnxRuntime } from '../support/oracle.js';
import { CASES, needsShared, readCase } from '../support/shared.js';

const STEPS = 64;
const MAPS: [file: string, method: Method, baseline: 'baseline' | 'zero', contrast: boolean][] = [
  ['ig_midpoint64', 'ig', 'baseline', false],
  ['ig_zero_midpoint64', 'ig', 'zero', false],
  ['ig_contrast64', 'ig', 'baseline', true],
  ['saliency', 'saliency', 'zero', false],
];

describe('maps of PyTorch, outputs of ONNX Runtime', () => {
  beforeEach(needsShared);
  const shared = useDevice();

  /** On the float64 executor as the file has it, and on the GPU as it is rewritten. */
  const onBoth = async (reference: Graph, rewritten: Graph, check: (executor: Executor, device: 'cpu' | 'gpu') => Promise<void>) => {
    const gpu = await GpuExecutor.create(shared.source, rewritten);
    await check(new CpuExecutor(reference), 'cpu');
    await check(gpu, 'gpu');
    gpu.destroy();
  };

  for (const name of CASES) {
    const file = `cases/${name}`;

    test.for(MAPS)(`${name}: %s`, async ([kind, method, from, withContrast], context) => {
      const { model, target, contrast, array } = readCase(name);
      const image = array('input');
      const baseline = from === 'zero' ? new Float32Array(image.length) : array('baseline');
      const task = { image, baseline, target, ...(withContrast && { contrast }) };
      const { graph } = importModel(model);
      await onBoth(graph, canonicalise(graph), async (executor, device) => {
        // As many samples as integrals have: fewer would have kernels of their own, which compile for as long again.
        const copies = method === 'saliency' && device === 'gpu' ? STEPS : 1;
        const tasks = Array.from({ length: copies }, () => task);
        const { attributions } = await attributeTasks(executor, tasks, { method, steps: STEPS, rule: 'midpoint' });
        const error = Math.max(...attributions.map(({ values }) => relativeDistance(values, array(kind))));
        expectAccurate(context, { file, what: 'maps', device, error });
      });
    });

    test(`${name}: outputs`, async (context) => {
      needsOnnxRuntime(context);
      const { model, array } = readCase(name);
      const { graph } = importModel(model);
      const image = array('input');
      const [expected] = await runOnnxRuntime(model, graph.input.name, graph.input.shape, image);
      await onBoth(graph, canonicalise(graph), async (executor, device) => {
        const error = relativeDistance((await executor.forward(image, 1)).outputs, expected!);
        expectAccurate(context, { file, what: 'forward', device, error });
      });
    });
  }

  test.for([
    ['recomposed', canonicalise],
    ['as it was exported', rewrite],
  ] as const)('mini_vit, %s, on either executor', async ([, pass], context) => {
    const { model, target, array } = readCase('mini_vit');
    const { graph } = importModel(model);
    const task = { image: array('input'), baseline: array('baseline'), target };
    await onBoth(pass(graph), pass(graph), async (executor, device) => {
      const { attributions } = await attributeTasks(executor, [task], { method: 'ig', steps: STEPS, rule: 'midpoint' });
      const error = relativeDistance(attributions[0]!.values, array('ig_midpoint64'));
      expectAccurate(context, { file: 'cases/mini_vit', what: 'maps', device, error });
    });
  });
});
