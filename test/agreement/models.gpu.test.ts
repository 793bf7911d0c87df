import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, type TestContext, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { finalSoftmax } from '../../src/graph/analysis/head/head.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { withOutput } from '../../src/graph/passes/head.js';
import { importModel } from '../../src/onnx/import.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { expectAccurate } from '../support/accuracy.js';
import { useDevice } from '../support/gpu.js';
import { needsOnnxRuntime, runOnnxRuntime } from '../support/oracle.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { MODELS, needsShared, readShared } from '../support/shared.js';

/** Inputs 0..255; all others take about [-2, 2]. */
const BYTES = new Set(['pretrainedResnet', 'pretrainedResnet_large_float']);

interface Model {
  readonly name: string;
  readonly load: () => Uint8Array;
}
const own: Model[] = ['digits', 'digits-naive', 'scenes', 'scenes-naive'].map((name) => ({
  name,
  load: () => readFileSync(join('models', `${name}.onnx`)),
}));
const others: Model[] = MODELS.map((name) => ({ name, load: () => readShared('models', `${name}.onnx`) }));

describe('logits against onnxruntime', () => {
  beforeEach(needsOnnxRuntime);
  const shared = useDevice();

  const compare = async ({ name, load }: Model, context: TestContext): Promise<void> => {
    const judge = (device: 'gpu' | 'cpu', error: number) =>
      expectAccurate(context, { file: `models/${name}`, what: 'forward', device, error });
    const bytes = load();
    const { graph, info } = importModel(bytes);
    const elements = sizeOf(graph.input.shape);
    const uniform = uniformArray(mulberry32(9), 7 * elements, ...(BYTES.has(name) ? ([0, 255] as const) : ([-1, 2] as const)));
    const images = Float32Array.from(uniform);
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
    const classes = gpu.classes;
    const expected = new Float32Array(7 * classes);
    for (let image = 0; image < 7; image++) {
      const one = images.slice(image * elements, (image + 1) * elements);
      const [output] = await runOnnxRuntime(bytes, graph.input.name, graph.input.shape, one);
      expected.set(output!, image * classes);
    }
    expect(info.opset).toBeGreaterThanOrEqual(7);
    for (const count of [1, 7]) {
      const { outputs } = await gpu.forward(images.subarray(0, count * elements), count);
      judge('gpu', relativeDistance(outputs, expected.subarray(0, count * classes)));
    }
    if (finalSoftmax(graph)) {
      // Probabilities close to 0 and 1 hide errors of the logits, which are their logarithms but for a constant.
      const logits = await GpuExecutor.create(shared.source, canonicalise(withOutput(graph, 'logit')));
      const { outputs } = await logits.forward(images, 7);
      for (let image = 0; image < 7; image++) {
        const part = (data: ArrayLike<number>) => Array.from({ length: classes }, (_, i) => data[image * classes + i]!);
        const probabilities = part(expected);
        // Of a probability that is no normal float32 the logarithm is not known.
        const known = probabilities.flatMap((p, i) => (p > 1.2e-38 ? [i] : []));
        const centred = (data: number[]) => {
          const mean = known.reduce((sum, i) => sum + data[i]!, 0) / known.length;
          return known.map((i) => data[i]! - mean);
        };
        expect(known.length).toBeGreaterThan(1);
        judge('gpu', relativeDistance(centred(part(outputs)), centred(probabilities.map(Math.log))));
      }
      logits.destroy();
    }
    const { outputs } = await new CpuExecutor(graph).forward(images.subarray(0, elements), 1);
    judge('cpu', relativeDistance(outputs, expected.subarray(0, classes)));
    gpu.destroy();
  };

  test.for(own)('$name, batch 1 and batch 7', compare);

  describe('of others', () => {
    beforeEach(needsShared);
    test.for(others)('$name, batch 1 and batch 7', compare);
  });
});
