import { expect, test } from 'vitest';
import { attribute, predict } from '../../src/api/attribute.js';
import { createSession } from '../../src/api/session.js';
import { twoTowers } from '../support/networks/two_towers.js';

// Networks that compare pictures with texts are classifiers where the texts are bound. The values are onnxruntime 1.32.0's.

const IDS = { shape: [3, 4], data: Float64Array.of(1, 3, 11, 0, 1, 5, 2, 11, 4, 11, 0, 0) };
const MASK = { shape: [3, 4], data: Float64Array.of(1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0) };
const IMAGE = Float32Array.from({ length: 192 }, (_, i) => (((i * 37) % 97) - 48) / 32);
const LOGITS = [-10.287139892578125, -7.864418029785156, -10.252676963806152];
const labels = ['a cat', 'a dog', 'a crane'];

/** Sums of some dozens of terms in float32, times exp(2.5). */
const TOLERANCE = 1e-5;

const open = (options: Parameters<typeof createSession>[1] = {}) =>
  createSession(twoTowers(), { bind: { input_ids: IDS, attention_mask: MASK }, preprocessing: { labels }, ...options });

test('the text tower folds away', async () => {
  const session = await open();
  expect([session.info.output, session.graph.output.shape, session.info.boundInputs]).toEqual([
    'logits_per_image',
    [1, 3],
    ['input_ids', 'attention_mask'],
  ]);
  expect(new Set(session.graph.nodes.map(({ op }) => op))).toEqual(
    new Set(['Conv', 'Reshape', 'ReduceMean', 'MatMul', 'ReduceL2', 'Div', 'Transpose', 'Mul']),
  );
  const { outputs } = await session.reference('logit').forward(IMAGE, 1);
  expect(Math.max(...outputs.map((logit, i) => Math.abs(logit - (LOGITS[i] ?? Number.NaN))))).toBeLessThan(TOLERANCE);
  expect(session.predict(outputs, 'logit')).toMatchObject({ class: 1, label: 'a dog' });
});

test('a text is explained, and one text against another', async () => {
  const session = await open();
  const [own] = await attribute(session, IMAGE, { target: 'a dog', steps: 4 });
  const [contrast] = await attribute(session, IMAGE, { target: 'a dog', contrast: 'a cat', steps: 4 });
  expect(own.outputAtInput).toBeCloseTo(LOGITS[1] ?? Number.NaN, 4);
  expect(contrast.outputAtInput).toBeCloseTo((LOGITS[1] ?? Number.NaN) - (LOGITS[0] ?? Number.NaN), 4);
});

test('by the other product, and by a mask that hides nothing', async () => {
  const session = await open({ outputName: 'logits_per_text' });
  const { outputs } = await session.reference('logit').forward(IMAGE, 1);
  expect(outputs[2]).toBeCloseTo(LOGITS[2] ?? Number.NaN, 4);
  // What follows the end of a text is hidden from it by causality.
  const filled = await open({ bind: { input_ids: IDS, attention_mask: { ...MASK, data: new Float64Array(12).fill(1) } } });
  expect((await filled.reference('logit').forward(IMAGE, 1)).outputs[2]).toBeCloseTo(LOGITS[2] ?? Number.NaN, 4);
});

test('one text is a class and its opposite', async () => {
  const one = { input_ids: { shape: [1, 4], data: IDS.data.slice(0, 4) }, attention_mask: 1 };
  const session = await open({
    bind: { ...one, attention_mask: { shape: [1, 4], data: MASK.data.slice(0, 4) } },
    preprocessing: { labels: ['a cat'] },
  });
  const { outputs } = await session.reference('logit').forward(IMAGE, 1);
  expect([session.preprocessing.labels, session.binary]).toEqual([['not a cat', 'a cat'], true]);
  expect(outputs[1]).toBeCloseTo(LOGITS[0] ?? Number.NaN, 4);
});

test('without texts, what to bind is said', async () => {
  await expect(open({ bind: {} })).rejects.toThrow('input_ids');
});

test('one number that is added to all logits makes each class one of its own, as in SigLIP', async () => {
  const bind = { input_ids: IDS, attention_mask: MASK };
  const session = await createSession(twoTowers(8), { bind, preprocessing: { labels } });
  const [prediction] = await predict(session, IMAGE);
  const logit = 8 + (LOGITS[1] ?? Number.NaN);
  expect([session.multiLabel, session.notes.map(({ code }) => code)]).toEqual([true, ['output.chosen', 'output.compared']]);
  expect(prediction).toEqual({ class: 1, label: 'a dog', probability: expect.closeTo(1 / (1 + Math.exp(-logit)), 6) });
  expect((await open()).multiLabel).toBe(false);
});
