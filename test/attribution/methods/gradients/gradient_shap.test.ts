import { expect, test } from 'vitest';
import { attributeTasks, type MethodOptions } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { importModel } from '../../../../src/onnx/import.js';
import { Xoshiro128 } from '../../../../src/tensor/random.js';
import { buildModel } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';
import { residualModel } from '../../../support/residual_network.js';
import { spaceOf } from '../../../support/spaces.js';

const random = mulberry32(73);
const draw = () => Float32Array.from(uniformArray(random, 72, -1, 1));
const executor = new CpuExecutor(importModel(buildModel(residualModel)).graph);
const task = { image: draw(), baseline: draw(), target: 1 };
const run = async (options: Partial<MethodOptions>) =>
  (await attributeTasks(executor, [task], { method: 'gradient-shap', steps: 1, space: spaceOf(6, 6, 2), ...options })).attributions[0]!;

test('gradient SHAP: the mean over draws of a baseline, a point and noise', async () => {
  const baselines = [draw(), draw(), draw()];
  const found = await run({ samples: 5, baselines, noise: 0.2, seed: 7 });
  const draws = Xoshiro128.fromSeed(7);
  const expected = new Float64Array(72);
  for (let k = 0; k < 5; k++) {
    const b = baselines[draws.below(3)]!;
    const alpha = draws.uniform();
    const moved = task.image.map((x) => x + 0.2 * draws.normal());
    const point = moved.map((x, e) => b[e]! + alpha * (x - b[e]!));
    const { gradients } = await executor.gradients({ images: point, seed: Float32Array.of(0, 1) });
    gradients.forEach((gradient, e) => {
      expected[e]! += (gradient * (moved[e]! - b[e]!)) / 5;
    });
  }
  expect([...found.values]).toEqual([...expected].map((value) => expect.closeTo(value, 5)));
  expect(found.parameters).toEqual({ samples: 5, noise: 0.2, seed: 7, baselines: 3 });
  const { outputs } = await executor.forward(Float32Array.from(baselines.flatMap((b) => [...b])), 3);
  expect(found.outputAtBaseline).toBeCloseTo((outputs[1]! + outputs[3]! + outputs[5]!) / 3, 6);
});

test('without a set it starts from the baseline of the image, and sums to f(x) - f(b) in expectation', async () => {
  const found = await run({ samples: 1500 });
  expect(found.parameters).toMatchObject({ samples: 1500, noise: 0, baselines: 1 });
  // The deviation of the mean of 1,500 uniform points of a path with a few kinks.
  expect(Math.abs(found.delta)).toBeLessThan(0.05);
});
