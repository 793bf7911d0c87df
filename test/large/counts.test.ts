import { expect, test } from 'vitest';
import { BYTES_PER_QUAD } from '../../src/gpu/compile/layout.js';
import { leanSchedule } from '../../src/gpu/compile/lean.js';
import { chooseChunk } from '../../src/gpu/compile/memory.js';
import type { Schedule } from '../../src/gpu/compile/schedule.js';
import { pathSchedule } from '../../src/gpu/requests/path/path_schedule.js';
import { absorbAffine } from '../../src/graph/passes/absorb.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { convnext } from '../support/networks/convnext.js';
import { efficientnet } from '../support/networks/efficientnet.js';
import type { Composed } from '../support/networks/network.js';

// What one image and four samples ask of a device, counted without one.

const MIB = 2 ** 20;
const BUDGET = 2 ** 31;

/** EfficientNet-B7 is B0 twice as wide and 3.1 times as deep. */
const b7 = () =>
  efficientnet({
    size: 600,
    classes: 1000,
    stem: 64,
    rows: [
      [1, 3, 1, 32, 4],
      [6, 3, 2, 48, 7],
      [6, 5, 2, 80, 7],
      [6, 3, 2, 160, 10],
      [6, 5, 1, 224, 10],
      [6, 5, 2, 384, 13],
      [6, 3, 1, 640, 4],
    ],
    head: 2560,
  });

const convnextBase = () =>
  convnext({
    size: 224,
    classes: 1000,
    stages: [
      [128, 3],
      [256, 3],
      [512, 27],
      [1024, 3],
    ],
  });

const scheduleOf = ({ bytes }: Composed): Schedule => pathSchedule(absorbAffine(canonicalise(importModel(bytes).graph)));

function demandOf({ memory, constants }: Schedule) {
  const sizes = [...constants].map(({ byteLength }) => byteLength);
  return {
    fixedBytes: sizes.reduce((sum, size) => sum + size, 0),
    largestFixed: Math.max(...sizes),
    slots: memory.slots.map(({ elements }) => elements),
  };
}

function bytesOfQuad(schedule: Schedule): number {
  const { fixedBytes, slots } = demandOf(schedule);
  return fixedBytes + BYTES_PER_QUAD * slots.reduce((sum, elements) => sum + elements, 0);
}

test('EfficientNet-B7 at 600 x 600 fits into 2 GiB where the forward pass runs twice, on a device that binds 128 MiB', () => {
  const network = b7();
  expect(network.parameters).toBe(66_347_960);
  const schedule = scheduleOf(network);
  const lean = leanSchedule(schedule);
  if (lean === undefined) throw new Error('nothing is kept for the backward pass');
  expect(bytesOfQuad(schedule)).toBeGreaterThan(BUDGET);
  expect(bytesOfQuad(lean)).toBeLessThan(BUDGET);
  const largest = BYTES_PER_QUAD * Math.max(...lean.memory.slots.map(({ elements }) => elements));
  // The first block of the second row has 192 channels of 300 x 300, in three pieces; its second has 288 of 150 x 150 at once.
  expect(largest).toBe(BYTES_PER_QUAD * 288 * 150 * 150);
  expect(chooseChunk(4, demandOf(lean), { budget: BUDGET, buffer: 128 * MIB })).toEqual({ lanes: 1, blocks: 1 });
  expect(() => chooseChunk(4, demandOf(lean), { budget: BUDGET, buffer: 64 * MIB })).toThrow('another GPU, a smaller --size');
});

test('ConvNeXt-B fits into 1 GiB', () => {
  const network = convnextBase();
  expect(network.parameters).toBe(88_591_464);
  const schedule = scheduleOf(network);
  expect(bytesOfQuad(schedule)).toBeLessThan(2 ** 30);
  expect(chooseChunk(4, demandOf(schedule), { budget: BUDGET, buffer: 128 * MIB })).toEqual({ lanes: 1, blocks: 1 });
});
