import { expect, test } from 'vitest';
import { createSession, repair, toPicture, toValues } from '../../src/index.js';
import { needsShared, readShared } from '../support/shared.js';

// A misread picture of CIFAR-10 on a ResNet that others trained, in float64.

test('one covered block makes a cat, read as a dog, a cat again', async (context) => {
  needsShared(context);
  const session = await createSession(readShared('models', 'pretrainedResnet.onnx'), { preprocessing: { range: [0, 255] } });
  const { preprocessing } = session;
  const [label, ...pixels] = readShared('data', 'cifar10_test.csv').toString().split('\n')[78]!.split(',').map(Number);
  const picture = { width: 32, height: 32, channels: 3, data: Uint8Array.from(pixels) } as const;
  const image = toValues(picture, preprocessing);
  const result = await repair(session, image, { target: label!, strategy: 'greedy', patch: 4, paint: 'mean', beam: 1 });
  expect(result).toMatchObject({ repaired: true, before: { class: 5 }, after: { class: 3 }, changedPatches: 1, provenMinimum: 1 });
  expect(result.verified).toEqual({ cpu: true, png: true });
  // The block is of one colour, the picture's mean, and nothing else has changed.
  const edited = toPicture(result.edited, preprocessing).data;
  const changed = [...result.mask.keys()].filter((pixel) => result.mask[pixel] === 1);
  expect(new Set(changed.map((pixel) => 8 * Math.floor(pixel / 128) + Math.floor((pixel % 32) / 4))).size).toBe(1);
  for (let c = 0; c < 3; c++) {
    const mean = pixels.reduce((sum, value, i) => (i % 3 === c ? sum + value / 1024 : sum), 0);
    for (const pixel of changed) expect(Math.abs(edited[3 * pixel + c]! - mean)).toBeLessThanOrEqual(0.5 + 1e-3);
  }
  edited.forEach((value, i) => {
    if (result.mask[Math.floor(i / 3)] === 0) expect(value).toBe(pixels[i]);
  });
});
