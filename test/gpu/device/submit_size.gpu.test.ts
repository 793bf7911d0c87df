import { describe, expect, test } from 'vitest';
import { quadrature } from '../../../src/attribution/integral/quadrature.js';
import { relativeDistance } from '../../../src/doctor/case_graph.js';
import type { PathRequest } from '../../../src/executor.js';
import { endOfChunk, endOfQuads, endOfRuns, SubmitSize } from '../../../src/gpu/device/submit_size.js';
import { GpuExecutor } from '../../../src/gpu/gpu_executor.js';
import { useDevice } from '../../support/gpu.js';
import { mulberry32, uniformArray } from '../../support/random.js';
import { smallNetworks } from '../../support/small_networks.js';

describe('Pace', () => {
  test('the first submit goes by counted multiply-adds, and takes a quad at least', () => {
    expect(new SubmitSize(500, 1e9).samples(1000)).toBe(32);
    expect(new SubmitSize(500, 1e12).samples(1000)).toBe(4);
    expect(new SubmitSize(500, 0).samples(1000)).toBe(1000);
  });

  test('the next ones go by the time that the last one took, and grow four times at most', () => {
    const submitSize = new SubmitSize(500, 1e9);
    submitSize.took(32, 1000);
    expect(submitSize.samples(1000)).toBe(16);
    submitSize.took(16, 1);
    expect(submitSize.samples(1000)).toBe(64);
    submitSize.took(64, 1e9);
    expect(submitSize.samples(1000)).toBe(4);
  });
});

describe('endOfChunk', () => {
  const request = { samples: 5 * 100, steps: 100 };
  test.each([
    ['all that is left', 460, 64, 500],
    ['to the end of a run', 0, 60, 32],
    ['over the end of a path, to the end of one', 64, 140, 200],
    ['over the end of a path, to the end of a run', 64, 80, 132],
    ['a run of a path that begins at 100', 100, 35, 132],
    ['less than a run', 0, 12, 12],
    ['what is left of it', 12, 24, 32],
  ])('%s: from %i at most %i, up to %i', (_, offset, most, end) => {
    expect(endOfChunk(offset, most, request)).toBe(end);
  });
});

test('samples that stand alone end anywhere, those that are summed after whole runs where there is one', () => {
  expect([endOfQuads(0, 60, 100), endOfQuads(60, 60, 100)]).toEqual([60, 100]);
  expect([endOfRuns(0, 70, 100), endOfRuns(64, 70, 100), endOfRuns(4, 12, 100)]).toEqual([64, 100, 16]);
});

describe('submits by time', () => {
  const shared = useDevice();

  const graph = smallNetworks.M2();
  const request = (count: number, steps: number): PathRequest => {
    const { nodes, weights } = quadrature('midpoint', steps);
    const draw = (size: number, seed: number) => Float32Array.from(uniformArray(mulberry32(seed), count * size, -1, 1));
    return { count, inputs: draw(784, 1), baselines: draw(784, 2), seeds: draw(10, 3), alphas: nodes, weights };
  };

  test('sums are the same to the bit where chunks are whole runs, and to rounding where they are not', async () => {
    const whole = await GpuExecutor.create(shared.source, graph);
    const asked = request(2, 100);
    const one = await whole.pathGradient(asked);
    expect(one.cost.submits).toBe(1);
    // So short a time leaves a quad a submit, from the second on.
    const hasty = await GpuExecutor.create(shared.source, graph, { longestSubmit: 1e-6 });
    expect((await hasty.pathGradient(asked)).cost.submits).toBe(1);
    const many = await hasty.pathGradient(asked);
    expect(many.cost.submits).toBe(50);
    // The order of at most 100 float32 additions differs.
    expect(relativeDistance(many.gradients, one.gradients)).toBeLessThan(1e-6);
    // Memory for 200 samples, asked for 800: chunks of runs.
    const long = request(2, 400);
    const small = await GpuExecutor.create(shared.source, graph, { memoryBudget: one.cost.peakBytes });
    const [all, split] = [await whole.pathGradient(long), await small.pathGradient(long)];
    expect(all.cost.submits).toBe(1);
    expect(split.cost.submits).toBeGreaterThan(1);
    expect(split.gradients).toEqual(all.gradients);
    for (const executor of [whole, hasty, small]) executor.destroy();
  });

  test('forward passes and gradients go by time, too, with the same results', async () => {
    const [whole, hasty] = [
      await GpuExecutor.create(shared.source, graph),
      await GpuExecutor.create(shared.source, graph, { longestSubmit: 1e-6 }),
    ];
    const images = request(10, 1).inputs;
    const expected = await whole.forward(images, 10);
    await hasty.forward(images, 10);
    const split = await hasty.forward(images, 10);
    expect([expected.cost.submits, split.cost.submits]).toEqual([1, 3]);
    expect(split.outputs).toEqual(expected.outputs);
    const seed = Float32Array.from({ length: 10 }, (_, i) => i);
    const gradients = await whole.gradients({ images, seed });
    await hasty.gradients({ images, seed });
    const apart = await hasty.gradients({ images, seed });
    expect([gradients.cost.submits, apart.cost.submits]).toEqual([1, 3]);
    expect(apart.gradients).toEqual(gradients.gradients);
    whole.destroy();
    hasty.destroy();
  });
});
