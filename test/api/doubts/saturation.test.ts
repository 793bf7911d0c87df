import { expect, test } from 'vitest';
import { distributionWarning, saturationWarning } from '../../../src/api/doubts/saturation.js';
import { warningsOf } from '../../../src/api/records.js';
import { createSession } from '../../../src/api/session.js';
import { resolvePreprocessing } from '../../../src/image/preprocessing/preprocess.js';
import { buildModel } from '../../support/onnx_builder.js';

const preprocessing = (range: [number, number]) => resolvePreprocessing([1, 1, 2, 2], { range });

test('warns where logits are far apart and inputs are large, with both numbers and where the range is from', () => {
  const image = Float32Array.of(0, 255, 12, 3);
  expect(saturationWarning(image, Float32Array.of(-80, 300.2, 4), preprocessing([0, 255]))).toBe(
    'the outputs are saturated: logits 380 apart, from inputs of up to 255 (range 0, 255, from the side file); a network trained on normalised values wants --range 0,1 or a --preprocess',
  );
  expect(saturationWarning(image, Float32Array.of(-80, 300.2, 4), resolvePreprocessing([1, 1, 2, 2]))).toContain('(range 0, 1, assumed)');
});

test('says nothing of large inputs that a network can take, nor of strong outputs from small inputs', () => {
  expect(saturationWarning(Float32Array.of(0, 255), Float32Array.of(-9, 16), preprocessing([0, 255]))).toBeUndefined();
  expect(saturationWarning(Float32Array.of(-2.6, 2.6), Float32Array.of(-200, 300), preprocessing([0, 1]))).toBeUndefined();
});

test('warns of outputs that look like probabilities', () => {
  expect(distributionWarning(Float32Array.of(0.2, 0.75, 0.05))).toContain('sum to 1, as probabilities do');
  expect(distributionWarning(Float32Array.of(0.2, 0.75, 0.1))).toBeUndefined();
  expect(distributionWarning(Float32Array.of(-0.2, 0.75, 0.45))).toBeUndefined();
  expect(distributionWarning(Float32Array.of(1))).toBeUndefined();
});

test('of outputs that are taken for logits only', async () => {
  const model = (op: string) => buildModel({ inputs: { x: [1, 4] }, nodes: [{ op, inputs: ['x'], output: 'y' }], outputs: ['y'] });
  const image = Float32Array.of(0.1, 0.2, 0.3, 0.4);
  const warnings = async (op: string) => warningsOf(await createSession(model(op)), image, image);
  expect(await warnings('Abs')).toEqual([expect.stringContaining('as probabilities do')]);
  expect(await warnings('Softmax')).toEqual([]);
});
