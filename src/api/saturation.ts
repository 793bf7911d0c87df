import type { Numbers } from '../executor.js';
import type { Preprocessing } from '../image/preprocessing/preprocess.js';

/**
 * A larger difference of the largest and the smallest logit means saturation. Measured on ten networks of `../shared/models` as medians
 * over photographs, CIFAR-10 or MNIST: 7 to 44 with inputs as trained (two of the networks take 0 to 255); 172 to 8,803 where 0 to 255 was
 * fed to seven of the eight networks trained on normalised inputs. The eighth, MobileNet, has ReLU6 and does not saturate, so its misuse
 * goes unnoticed.
 */
const SATURATED = 100;
/** The largest absolute input that could be normalised. Normalised inputs are a few units. */
const LARGE = 16;

/**
 * Warns, in one sentence, that the outputs are saturated by inputs on which the network cannot have been trained: values of tens or
 * hundreds, and logits so far apart that a probability is 1 or 0 whatever the picture shows. Undefined where this is not so. `outputs` are
 * logits [classes].
 */
export function saturationWarning(image: Float32Array, outputs: Numbers, { range, from }: Preprocessing): string | undefined {
  let [least, most, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const output of outputs) [least, most] = [Math.min(least, output), Math.max(most, output)];
  for (const value of image) largest = Math.max(largest, Math.abs(value));
  const spread = most - least;
  if (!(spread > SATURATED && largest > LARGE)) return undefined;
  const source = from.range === undefined ? 'assumed' : `from ${from.range}`;
  return `the outputs are saturated: logits ${Math.round(spread)} apart, from inputs of up to ${Math.round(largest)} (range ${range.join(', ')}, ${source}); a network trained on normalised values wants --range 0,1 or a --preprocess`;
}
