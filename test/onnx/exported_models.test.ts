import { beforeEach, describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/executor.js';
import { importModel } from '../../src/onnx/import.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { relativeDistance } from '../support/case_graph.js';
import { exportedModels } from '../support/exported_models.js';
import { buildModel } from '../support/onnx_builder.js';
import { needsOnnxRuntime, runOnnxRuntime } from '../support/oracle.js';
import { mulberry32, uniformArray } from '../support/random.js';

/** ONNX Runtime rounds every one of a few dozen operations to float32 (6e-8), the executor none. */
const TOLERANCE = 1e-6;

describe('exported models compute what ONNX Runtime computes', () => {
  beforeEach(needsOnnxRuntime);

  test.each(exportedModels.map(({ name, description }) => [name, description] as const))('%s', async (_, description) => {
    const bytes = buildModel(description);
    const { input, ...graph } = importModel(bytes).graph;
    const [batchAxis] = Object.entries(description.inputs).find(([name]) => name === input.name)![1] as readonly (number | string)[];
    const batch = typeof batchAxis === 'number' ? batchAxis : 3;
    const images = Float32Array.from(uniformArray(mulberry32(8), batch * sizeOf(input.shape), -1, 1));
    const [expected] = await runOnnxRuntime(bytes, input.name, [batch, ...input.shape.slice(1)], images);
    const { outputs } = await new CpuExecutor({ ...graph, input }).forward(images, batch);
    expect(outputs.length).toBe(expected!.length);
    expect(relativeDistance(outputs, expected!)).toBeLessThan(TOLERANCE);
  });
});
