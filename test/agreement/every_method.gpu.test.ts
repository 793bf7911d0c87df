import { describe, expect, test } from 'vitest';
import { METHODS, type Method } from '../../src/attribution/methods/index.js';
import { type AttributionTask, attributeTasks } from '../../src/attribution/tasks.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { PathlightError } from '../../src/errors.js';
import type { Executor } from '../../src/executor.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { networkOf } from '../../src/graph/analysis/network.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { gridPatches } from '../../src/image/patches.js';
import { importModel } from '../../src/onnx/import.js';
import { useDevice } from '../support/gpu.js';
import { methodNetworks, SIDE } from '../support/networks/method_networks.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { spaceOf } from '../support/spaces.js';

// Every method of the table, on ten networks, on the GPU and on the float64 executor. What a method computes is tested elsewhere (test/attribution/methods).

/** Sums of up to some tens of products in float32 (6e-8 each), one after another through up to 30 operators. The largest that was seen is 4e-6. */
const TOLERANCE = 1e-5;
/**
 * Relevance is divided by sums that may nearly cancel, as those of a transformer do. A change of the image by 1.2e-7 changes the maps of the
 * float64 executor by up to 1e-3 there (docs/methods.md), and float32 is no better than that. The largest that was seen on these images is 2e-5.
 */
const TOLERANCE_OF_RELEVANCE = 1e-4;

/** Methods that need one attention among the same tokens all the way, and what they say where there is none. */
const OF_ATTENTION: readonly Method[] = ['gradient-x-attention', 'legrad', 'rollout'];
const REFUSALS: Readonly<Record<string, string | undefined>> = {
  'a vision transformer': undefined,
  'attention within windows': 'attention.windows',
};
const refusalOf = (network: string, method: Method): string | undefined =>
  OF_ATTENTION.includes(method) ? (network in REFUSALS ? REFUSALS[network] : 'attention.none') : undefined;

const ELEMENTS = 3 * SIDE * SIDE;
const random = mulberry32(71);
const draw = () => Float32Array.from(uniformArray(random, ELEMENTS, -1, 1));
const task: AttributionTask = { image: draw(), baseline: new Float32Array(ELEMENTS), target: 0, contrast: 1 };
/** As few samples as fill a quad, wherever a method takes gradients at several images: their number is in the kernels. */
const FEW = 4;
const settings = {
  steps: FEW,
  space: spaceOf(SIDE, SIDE, 3),
  baselines: [draw(), draw()],
  cut: () => gridPatches(SIDE, SIDE, SIDE / 2),
  window: SIDE / 2,
  cells: 2,
} as const;

describe('every method, on the GPU and in float64', () => {
  const shared = useDevice();

  test.each(Object.entries(methodNetworks))('%s', async (network, file) => {
    const { graph } = importModel(file());
    const cpu = new CpuExecutor(graph);
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
    for (const method of METHODS) {
      const options = { ...settings, network: networkOf(graph), samples: method === 'gradient-shap' ? FEW : 16, method };
      const of = async (executor: Executor) => {
        try {
          return (await attributeTasks(executor, [task], options)).attributions[0]?.values;
        } catch (error) {
          return error instanceof PathlightError ? error.code : String(error);
        }
      };
      const [expected, found] = [await of(cpu), await of(gpu)];
      if (typeof expected === 'object' && typeof found === 'object') {
        const tolerance = ['lrp', 'attn-lrp'].includes(method) ? TOLERANCE_OF_RELEVANCE : TOLERANCE;
        expect(relativeDistance(found, expected), method).toBeLessThan(tolerance);
        expect(refusalOf(network, method), method).toBeUndefined();
      } else expect({ [method]: [expected, found] }).toEqual({ [method]: new Array(2).fill(refusalOf(network, method)) });
    }
    gpu.destroy();
  });
});
