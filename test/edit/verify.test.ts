import { describe, expect, test, vi } from 'vitest';
import { flipPaint } from '../../src/edit/paint.js';
import { DEFAULT_BUDGET } from '../../src/edit/search/random.js';
import { pruneAndVerify, readImage, type VerifiedEdit, type Verifier } from '../../src/edit/verify.js';
import { fakeExecutor, linearModel, type Model } from '../support/fake_executor.js';
import { greyProblem, trialOf } from '../support/repair_problem.js';

const BLACK = greyProblem(new Array(6).fill(0), 1);
/** Reaches class 1 with two white pixels or more. */
const TWO_PIXELS = linearModel([new Array(6).fill(0), new Array(6).fill(1)], [0, -1.5]);
const ALL = Uint32Array.of(5, 3, 1, 0);

function verifierOf(reference: Model, options: Partial<Verifier> = {}): Verifier {
  return {
    problem: BLACK,
    reference: fakeExecutor(reference, 6),
    survives: async () => true,
    maxPixels: Infinity,
    budget: DEFAULT_BUDGET,
    signal: undefined,
    ...options,
  };
}

function settleAll(verifier: Verifier) {
  const { evaluator } = trialOf(TWO_PIXELS, BLACK);
  return pruneAndVerify(evaluator, verifier, { paint: flipPaint(BLACK), patches: ALL, percent: 50 });
}

const whitePixels = (image: Float32Array) => image.reduce((sum, x) => sum + x, 0);

describe('settle', () => {
  test('prunes, and keeps the order in which pixels were changed', async () => {
    const edit = await settleAll(verifierOf(TWO_PIXELS));
    expect(edit).toMatchObject({ percent: 50, found: 4, minimal: true, after: { class: 1 } });
    const { patches: pixels, edited } = edit as VerifiedEdit;
    expect(pixels.length).toBe(2);
    expect([...pixels]).toEqual([...ALL].filter((pixel) => pixels.includes(pixel)));
    expect([...edited.keys()].filter((i) => edited[i] === 1)).toEqual([...pixels].sort());
  });

  test('steps back to a larger edit where the reference needs one, minimal in the sense of what is verified', async () => {
    const threePixels = linearModel([new Array(6).fill(0), new Array(6).fill(1)], [0, -2.5]);
    expect(await settleAll(verifierOf(threePixels))).toMatchObject({ found: 4, minimal: true, patches: { length: 3 } });
  });

  test('steps back past several sets, then prunes with verification', async () => {
    // The saved image keeps the class with all four pixels, or with three that include pixel 1.
    const survives = async (image: Float32Array) => whitePixels(image) === 4 || (whitePixels(image) === 3 && image[1] === 1);
    const edit = await settleAll(verifierOf(TWO_PIXELS, { survives }));
    expect(edit).toMatchObject({ found: 4, minimal: true, patches: { length: 3 } });
    expect((edit as VerifiedEdit).edited[1]).toBe(1);
  });

  test.each<[string, Verifier, string]>([
    ['the reference', verifierOf(() => [1, 0]), 'the reference executor reads class 0 in the edit of 2 pixels'],
    ['a tie in the reference', verifierOf(() => [1, 1]), 'the reference executor reads class 0 in the edit of 2 pixels'],
    [
      'the saved image',
      verifierOf(TWO_PIXELS, { survives: async () => false }),
      'the edit of 2 pixels does not survive being saved in 8 bits and read back',
    ],
    ['the number of pixels', verifierOf(TWO_PIXELS, { maxPixels: 1 }), 'the edit changes 2 pixels after pruning, more than the 1 allowed'],
  ])('is refused by %s', async (_, verifier, reason) => {
    expect(await settleAll(verifier)).toMatchObject({ message: reason });
  });

  test('as many pixels as are allowed are allowed', async () => {
    expect(await settleAll(verifierOf(TWO_PIXELS, { maxPixels: 2 }))).toMatchObject({ changedPixels: 2 });
  });

  test.each([
    [16, true],
    [17, false],
  ])('of %i patches that the evaluator would undo and the saved image needs, 16 are tried: minimal %s', async (size, minimal) => {
    const problem = greyProblem(new Array(size).fill(0), 1);
    const always: Model = () => [0, 1];
    const { evaluator } = trialOf(always, problem);
    const survives = async (image: Float32Array) => whitePixels(image) === size;
    const verifier = verifierOf(always, { problem, reference: fakeExecutor(always, size), survives });
    const patches = Uint32Array.from({ length: size }, (_, pixel) => pixel);
    const edit = await pruneAndVerify(evaluator, verifier, { paint: flipPaint(problem), patches, percent: null });
    expect(edit).toMatchObject({ changedPixels: size, minimal });
  });

  test('the image is not saved where the reference refuses', async () => {
    const survives = vi.fn(async () => true);
    await settleAll(verifierOf(() => [1, 0], { survives }));
    expect(survives).not.toHaveBeenCalled();
  });
});

test('readImage gives the class, softmax probabilities and the margin, also for outputs beyond the range of exp', async () => {
  const reading = await readImage(
    verifierOf(() => [1000, 1000 + Math.log(3), 0]),
    BLACK.image,
  );
  expect(reading.class).toBe(1);
  // log 3 is rounded to 1e-13 when 1000 is added.
  expect(reading.probability).toBeCloseTo(0.75, 12);
  expect(reading.targetProbability).toBe(reading.probability);
  expect(reading.margin).toBeCloseTo(Math.log(3), 12);
});
