import { beforeEach, describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { ReferencePasses } from '../../src/cpu/passes.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { importModel } from '../../src/onnx/import.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { exportedModels } from '../support/exported_models.js';
import { buildModel } from '../support/onnx_builder.js';
import { needsOnnxRuntime, runOnnxRuntime } from '../support/oracle.js';
import { mulberry32, uniformArray } from '../support/random.js';

/** ONNX Runtime rounds every one of a few dozen operations to float32 (6e-8), the executor none. */
const TOLERANCE = 1e-6;
/** Of central differences in float64: the third derivatives of a few nested functions times STEP^2, and rounding of 1e-15 / STEP. */
const GRADIENT_TOLERANCE = 1e-7;
const STEP = 1e-5;

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

describe('exported models have the gradient of a central difference', () => {
  test.each(exportedModels.map(({ name, description }) => [name, description] as const))('%s', (_, description) => {
    const passes = new ReferencePasses(importModel(buildModel(description)).graph);
    const { input, output } = passes.graph;
    const random = mulberry32(9);
    const draw = (size: number) => Float64Array.from(uniformArray(random, size, -1, 1));
    const [image, direction, seed] = [draw(sizeOf(input.shape)), draw(sizeOf(input.shape)), draw(sizeOf(output.shape))];
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const score = (t: number) => dot(seed, passes.forward(image.map((x, i) => x + t * direction[i]!)).get(output.name)!);
    const slope = dot(direction, passes.backward(passes.forward(image), seed));
    expect(Math.abs(slope - (score(STEP) - score(-STEP)) / (2 * STEP))).toBeLessThan(GRADIENT_TOLERANCE * Math.max(1, Math.abs(slope)));
  });
});
