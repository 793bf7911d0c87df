import { describe, expect, test } from 'vitest';
import { drawMask } from '../../../../src/attribution/methods/sampling/rise.js';
import { type AttributionTask, attributeTasks, type MethodOptions } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { gridPatches } from '../../../../src/image/patches.js';
import { importModel } from '../../../../src/onnx/import.js';
import { Xoshiro128 } from '../../../../src/tensor/random.js';
import { linearNetwork } from '../../../support/linear_network.js';
import { buildModel } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';
import { residualModel } from '../../../support/residual_network.js';
import { spaceOf } from '../../../support/spaces.js';

const random = mulberry32(71);
const draw = (size: number) => Float32Array.from(uniformArray(random, size, -1, 1));
const { graph } = importModel(buildModel(residualModel));
const executor = new CpuExecutor(graph);
const task: AttributionTask = { image: draw(72), baseline: draw(72), target: 0, contrast: 1 };
const patches = gridPatches(6, 6, 3);
const space = spaceOf(6, 6, 2);
const run = async (options: Partial<MethodOptions>) =>
  (
    await attributeTasks(executor, [task], {
      method: 'shapley',
      steps: 1,
      space,
      cut: (_, side) => gridPatches(6, 6, Number(side)),
      ...options,
    })
  ).attributions[0]!;

/** f of the image of which only these patches are seen. */
async function score(seen: readonly number[], of = patches, seenOf = (pixel: number) => Number(seen.includes(of.labels[pixel]!))) {
  const image = task.image.map((x, e) => task.baseline[e]! + seenOf(e % 36) * (x - task.baseline[e]!));
  const { outputs } = await executor.forward(image, 1);
  return outputs[0]! - outputs[1]!;
}

/** The mean over all 24 orders of what a patch adds. */
async function byOrders(): Promise<number[]> {
  const values = [0, 0, 0, 0];
  const visit = async (order: number[]): Promise<void> => {
    if (order.length < 4) {
      for (const next of [0, 1, 2, 3]) if (!order.includes(next)) await visit([...order, next]);
      return;
    }
    for (const [place, patch] of order.entries())
      values[patch]! += ((await score(order.slice(0, place + 1))) - (await score(order.slice(0, place)))) / 24;
  };
  await visit([]);
  return values;
}

/** What the pixels of each patch have, summed over channels; all of them the same. */
function ofPatches({ values }: { readonly values: Float32Array }, of = patches): number[] {
  const sums = new Array<number>(of.count).fill(0);
  values.forEach((value, e) => {
    sums[of.labels[e % 36]!]! += value;
    expect(value).toBe(values[of.labels.indexOf(of.labels[e % 36]!)]);
  });
  return sums;
}

const close = (numbers: readonly number[], digits = 5) => numbers.map((value) => expect.closeTo(value, digits));

describe('Shapley values', () => {
  test('of all subsets: the mean over all orders, spread evenly over pixels and channels', async () => {
    const found = await run({ patch: 3, samples: 16 });
    expect(ofPatches(found)).toEqual(close(await byOrders()));
    expect(found.parameters).toEqual({ patches: 4, samples: 16, seed: 0, exact: true });
    expect(found.delta).toBeCloseTo(0, 5);
  });

  test('Kernel SHAP with all subsets gives the same', async () => {
    const found = await run({ method: 'kernel-shap', patch: 3, samples: 16 });
    expect(ofPatches(found)).toEqual(close(await byOrders()));
    expect(found.parameters).toMatchObject({ exact: true });
  });

  test.each(['shapley', 'kernel-shap'] as const)(
    '%s, sampled: sums hold, the seed decides, and more samples come nearer',
    async (method) => {
      const expected = await byOrders();
      const distance = (found: number[]) => Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
      const few = await run({ method, patch: 3, samples: 15 });
      expect(few.parameters).toEqual({ patches: 4, samples: 15, seed: 0, exact: false });
      expect(few.delta).toBeCloseTo(0, 5);
      expect((await run({ method, patch: 3, samples: 15 })).values).toEqual(few.values);
      expect((await run({ method, patch: 3, samples: 15, seed: 1 })).values).not.toEqual(few.values);
      // On 36 patches of a pixel, of which no subsets can be listed, of a network that is linear in them: each is what the pixel contributes.
      const weights = [draw(36), draw(36)];
      const linear = new CpuExecutor(linearNetwork([1, 6, 6], weights));
      const own = { image: draw(36), baseline: draw(36), target: 1 };
      const { attributions } = await attributeTasks(linear, [own], {
        method,
        steps: 1,
        samples: 200,
        patch: 1,
        space: spaceOf(6, 6),
        cut: () => gridPatches(6, 6, 1),
      });
      expect([...attributions[0]!.values]).toEqual(
        close(
          [...weights[1]!].map((w, e) => w * (own.image[e]! - own.baseline[e]!)),
          4,
        ),
      );
      expect(distance(ofPatches(few))).toBeLessThan(0.5);
    },
  );

  test('one patch has all of it', async () => {
    for (const method of ['shapley', 'kernel-shap'] as const) {
      const found = await run({ method, patch: 6, samples: 1 });
      expect(ofPatches(found, gridPatches(6, 6, 6))).toEqual(close([found.outputAtInput - found.outputAtBaseline]));
    }
  });
});

test('occlusion of patches: what is lost without each, spread evenly', async () => {
  const found = await run({ method: 'occlusion', patch: 3 });
  const whole = await score([0, 1, 2, 3]);
  const losses = [];
  for (const patch of [0, 1, 2, 3]) losses.push(whole - (await score([0, 1, 2, 3].filter((other) => other !== patch))));
  expect(ofPatches(found)).toEqual(close(losses));
  expect(found.parameters).toEqual({ patches: 4 });
  await expect(run({ method: 'occlusion', patch: 3, window: 2 })).rejects.toThrow(
    'a window or a stride together with patches (one of them)',
  );
});

describe('RISE', () => {
  test('is the mean of masks, each times the output that it leaves', async () => {
    const found = await run({ method: 'rise', samples: 5, cells: 2, keep: 0.4, seed: 3 });
    const masks = Xoshiro128.fromSeed(3);
    const expected = new Array<number>(36).fill(0);
    for (let k = 0; k < 5; k++) {
      const mask = drawMask(masks, 2, 0.4, space);
      const output = await score([], patches, (pixel) => mask[pixel]!);
      mask.forEach((seen, pixel) => {
        expected[pixel]! += (output * seen) / (5 * 0.4);
      });
    }
    const sums = Array.from({ length: 36 }, (_, pixel) => found.values[pixel]! + found.values[36 + pixel]!);
    expect(sums).toEqual(close(expected));
    expect(found.parameters).toEqual({ samples: 5, cells: 2, keep: 0.4, seed: 3 });
  });

  test('masks are from 0 to 1, and as bright as the chance on average', () => {
    const masks = Xoshiro128.fromSeed(1);
    const means = Array.from({ length: 400 }, () => drawMask(masks, 3, 0.3, spaceOf(8, 6)).reduce((sum, seen) => sum + seen / 48, 0));
    // A mean of 400 masks of 9 cells: a deviation of 0.46 / sqrt(3600) = 0.008 if all cells count the same.
    expect(means.reduce((sum, mean) => sum + mean / 400, 0)).toBeCloseTo(0.3, 1);
    expect(Math.min(...drawMask(masks, 3, 1, space))).toBe(1);
  });
});
