import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { useDevice } from '../support/gpu.js';
import { buildModel } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { attentionCases } from '../support/rewritten/attention.js';
import { imageOf, type RewrittenCase } from '../support/rewritten/case.js';
import { dynamicConvolutionCases } from '../support/rewritten/dynamic_convolution.js';
import { recurrentCases } from '../support/rewritten/recurrent.js';
import { windowCases } from '../support/rewritten/windows.js';

/** Some dozen operations, each rounded to float32 (6e-8), on sums of at most some dozen terms. */
const TOLERANCE = 1e-5;

/**
 * One for each way in which nodes are put together. The nodes themselves have their own tests on a GPU. The fused plan links a shader for each
 * network, for ten seconds of a core; all of these agreed in it when they were written, and one stands for them.
 */
const CASES: readonly (readonly [plan: 'layered' | 'fused', rewritten: RewrittenCase])[] = [
  ...[
    ...recurrentCases.filter(({ name }) => /LSTM, (both|sequences of|backwards)|GRU, the reset after the product$/.test(name)),
    ...attentionCases.filter(({ name }) => /fewer heads|sees nothing|interleaved/.test(name)),
    ...windowCases.filter(({ name }) => /^Conv, three axes, with all/.test(name)),
    ...dynamicConvolutionCases.filter(({ name }) => /with all/.test(name)),
  ].map((each) => ['layered', each] as const),
  ...windowCases.filter(({ name }) => /^MaxPool, three axes/.test(name)).map((each) => ['fused', each] as const),
];

describe('nodes that others say, on the GPU', () => {
  const shared = useDevice();

  test('there are as many as are meant', () => {
    expect(CASES).toHaveLength(11);
  });

  test.each(CASES.map(([plan, rewritten]) => [`${plan}: ${rewritten.name}`, plan, rewritten] as const))(
    '%s',
    async (_, plan, rewritten) => {
      const { graph } = importModel(buildModel(rewritten.description));
      const image = imageOf(rewritten);
      const cpu = new CpuExecutor(graph);
      const gpu = await GpuExecutor.create(shared.source, canonicalise(graph), { plan });
      const request = {
        count: 1,
        inputs: image,
        baselines: image,
        seeds: Float32Array.from(uniformArray(mulberry32(3), cpu.classes, -1, 1)),
        alphas: Float64Array.of(1),
        weights: Float64Array.of(1),
      };
      const [expected, actual] = [await cpu.forward(image, 1), await gpu.forward(image, 1)];
      const [gradient, onGpu] = [await cpu.pathGradient(request), await gpu.pathGradient(request)];
      gpu.destroy();
      expect(relativeDistance(actual.outputs, expected.outputs)).toBeLessThan(TOLERANCE);
      expect(relativeDistance(onGpu.gradients, gradient.gradients)).toBeLessThan(TOLERANCE);
    },
  );
});
