import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type AttributionTask, attributeTasks, type MethodOptions } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import type { Executor } from '../../../../src/executor.js';
import { importModel } from '../../../../src/onnx/import.js';
import { linearNetwork } from '../../../support/linear_network.js';
import { mulberry32, uniformArray } from '../../../support/random.js';
import { spaceOf } from '../../../support/spaces.js';

const random = mulberry32(17);
const draw = (size: number) => Float32Array.from(uniformArray(random, size, -1, 1));

async function run(executor: Executor, task: AttributionTask, options: Partial<MethodOptions>) {
  return (await attributeTasks(executor, [task], { method: 'occlusion', steps: 1, ...options })).attributions[0]!;
}

describe('of a linear network of 2 x 3 x 5 images, by hand', () => {
  const [channels, rows, columns] = [2, 3, 5] as const;
  const weights = draw(30);
  const executor = new CpuExecutor(linearNetwork([channels, rows, columns], [weights, draw(30)]));
  const task = { image: draw(30), baseline: draw(30), target: 0 };
  const space = spaceOf(columns, rows, channels);
  /** What a pixel contributes to f(x) - f(b), all channels together. */
  const share = (pixel: number) =>
    [0, 15].reduce((sum, plane) => {
      const e = plane + pixel;
      return sum + weights[e]! * (task.image[e]! - task.baseline[e]!);
    }, 0);
  const pixels = (values: Float32Array) => Array.from({ length: 15 }, (_, pixel) => values[pixel]! + values[15 + pixel]!);

  test('windows of one pixel: what the pixel contributes, in equal parts on its channels', async () => {
    const { values, sum, outputAtInput, outputAtBaseline } = await run(executor, task, { space, window: 1, stride: 1 });
    expect(pixels(values)).toEqual(Array.from({ length: 15 }, (_, pixel) => expect.closeTo(share(pixel), 5)));
    expect(values.slice(0, 15)).toEqual(values.slice(15));
    expect(sum).toBeCloseTo(outputAtInput - outputAtBaseline, 5);
  });

  test('windows of 2, 2 apart: four whole ones, and what stands out of the image is cut off', async () => {
    const { values, parameters } = await run(executor, task, { space, window: 2, stride: 2 });
    expect(parameters).toEqual({ window: { size: 2, stride: 2, count: 6 } });
    // Rows 0-1 and 2, columns 0-1, 2-3 and 4.
    const windowOf = (pixel: number) => `${Math.floor(pixel / 5) >> 1} ${(pixel % 5) >> 1}`;
    const all = Array.from({ length: 15 }, (_, pixel) => pixel);
    const expected = all.map((pixel) =>
      all.filter((other) => windowOf(other) === windowOf(pixel)).reduce((sum, other) => sum + share(other), 0),
    );
    expect(pixels(values)).toEqual(expected.map((value) => expect.closeTo(value, 5)));
  });

  test('windows of 3, 1 apart: the mean of those over a pixel', async () => {
    const { values, parameters } = await run(executor, task, { space, window: 3, stride: 1 });
    // They begin at the columns 0, 1 and 2, and take all rows.
    expect(parameters?.window?.count).toBe(3);
    const column = (c: number) => share(c) + share(5 + c) + share(10 + c);
    const windows = [0, 1, 2].map((c) => column(c) + column(c + 1) + column(c + 2));
    const means = [
      windows[0]!,
      (windows[0]! + windows[1]!) / 2,
      (windows[0]! + windows[1]! + windows[2]!) / 3,
      (windows[1]! + windows[2]!) / 2,
      windows[2]!,
    ];
    expect(pixels(values)).toEqual(Array.from({ length: 15 }, (_, pixel) => expect.closeTo(means[pixel % 5]!, 5)));
  });

  test.each<[Partial<MethodOptions>, string]>([
    [{ window: 4 }, 'a window of 4 pixels (a whole number from 1 to 3)'],
    [{ window: 2, stride: 3 }, 'a stride of 3 pixels (a whole number from 1 to 2)'],
    [{ window: 1.5 }, 'a window of 1.5 pixels'],
    [{ stride: 0 }, 'a stride of 0 pixels'],
  ])('%o is refused', async (options, message) => {
    await expect(run(executor, task, { space, ...options })).rejects.toThrow(message);
  });
});

test('of a network with gates: the contrast covered, window by window', async () => {
  const executor = new CpuExecutor(importModel(readFileSync('models/digits-naive.onnx')).graph);
  const task = { image: draw(784).map(Math.abs), baseline: draw(784).map(Math.abs), target: 2, contrast: 7 };
  const space = spaceOf(28, 28);
  const { values, parameters } = await run(executor, task, { space, window: 14, stride: 14 });
  expect(parameters?.window?.count).toBe(4);
  for (const [row, column] of [
    [0, 0],
    [0, 14],
    [14, 0],
    [14, 14],
  ] as const) {
    const covered = task.image.map((x, e) =>
      Math.floor(e / 28 / 14) * 14 === row && Math.floor((e % 28) / 14) * 14 === column ? task.baseline[e]! : x,
    );
    const { outputs } = await executor.forward(Float32Array.of(...task.image, ...covered), 2);
    const score = (image: number) => outputs[10 * image + 2]! - outputs[10 * image + 7]!;
    expect(values[28 * row + column]).toBeCloseTo(score(0) - score(1), 5);
  }
});
