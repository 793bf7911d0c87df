import { beforeEach, describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { generatedNetworks } from '../support/networks/network.js';
import { needsOnnxRuntime, runOnnxRuntime } from '../support/oracle.js';
import { mulberry32, uniformArray } from '../support/random.js';

/** onnxruntime's float32: sums of up to 600 terms in 40 layers, each rounded by 6e-8; float64 adds nothing to it. */
const ROUNDING = 1e-5;
/** Passes change the order of sums in float64; and a Gelu made of its parts has the root of 2 that the file rounds to float32 (2e-8). */
const SAME = 1e-7;

describe('networks with seeded weights, tiny, in float64', () => {
  beforeEach(needsOnnxRuntime);

  test.each(generatedNetworks)('$name: outputs against onnxruntime; passes change neither outputs nor gradients', async ({ tiny }) => {
    const { bytes } = tiny();
    const { graph } = importModel(bytes);
    const [original, rewritten] = [new CpuExecutor(graph), new CpuExecutor(canonicalise(graph))];
    const image = Float32Array.from(uniformArray(mulberry32(32), original.elements, -2, 2));
    const [expected] = await runOnnxRuntime(bytes, graph.input.name, graph.input.shape, image);
    const { outputs } = await original.forward(image, 1);
    expect(relativeDistance(outputs, expected!)).toBeLessThan(ROUNDING);
    expect(relativeDistance((await rewritten.forward(image, 1)).outputs, outputs)).toBeLessThan(SAME);
    const seed = Float32Array.from({ length: original.classes }, (_, i) => Math.cos(i));
    const [gradient, same] = [await original.gradients({ images: image, seed }), await rewritten.gradients({ images: image, seed })];
    expect(relativeDistance(same.gradients, gradient.gradients)).toBeLessThan(SAME);
    expect(gradient.gradients.some((value) => value !== 0)).toBe(true);
  });
});
