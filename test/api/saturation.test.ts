import { expect, test } from 'vitest';
import { saturationWarning } from '../../src/api/saturation.js';
import { resolvePreprocessing } from '../../src/image/preprocessing/preprocess.js';

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
