import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type AttributionTask, attributeTasks, type MethodOptions } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../../../src/doctor/case_graph.js';
import type { Executor } from '../../../../src/executor.js';
import { importModel } from '../../../../src/onnx/import.js';
import { linearNetwork } from '../../../support/linear_network.js';
import { mulberry32, uniformArray } from '../../../support/random.js';

const random = mulberry32(29);
const draw = (size: number) => Float32Array.from(uniformArray(random, size));
const digits = new CpuExecutor(importModel(readFileSync('models/digits-naive.onnx')).graph);
const task: AttributionTask = { image: draw(784).map((x) => 3 * x), baseline: draw(784), target: 6, contrast: 2 };

async function run(executor: Executor, tasks: readonly AttributionTask[], options: Partial<MethodOptions>) {
  return (await attributeTasks(executor, tasks, { method: 'guided-ig', steps: 8, ...options })).attributions;
}

/** The algorithm of the paper and its authors' implementation, with one feature vector, as it reads there. */
async function guided(steps: number, fraction: number, maxDistance: number): Promise<Float64Array> {
  const [input, baseline] = [Float64Array.from(task.image), Float64Array.from(task.baseline)];
  const seed = new Float32Array(10);
  [seed[6], seed[2]] = [1, -1];
  const at = (alpha: number) => baseline.map((b, i) => b + (input[i]! - b) * alpha);
  const l1 = (a: Float64Array) => a.reduce((sum, value, i) => sum + Math.abs(value - input[i]!), 0);
  const total = l1(baseline);
  const x = baseline.slice();
  const attribution = new Float64Array(784);
  for (let step = 0; step < steps; step++) {
    const { gradients } = await digits.gradients({ images: Float32Array.from(x), seed });
    const size = Float64Array.from(gradients, Math.abs);
    const alpha = (step + 1) / steps;
    const [alphaMin, alphaMax] = [Math.max(alpha - maxDistance, 0), Math.min(alpha + maxDistance, 1)];
    const [xMin, xMax] = [at(alphaMin), alphaMax === 1 ? input : at(alphaMax)];
    const target = total * (1 - alpha);
    let gamma = Number.POSITIVE_INFINITY;
    while (gamma > 1) {
      const old = x.slice();
      x.forEach((value, i) => {
        const own = input[i] === baseline[i] ? alphaMax : (value - baseline[i]!) / (input[i]! - baseline[i]!);
        if (own < alphaMin) x[i] = xMin[i]!;
      });
      const current = l1(x);
      const credit = () => {
        for (let i = 0; i < 784; i++) attribution[i]! += (x[i]! - old[i]!) * gradients[i]!;
      };
      if (Math.abs(current - target) <= 1e-9 * Math.max(current, target, 1)) {
        credit();
        break;
      }
      x.forEach((value, i) => {
        if (value === xMax[i]) size[i] = Number.POSITIVE_INFINITY;
      });
      const threshold = [...size].sort((a, b) => a - b)[Math.floor(fraction * 783)]!;
      const selected = [...size.keys()].filter((i) => size[i]! <= threshold && Number.isFinite(size[i]!));
      const possible = selected.reduce((sum, i) => sum + Math.abs(x[i]! - xMax[i]!), 0);
      gamma = possible > 0 ? (current - target) / possible : Number.POSITIVE_INFINITY;
      for (const i of selected) x[i] = gamma > 1 ? xMax[i]! : x[i]! + (xMax[i]! - x[i]!) * gamma;
      credit();
    }
  }
  return attribution;
}

describe('guided integrated gradients', () => {
  test.each([
    [8, 0.25, 0.02],
    [5, 0.1, 0.3],
    [3, 1, 1],
  ])("the paper's algorithm: %i steps, fraction %f, distance %f", async (steps, fraction, maxDistance) => {
    const [own] = await run(digits, [task], { steps, fraction, maxDistance });
    expect(relativeDistance(own!.values, await guided(steps, fraction, maxDistance))).toBeLessThan(1e-6);
    expect(own!.parameters).toEqual({ fraction, maxDistance });
  });

  test('no distance from the straight path: Integrated Gradients by the left rule', async () => {
    const [straight] = await run(digits, [task], { maxDistance: 0 });
    const [left] = (await attributeTasks(digits, [task], { method: 'ig', steps: 8, rule: 'left' })).attributions;
    expect(relativeDistance(straight!.values, left!.values)).toBeLessThan(1e-6);
  });

  test('of a linear network every way gives weight x (x - b)', async () => {
    const weights = draw(30);
    const executor = new CpuExecutor(linearNetwork([2, 3, 5], [weights, draw(30)]));
    const linear = { image: draw(30), baseline: draw(30), target: 0 };
    const [own] = await run(executor, [linear], { steps: 4 });
    expect(
      relativeDistance(
        own!.values,
        weights.map((w, e) => w * (linear.image[e]! - linear.baseline[e]!)),
      ),
    ).toBeLessThan(1e-6);
    expect(own!.delta).toBeCloseTo(0, 5);
  });

  test('images of a batch, of several targets, as if each were alone; 0 where image and baseline are the same', async () => {
    const other = { ...task, image: draw(784), target: 1 };
    const same = { ...task, baseline: task.image };
    const together = await run(digits, [other, task, same, { ...task, target: 1 }], {});
    expect(together[1]!.values).toEqual((await run(digits, [task], {}))[0]!.values);
    expect(together[0]!.values).toEqual((await run(digits, [other], {}))[0]!.values);
    expect(together[2]!.values.every((value) => value === 0)).toBe(true);
  });

  test.each<[Partial<MethodOptions>, string]>([
    [{ fraction: 0 }, 'a fraction of 0 (above 0 and at most 1)'],
    [{ maxDistance: 2 }, 'a distance of 2 at most (from 0 to 1)'],
    [{ steps: 'exact' }, 'steps exact with the method guided-ig'],
  ])('%o is refused', async (options, message) => {
    await expect(run(digits, [task], options)).rejects.toThrow(message);
  });
});
