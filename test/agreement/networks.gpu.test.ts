import { beforeEach, describe, expect, test } from 'vitest';
import type { PathRequest } from '../../src/executor.js';
import { leanSchedule } from '../../src/gpu/compile/lean.js';
import type { Schedule } from '../../src/gpu/compile/schedule.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { pathSchedule } from '../../src/gpu/requests/path/path_schedule.js';
import type { GpuExecutorOptions } from '../../src/gpu/resource_owner.js';
import { absorbAffine } from '../../src/graph/passes/absorb.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { useDevice } from '../support/gpu.js';
import { measureNetwork } from '../support/networks/measure.js';
import { generatedNetworks } from '../support/networks/network.js';
import { needsOnnxRuntime } from '../support/oracle.js';

/**
 * Sums of up to 600 terms in 10 to 40 layers: float32 rounding (6e-8 a term) grows as the square root of their number, to less than 1e-5 in
 * the Euclidean norm.
 */
const TOLERANCE = 1e-5;
/** Of smooth networks 32 midpoint steps leave an error of the second order of a step, which was 7e-5 to 1.1e-2 of the outputs' difference. */
const COMPLETENESS = 2e-2;

/**
 * The others' blocks are those of models in test/agreement/models.gpu.test.ts and cases.gpu.test.ts; `npm run test:large` has all of them, at full size.
 * Theirs would take a minute to compile.
 */
const SMOOTH = generatedNetworks.filter(({ name }) => ['EfficientNet-B0', 'ConvNeXt-Tiny', 'ViT-Ti/16'].includes(name));

/** Bytes of a schedule's tensors for one quad of samples in each space. */
function bytesOf({ memory }: Schedule): number {
  return memory.slots.reduce((sum, { elements }) => sum + 16 * elements, 0);
}

describe('networks with seeded weights, tiny', () => {
  beforeEach(needsOnnxRuntime);
  const shared = useDevice();

  test.each(SMOOTH)('$name: outputs, gradient, completeness', async ({ tiny }) => {
    const found = await measureNetwork(tiny().bytes, shared.source, 32);
    expect(found.fromOnnxRuntime).toBeLessThan(TOLERANCE);
    expect(found.fromFloat64).toBeLessThan(TOLERANCE);
    expect(found.gradient).toBeLessThan(TOLERANCE);
    expect(found.completeness).toBeLessThan(COMPLETENESS);
  });

  // The others' kernels would compile for ten seconds each. It has branches, reductions and values that are read far behind where they are made.
  test.each(SMOOTH.filter(({ name }) => name === 'EfficientNet-B0'))(
    '$name: with so little memory that most of the forward pass runs twice',
    async ({ tiny }) => {
      const graph = canonicalise(importModel(tiny().bytes).graph);
      const schedule = pathSchedule(absorbAffine(graph));
      const [own, lean] = [bytesOf(schedule), bytesOf(leanSchedule(schedule) ?? schedule)];
      const constants = [...schedule.constants].reduce((sum, { byteLength }) => sum + byteLength, 0);
      const [elements, classes] = [sizeOf(graph.input.shape), sizeOf(graph.output.shape)];
      const request: PathRequest = {
        count: 1,
        inputs: Float32Array.from({ length: elements }, (_, i) => Math.sin(i)),
        baselines: new Float32Array(elements),
        seeds: Float32Array.from({ length: classes }, (_, i) => (i === 1 ? 1 : 0)),
        alphas: Float64Array.of(0.1, 0.3, 0.4, 0.6, 0.7, 0.9),
        weights: new Float64Array(6).fill(1 / 6),
      };
      const memoryBudget = constants + lean + 4 * 3 * (elements + classes) + 2 ** 10;
      expect(memoryBudget, 'what the plain schedule needs, even with weights in turn').toBeLessThan(own);
      const gradientsOf = async (options: GpuExecutorOptions) => {
        const executor = await GpuExecutor.create(shared.source, graph, { plan: 'layered', ...options });
        const { gradients, cost } = await executor.pathGradient(request);
        executor.destroy();
        return { gradients, cost };
      };
      const [expected, found] = [await gradientsOf({}), await gradientsOf({ memoryBudget })];
      // Each quad of samples is a chunk here, so that sums over samples round differently.
      expect(found.cost.submits).toBe(2);
      expect([expected.cost.recomputed, found.cost.recomputed]).toEqual([undefined, true]);
      expect(found.cost.dispatches).toBeGreaterThan(expected.cost.dispatches);
      expect(found.cost.peakBytes).toBeLessThan(expected.cost.peakBytes);
      const distance = Math.hypot(...found.gradients.map((value, i) => value - (expected.gradients[i] ?? Number.NaN)));
      expect(distance / Math.hypot(...expected.gradients)).toBeLessThan(1e-6);
    },
  );
});
