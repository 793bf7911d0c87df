import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { disagreement, quantisedLine } from '../../src/cli/quantised.js';
import { createSession, type QuantisedReading } from '../../src/index.js';

const reading: QuantisedReading = {
  quantisers: 3,
  prediction: { class: 7, label: null, probability: 0.625 },
  agrees: false,
  largestDifference: 0.125,
  relativeDifference: 0.25,
};

test('a quantised model that reads another class is told, with how far its outputs are', async () => {
  const session = await createSession(readFileSync('models/digits-naive.onnx'));
  const name = session.label(7) ?? 'class 7';
  expect(quantisedLine(session, reading)).toBe(
    `with its own arithmetic read as ${name}, 62.5%; outputs differ by up to 0.125, 25% of the spread of its outputs`,
  );
  expect(quantisedLine(session, { ...reading, relativeDifference: null })).toMatch(/by up to 0\.125$/);
  expect(disagreement(session, reading)).toBe(
    `the quantised model itself reads ${name}, not what the float network reads that is explained: on this picture rounding decides`,
  );
  expect(disagreement(session, { ...reading, agrees: true })).toBeUndefined();
});
