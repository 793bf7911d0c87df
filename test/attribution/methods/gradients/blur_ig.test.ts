import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { blurImage } from '../../../../src/attribution/blur.js';
import { type AttributionTask, attributeTasks, type MethodOptions } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../../../src/doctor/case_graph.js';
import type { Executor } from '../../../../src/executor.js';
import { importModel } from '../../../../src/onnx/import.js';
import { linearNetwork } from '../../../support/linear_network.js';
import { mulberry32, uniformArray } from '../../../support/random.js';
import { spaceOf } from '../../../support/spaces.js';

const random = mulberry32(23);
const draw = (size: number) => Float32Array.from(uniformArray(random, size, -1, 1));

/** The sum over the square of three deviations around a pixel, edges going on, of one plane. */
function blurredPlane(plane: ArrayLike<number>, width: number, height: number, sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma);
  const inside = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
  return Float64Array.from({ length: width * height }, (_, pixel) => {
    const [row, column] = [Math.floor(pixel / width), pixel % width];
    let [sum, total] = [0, 0];
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        const weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
        total += weight;
        sum += weight * plane[inside(row + dy, height) * width + inside(column + dx, width)]!;
      }
    }
    return sum / total;
  });
}

describe('blurring', () => {
  test.each(['nchw', 'nhwc'] as const)('every plane of a %s image is the sum over its surroundings', (layout) => {
    const [width, height] = [6, 4];
    const image = draw(2 * 24);
    const blurred = blurImage(image, spaceOf(width, height, 2, layout), 1.3);
    const plane = (values: ArrayLike<number>, c: number) =>
      Array.from({ length: 24 }, (_, p) => values[layout === 'nchw' ? 24 * c + p : 2 * p + c]!);
    for (const channel of [0, 1]) {
      expect(relativeDistance(plane(blurred, channel), blurredPlane(plane(image, channel), width, height, 1.3))).toBeLessThan(1e-14);
    }
  });

  test.each([3, 8, 30])('much wider than the image, by %d pixels, still is', (sigma) => {
    const image = draw(24);
    expect(relativeDistance(blurImage(image, spaceOf(6, 4), sigma), blurredPlane(image, 6, 4, sigma))).toBeLessThan(1e-13);
  });

  test('takes no longer where it is much wider than the image, and is refused beyond that', async () => {
    const started = process.cpuUsage();
    blurImage(draw(224 * 224), spaceOf(224, 224), 10_000);
    // Microseconds of processor time: 0.2 s. A sum over all taps takes 10 s.
    expect(process.cpuUsage(started).user).toBeLessThan(2e6);
    const task = { image: draw(4), baseline: new Float32Array(4), target: 0 };
    const executor = new CpuExecutor(linearNetwork([1, 2, 2], [draw(4), draw(4)]));
    for (const blur of [0, -1, 10_001, 1e9, Number.POSITIVE_INFINITY, Number.NaN]) {
      await expect(run(executor, task, { blur, space: spaceOf(2, 2) })).rejects.toThrow(
        `a blur of ${blur} pixels (above 0 and at most 10000)`,
      );
    }
  });

  test('no deviation changes nothing, and what is constant stays so', () => {
    const image = draw(24);
    expect([...blurImage(image, spaceOf(6, 4), 0)]).toEqual([...image]);
    expect([...blurImage(new Float32Array(24).fill(0.5), spaceOf(6, 4), 2)]).toEqual(new Array(24).fill(expect.closeTo(0.5, 14)));
  });
});

async function run(executor: Executor, task: AttributionTask, options: Partial<MethodOptions>) {
  return (await attributeTasks(executor, [task], { method: 'blur-ig', steps: 4, ...options })).attributions[0]!;
}

describe('blur integrated gradients', () => {
  test('of a linear network: weight x (image - blurred image), whatever the steps', async () => {
    const weights = draw(70);
    const executor = new CpuExecutor(linearNetwork([2, 5, 7], [weights, draw(70)]));
    const image = draw(70);
    const blurred = [0, 35].flatMap((plane) => [...blurredPlane(image.slice(plane, plane + 35), 7, 5, 1.5)]);
    for (const steps of [1, 6]) {
      const { values, delta, parameters } = await run(
        executor,
        { image, baseline: image, target: 0 },
        { space: spaceOf(7, 5, 2), steps, blur: 1.5 },
      );
      // Factors are float32 differences of numbers up to 1.
      expect(
        relativeDistance(
          values,
          weights.map((w, e) => w * (image[e]! - blurred[e]!)),
        ),
      ).toBeLessThan(1e-6);
      expect(delta).toBeCloseTo(0, 5);
      expect(parameters).toEqual({ blur: 1.5 });
    }
  });

  test('of a network with gates: the definition, step by step', async () => {
    const executor = new CpuExecutor(importModel(readFileSync('models/digits-naive.onnx')).graph);
    const image = draw(784).map((x) => 3 * Math.abs(x));
    const [steps, largest] = [5, 0.15 * 28];
    const blurred = (k: number) => (k === steps ? Float64Array.from(image) : blurredPlane(image, 28, 28, largest * (1 - k / steps)));
    const expected = new Float64Array(784);
    const seed = new Float32Array(10);
    seed[4] = 1;
    for (let k = 0; k < steps; k++) {
      const [from, to] = [blurred(k), blurred(k + 1)];
      const { gradients } = await executor.gradients({ images: Float32Array.from(blurred(k + 0.5)), seed });
      for (let e = 0; e < 784; e++) expected[e]! += gradients[e]! * (to[e]! - from[e]!);
    }
    const { values, outputAtBaseline } = await run(executor, { image, baseline: image, target: 4 }, { space: spaceOf(28, 28), steps });
    expect(relativeDistance(values, expected)).toBeLessThan(1e-6);
    const { outputs } = await executor.forward(Float32Array.from(blurred(0)), 1);
    expect(outputAtBaseline).toBeCloseTo(outputs[4]!, 5);
  });

  test('a blur of nothing is refused', async () => {
    const executor = new CpuExecutor(linearNetwork([1, 2, 2], [draw(4), draw(4)]));
    const task = { image: draw(4), baseline: draw(4), target: 0 };
    await expect(run(executor, task, { space: spaceOf(2, 2), blur: 0 })).rejects.toThrow('a blur of 0 pixels (above 0 and at most 10000)');
  });
});
