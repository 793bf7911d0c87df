import type { Numbers } from '../../executor.js';
import type { Preprocessing } from '../../image/preprocessing/preprocess.js';

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

/** How far a sum of float32 probabilities may be from 1. */
const SUM_TOLERANCE = 1e-4;

/**
 * Warns, in one sentence, that outputs that are taken for logits look like probabilities: they lie from 0 to 1 and sum to 1, though no node of
 * the network says that they must. Undefined where they do not.
 */
export function distributionWarning(outputs: Numbers): string | undefined {
  let sum = 0;
  for (const output of outputs) {
    if (!(output >= 0 && output <= 1)) return undefined;
    sum += output;
  }
  if (outputs.length < 2 || Math.abs(sum - 1) > SUM_TOLERANCE) return undefined;
  return 'the outputs lie from 0 to 1 and sum to 1, as probabilities do, but the network does not end in a softmax that is known: they are taken for logits, so the probabilities that are told are wrong (--output raw explains the outputs themselves)';
}
