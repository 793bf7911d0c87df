import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { OPERATOR_TOLERANCE } from '../support/compare_executors.js';
import { generatedModels } from '../support/generated_cases.js';
import { generators } from '../support/generated_lists.js';
import { useDevice } from '../support/gpu.js';
import { buildModel } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';

/** About so many cases of every operator run on a GPU: each is some dispatches of a schedule. */
const CASES = 12;

describe('generated shapes on the GPU', () => {
  const shared = useDevice();

  const models = generators
    .filter(({ foldsOnly, gpuCases }) => !foldsOnly && gpuCases !== 0)
    .flatMap((generator) => generatedModels(generator, { share: (generator.gpuCases ?? CASES) / generator.count, nonlinear: true }))
    .map((model) => [`${model.op}, opset ${model.opset}: ${model.cases.length} cases`, model] as const);

  test.each(models)('%s', async (_, { description, cases, image, generator }) => {
    const { graph } = importModel(buildModel(description));
    const cpu = new CpuExecutor(graph);
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
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
    const tolerance = generator.gpuTolerance ?? OPERATOR_TOLERANCE;
    const wrong: string[] = [];
    let [output, input] = [0, 0];
    for (const { name, value, flat, elements } of cases) {
      const ends = [output + sizeOf(graph.shapes.get(value) ?? graph.constants.get(flat)!.shape), input + elements] as const;
      const forward = relativeDistance(actual.outputs.subarray(output, ends[0]), expected.outputs.subarray(output, ends[0]));
      const backward = relativeDistance(onGpu.gradients.subarray(input, ends[1]), gradient.gradients.subarray(input, ends[1]));
      if (!(forward < tolerance && backward < tolerance)) wrong.push(`${name}: forward ${forward}, backward ${backward}`);
      [output, input] = ends;
    }
    expect(wrong).toEqual([]);
    expect([output, input]).toEqual([cpu.classes, cpu.elements]);
  });
});
