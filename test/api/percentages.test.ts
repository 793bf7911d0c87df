import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { percentageOutcomes } from '../../src/app.js';
import { toValues } from '../../src/image/pixels.js';
import { createSession, predict, repair } from '../../src/index.js';
import { decodePicture } from '../../src/node/index.js';

// The outcome of every percentage, beside edited images that are read one by one and beside repairs by a percentage.

const read = async (path: string) => new Uint8Array(await readFile(new URL(`../../models/${path}`, import.meta.url)));
const session = await createSession(await read('digits-naive.onnx'));
const image = toValues((await decodePicture(await read('study/7-read-as-1.png'))).picture, session.preprocessing);

describe.each(['contrast', 'flipContrast'] as const)('the map %s', (map) => {
  test('has at every length the class and the probability of the image with so many pixels painted', async () => {
    const { order, paint, lengths, classes, probabilities } = await percentageOutcomes(session, image, { target: 7, map });
    expect([...lengths]).toEqual(Array.from({ length: order.length + 1 }, (_, n) => n));
    expect(new Set(order).size).toBe(order.length);
    const checked = [0, 1, 7, 16, 50, order.length];
    const edited = checked.map((length) => {
      const copy = image.slice();
      for (const pixel of order.subarray(0, length)) copy[pixel] = paint[pixel]!;
      return copy;
    });
    const readings = await predict(session, edited);
    expect(checked.map((length) => classes[length])).toEqual(readings.map((reading) => reading.class));
    checked.forEach((length, i) => {
      // The same float64 numbers; probabilities are kept as float32.
      if (classes[length] === 7) expect(probabilities[length]).toBe(Math.fround(readings[i]!.probability));
    });
    expect(classes[0]).toBe(1);
  });
});

test('a percentage that repairs is one of those that reach the class', async () => {
  const { classes } = await percentageOutcomes(session, image, { target: 7, map: 'contrast' });
  const fixed = await repair(session, image, { target: 7, strategy: 'contrast', percent: 2, prove: 0 });
  expect(fixed.repaired).toBe(true);
  expect(classes[Math.round(0.02 * 784)]).toBe(7);
});

test('long orders are tried at evenly spread lengths, both ends among them', async () => {
  const { order, lengths, classes } = await percentageOutcomes(session, image, { target: 7, map: 'contrast', most: 5 });
  expect([...lengths]).toEqual([0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * order.length)));
  const all = await percentageOutcomes(session, image, { target: 7, map: 'contrast' });
  expect([...classes]).toEqual(Array.from(lengths, (length) => all.classes[length]));
});

test('what makes no sense is refused', async () => {
  await expect(percentageOutcomes(session, image, { target: 7, map: 'contrast', most: 1 })).rejects.toThrow('at most 1 lengths');
  await expect(percentageOutcomes(session, image, { target: 10, map: 'target' })).rejects.toThrow('the target class 10 does not exist');
  // A blank image is its own baseline.
  await expect(percentageOutcomes(session, new Float32Array(784), { target: 7, map: 'target' })).rejects.toThrow(
    'the map target cannot order pixels: the attribution is zero at every pixel',
  );
});

test('attempts are told as they end', async () => {
  const told: string[] = [];
  const { attempts } = await repair(session, image, {
    target: 7,
    budget: { candidates: 500, milliseconds: 60_000 },
    onAttempt: (attempt) => told.push(attempt.strategy),
  });
  expect(told).toEqual(attempts.map(({ strategy }) => strategy));
  expect(told.length).toBeGreaterThan(3);
});
