import { describe, expect, test } from 'vitest';
import { removalCurves } from '../../src/evaluation/removal.js';
import { roadImputer } from '../../src/evaluation/road.js';
import { strongestFirst } from '../../src/evaluation/subject.js';
import { gridPatches } from '../../src/image/patches.js';
import { spaceOf, subjectOf } from '../support/evaluation_subject.js';
import { fakeExecutor } from '../support/fake_executor.js';
import { mulberry32, uniformArray } from '../support/random.js';

const space = spaceOf(4, 3);
const ELEMENTS = 24;
const random = mulberry32(7);
const image = Float32Array.from(uniformArray(random, ELEMENTS, 0, 1));
const weights = uniformArray(random, ELEMENTS, -1, 1);
/** Two classes: a sum of products, and a constant. */
const model = (x: ArrayLike<number>) => [weights.reduce((sum, w, i) => sum + w * x[i]!, 0), 0.3];
const probability = (x: ArrayLike<number>) => 1 / (1 + Math.exp(0.3 - model(x)[0]!));

/** The image with these pixels covered, both channels. */
function without(pixels: Iterable<number>, cover: ArrayLike<number>): Float32Array {
  const edited = image.slice();
  for (const pixel of pixels) for (const channel of [0, 1]) edited[12 * channel + pixel] = cover[12 * channel + pixel]!;
  return edited;
}

describe('removal', () => {
  test('units are sorted by their sums, the largest first, equal ones by position', () => {
    const map = [1, 5, 5, -2, 0, 5, 0, 0, 0, 0, 0, 0];
    expect([...strongestFirst(map, gridPatches(4, 3, 1))]).toEqual([1, 2, 5, 0, 4, 6, 7, 8, 9, 10, 11, 3]);
    // Blocks of 2 x 2: 6+5, 3, and those of the last row.
    expect([...strongestFirst(map, gridPatches(4, 3, 2))]).toEqual([0, 1, 2, 3]);
  });

  test('the curves are the probabilities without the strongest units, and with them alone; in one request', async () => {
    const executor = fakeExecutor(model, ELEMENTS);
    const cover = Float32Array.from(uniformArray(random, ELEMENTS, 0, 1));
    const order = Uint32Array.of(3, 1, 4, 0, 5, 9, 2, 6, 8, 7, 11, 10);
    const { deletion, insertion } = await removalCurves(subjectOf(executor, image, space, { cover }), order);
    expect(executor.batches).toHaveLength(1);
    for (let k = 0; k <= 12; k++) {
      expect(deletion[k]).toBeCloseTo(probability(without(order.slice(0, k), cover)), 6);
      expect(insertion[k]).toBeCloseTo(probability(without(order.slice(k), cover)), 6);
    }
  });

  test('a unit is removed as a whole', async () => {
    const units = gridPatches(4, 3, 2);
    const { deletion } = await removalCurves(subjectOf(fakeExecutor(model, ELEMENTS), image, space, { units }), Uint32Array.of(1, 0, 2, 3));
    expect(deletion[1]).toBeCloseTo(probability(without([2, 3, 6, 7], new Float32Array(ELEMENTS))), 6);
  });

  test('road: a removed pixel is the weighted mean of its neighbours, but for noise', async () => {
    const removed = Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1);
    const means = [0, 1].map((channel) => image.subarray(12 * channel, 12 * channel + 12).reduce((sum, x) => sum + x, 0) / 12);
    // Where all is removed the mean is left, so the rest is the noise.
    const noise = roadImputer(image, space, 3)(new Uint8Array(12).fill(1)).map((x, element) => x - means[Math.floor(element / 12)]!);
    const imputed = roadImputer(image, space, 3)(removed).map((x, element) => x - noise[element]!);
    for (const channel of [0, 1]) {
      const at = (row: number, column: number) => {
        const pixel = 4 * row + column;
        return (removed[pixel] ? imputed : image)[12 * channel + pixel]!;
      };
      for (const pixel of removed.keys()) {
        if (removed[pixel] === 0) continue;
        let [sum, total] = [0, 0];
        for (const [dr, dc] of [-1, 0, 1].flatMap((r) => [-1, 0, 1].map((c) => [r, c] as const))) {
          const [row, column] = [Math.floor(pixel / 4) + dr, (pixel % 4) + dc];
          if ((dr === 0 && dc === 0) || row < 0 || column < 0 || row > 2 || column > 3) continue;
          const weight = dr === 0 || dc === 0 ? 1 / 6 : 1 / 12;
          sum += weight * at(row, column);
          total += weight;
        }
        expect(Math.abs(imputed[12 * channel + pixel]! - sum / total)).toBeLessThan(2e-3);
      }
    }
  });

  test('road: the noise is seeded, and a hundredth of the range', () => {
    const all = new Uint8Array(12).fill(1);
    const once = roadImputer(image, space, 3)(all);
    expect(once).toEqual(roadImputer(image, space, 3)(all));
    expect(once).not.toEqual(roadImputer(image, space, 4)(all));
    const mean = image.subarray(0, 12).reduce((sum, x) => sum + x, 0) / 12;
    const squares = once.subarray(0, 12).reduce((sum, x) => sum + (x - mean) ** 2, 0) / 12;
    expect(Math.sqrt(squares)).toBeGreaterThan(0.004);
    expect(Math.sqrt(squares)).toBeLessThan(0.02);
  });

  test('road: the curves end where the images do', async () => {
    const executor = fakeExecutor(model, ELEMENTS);
    const order = Uint32Array.from({ length: 12 }, (_, i) => i);
    const { deletion, insertion } = await removalCurves(subjectOf(executor, image, space, { cover: 'road' }), order);
    expect([deletion.length, insertion.length]).toEqual([13, 13]);
    expect(deletion[0]).toBeCloseTo(probability(image), 6);
    expect(insertion[12]).toBeCloseTo(probability(image), 6);
    expect(deletion[12]).toBeCloseTo(insertion[0]!, 6);
  });
});
