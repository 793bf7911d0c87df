import { describe, expect, test } from 'vitest';
import { attribute } from '../../src/api/attribute.js';
import { repair } from '../../src/api/repair.js';
import { createSession } from '../../src/api/session.js';
import { buildModel, floatTensor, type NodeDescription } from '../support/onnx_builder.js';

// What a session makes of a model and its outputs.

/** A network of 2 x 2 grey pixels whose logits are -2, 0.5, 1 and 1.5 for a black picture. The logit of class 0 also counts the pixels. */
function modelWith(nodes: readonly NodeDescription[]): Uint8Array {
  const weights = Array.from({ length: 16 }, (_, i) => (i % 4 === 0 ? 3 : 0));
  return buildModel({
    inputs: { x: [1, 4] },
    initializers: { w: floatTensor([4, 4], weights), b: floatTensor([4], [-2, 0.5, 1, 1.5]), half: floatTensor([], [0.5]) },
    nodes: [{ op: 'Gemm', inputs: ['x', 'w', 'b'], output: 'z' }, ...nodes],
    outputs: ['y'],
  });
}

const BLACK = new Float32Array(4);
const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));

describe('probabilities are those of the model', () => {
  const averaged: readonly NodeDescription[] = [
    { op: 'Mul', inputs: ['z', 'half'], output: 't' },
    ...['z', 't'].map((input): NodeDescription => ({ op: 'Softmax', inputs: [input], output: `${input}.p` })),
    { op: 'Mean', inputs: ['z.p', 't.p'], output: 'y' },
  ];
  const powers = [-2, 0.5, 1, 1.5].map(Math.exp);
  const roots = powers.map(Math.sqrt);
  const share = (values: readonly number[]) => (values[3] ?? 0) / values.reduce((sum, value) => sum + value, 0);

  test.each<[string, readonly NodeDescription[], boolean, number]>([
    ['of sigmoids', [{ op: 'Sigmoid', inputs: ['z'], output: 'y' }], true, sigmoid(1.5)],
    ['of a softmax', [{ op: 'Softmax', inputs: ['z'], output: 'y' }], false, share(powers)],
    ['of the mean of two softmaxes', averaged, false, (share(powers) + share(roots)) / 2],
  ])('%s', async (_, nodes, multiLabel, probability) => {
    const session = await createSession(modelWith(nodes));
    expect(session.multiLabel).toBe(multiLabel);
    for (const output of ['logit', 'raw', 'probability'] as const) {
      const [{ prediction }] = await attribute(session, BLACK, { output, steps: 1 });
      expect(prediction).toEqual({ class: 3, label: null, probability: expect.closeTo(probability, 14) });
    }
  });

  test('of an edit to a multi-label model', async () => {
    const session = await createSession(modelWith([{ op: 'Sigmoid', inputs: ['z'], output: 'y' }]));
    const { before, after } = await repair(session, BLACK, { target: 0, strategy: 'greedy' });
    expect(before.targetProbability).toBeCloseTo(sigmoid(-2), 14);
    expect(after).toEqual({ class: 0, probability: expect.closeTo(sigmoid(4), 14), targetProbability: expect.closeTo(sigmoid(4), 14) });
  });

  test('of an edit to a binary model', async () => {
    const model = buildModel({
      inputs: { x: [1, 4] },
      initializers: { w: floatTensor([4, 1], [3, 1, -1, 0]), b: floatTensor([1], [-2]) },
      nodes: [
        { op: 'Gemm', inputs: ['x', 'w', 'b'], output: 'z' },
        { op: 'Sigmoid', inputs: ['z'], output: 'y' },
      ],
      outputs: ['y'],
    });
    const session = await createSession(model, { preprocessing: { labels: ['crane'] } });
    const { before, after, changedPixels } = await repair(session, BLACK, { target: 'crane', strategy: 'greedy' });
    expect(before).toEqual({ class: 0, probability: expect.closeTo(sigmoid(2), 14), targetProbability: expect.closeTo(sigmoid(-2), 14) });
    expect(after).toEqual({ class: 1, probability: expect.closeTo(sigmoid(1), 14), targetProbability: expect.closeTo(sigmoid(1), 14) });
    expect(changedPixels).toBe(1);
  });
});

test('mixed precision needs a GPU, and no plan whose numbers all have 32 bits', async () => {
  const model = buildModel({
    inputs: { x: [1, 2] },
    outputs: ['y'],
    initializers: { w: floatTensor([2, 2], [1, 2, 3, 4]) },
    nodes: [{ op: 'MatMul', inputs: ['x', 'w'], output: 'y' }],
  });
  const onCpu = await createSession(model, { precision: 'mixed' });
  expect(() => onCpu.executor()).toThrow('the precision mixed needs a GPU, and there is none (f32)');
  // No device is asked for before the refusal.
  const gpu = { requestAdapter: () => Promise.reject(new Error('asked')) } as unknown as GPU;
  const fused = await createSession(model, { gpu, precision: 'mixed', plan: 'fused' });
  expect(() => fused.executor()).toThrow('the precision mixed with the plan fused');
});
