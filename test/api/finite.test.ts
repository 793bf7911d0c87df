import { describe, expect, test, vi } from 'vitest';
import { attribute, attributeEach, predict } from '../../src/api/attribute.js';
import { repair } from '../../src/api/repair.js';
import { createSession } from '../../src/api/session.js';
import { PathlightError } from '../../src/errors.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';

// NaN and infinity are no answers: what is asked is refused, with what gave no number.

/** y = W x / |x|: no number at 0, where a path from black begins. */
const unitNorm = await createSession(
  buildModel({
    inputs: { x: [1, 4] },
    initializers: { w: floatTensor([4, 3], [1, 0, -1, 2, 0, 0, 0, 1, 0, 0, 0, 2]) },
    nodes: [
      { op: 'ReduceL2', inputs: ['x'], output: 'n', attributes: { axes: [1] } },
      { op: 'Div', inputs: ['x', 'n'], output: 'u' },
      { op: 'MatMul', inputs: ['u', 'w'], output: 'y' },
    ],
    outputs: ['y'],
  }),
);
const BLACK = new Float32Array(4);
const GREY = new Float32Array(4).fill(0.5);
/** Within float32, but its square is not. */
const OVERFLOW = new Float32Array(4).fill(3e38);
const NOTHING = 'the model gave no number for the image: its output for class 0 is NaN (an image that the model was made for)';

test.each<[string, () => Promise<unknown>]>([
  ['a prediction', () => predict(unitNorm, BLACK)],
  ['a map of the predicted class', () => attribute(unitNorm, BLACK)],
  ['a map of a class', () => attribute(unitNorm, BLACK, { target: 1, method: 'saliency' })],
  ['the probabilities of a class', () => attribute(unitNorm, BLACK, { target: 1, output: 'probability', baseline: 'white' })],
  ['a repair', () => repair(unitNorm, BLACK, { target: 1 })],
])('%s is refused where an output is NaN', async (_, work) => {
  await expect(work()).rejects.toThrow(NOTHING);
});

test('a map is refused where its baseline gives no number, and not where the method does not start there', async () => {
  const refusal = 'the model gave no number for the baseline: an output is NaN (another baseline)';
  await expect(attribute(unitNorm, GREY, { target: 0 })).rejects.toThrow(refusal);
  await expect(attribute(unitNorm, GREY, { target: 0, method: 'deeplift' })).rejects.toThrow(refusal);
  const [{ values, outputAtInput, outputAtBaseline }] = await attribute(unitNorm, GREY, { target: 0, method: 'saliency' });
  expect(outputAtInput).toBeCloseTo(1.5, 12);
  expect(outputAtBaseline).toBeNaN();
  // (w - u (u . w)) / |x| with u = (1, 1, 1, 1) / 2, |x| = 1, w = (1, 2, 0, 0).
  expect([...values].map((value) => Number(value.toFixed(6)))).toEqual([0.25, 1.25, -0.75, -0.75]);
});

describe('numbers beyond float32', () => {
  const bytes = buildModel({
    inputs: { x: [1, 4] },
    initializers: { w: floatTensor([4, 2], [1, -1, 1, -1, 1, -1, 1, -1]) },
    nodes: [{ op: 'MatMul', inputs: ['x', 'w'], output: 'y' }],
    outputs: ['y'],
  });

  test('are none, although float64 holds them', async () => {
    const session = await createSession(bytes);
    await expect(predict(session, OVERFLOW)).rejects.toThrow(/no number for the image: its output for class 0 is 1\.2\d*e\+39/);
    await expect(repair(session, OVERFLOW, { target: 1 })).rejects.toThrow('the model gave no number for the image');
  });

  test('are none in a map', async () => {
    const squares = buildModel({
      inputs: { x: [1, 4] },
      initializers: { w: floatTensor([4, 2], [1e30, 0, -1e30, 0, 1e30, 0, -1e30, 0]), shift: floatTensor([2], [1e20, 0]) },
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], output: 'z' },
        { op: 'Add', inputs: ['z', 'shift'], output: 'y' },
      ],
      outputs: ['y'],
    });
    const image = new Float32Array(4).fill(1e10);
    const work = attribute(await createSession(squares), image, { target: 0, method: 'input-x-gradient' });
    await expect(work).rejects.toThrow('the method input-x-gradient gave no number for element 0 of the image: Infinity');
  });

  test('on a device are found before a repair searches', async () => {
    const session = await createSession(bytes);
    const reference = session.reference();
    const evaluate = vi.fn(async () => ({
      ...(await reference.forward(GREY, 1)),
      predicted: new Uint32Array(1),
      margin: Float32Array.of(Number.NaN),
      probability: Float32Array.of(1),
    }));
    const device = Object.assign(Object.create(reference), { evaluate });
    vi.spyOn(session, 'executor').mockResolvedValue(device);
    await expect(repair(session, GREY, { target: 1 })).rejects.toThrow('the model gave no number for the image: an output is NaN');
    expect(evaluate).toHaveBeenCalledTimes(1);
  });
});

describe('one bad image of several', () => {
  test('is named by its place', async () => {
    const work = attribute(unitNorm, [GREY, BLACK, GREY], { target: 0, baseline: 'white' });
    await expect(work).rejects.toThrow(`image 1 of 3: ${NOTHING}`);
    await expect(predict(unitNorm, [GREY, BLACK])).rejects.toThrow(`image 1 of 2: ${NOTHING}`);
  });

  test('leaves the others', async () => {
    const second = Float32Array.of(0, 0, 1, 1);
    const outcomes = await attributeEach(unitNorm, [BLACK, second, GREY], { contrast: 0, baseline: 'white' });
    expect(outcomes.map((outcome) => (outcome instanceof PathlightError ? outcome.code : outcome.target))).toEqual([
      'output.no-number',
      2,
      'class.contrast-is-target',
    ]);
    const [alone] = await attribute(unitNorm, second, { contrast: 0, baseline: 'white' });
    expect(outcomes[1]).toMatchObject({ values: alone.values, sum: alone.sum, contrast: 0 });
  });

  test('whose path has too many linear regions leaves the others', async () => {
    const steps = Float32Array.from({ length: 40 }, (_, i) => -(i + 0.5) / 41);
    const session = await createSession(
      buildModel({
        inputs: { x: [1, 1] },
        initializers: {
          w: floatTensor([1, 40], new Array(40).fill(1)),
          b: floatTensor([40], steps),
          v: floatTensor([40, 2], new Array(80).fill(1)),
        },
        nodes: [
          { op: 'Gemm', inputs: ['x', 'w', 'b'], output: 'z' },
          { op: 'Relu', inputs: ['z'], output: 'a' },
          { op: 'MatMul', inputs: ['a', 'v'], output: 'y' },
        ],
        outputs: ['y'],
      }),
    );
    const images = [Float32Array.of(1), Float32Array.of(0.001)];
    const outcomes = await attributeEach(session, images, { target: 0, steps: 'exact', maxSteps: 32 });
    expect(outcomes.map((outcome) => (outcome instanceof PathlightError ? outcome.code : outcome.exact?.regions))).toEqual([
      'exact.too-many-regions',
      1,
    ]);
  });
});
