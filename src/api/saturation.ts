import type { Numbers } from '../executor.js';
import type { Preprocessing } from '../image/preprocessing/preprocess.js';

/**
 * Largest minus smallest logit. Medians over photographs, CIFAR-10 or MNIST on ten networks of `../shared/models`: 7 to 44 with inputs as
 * trained, two of them on 0 to 255; 172 to 8,803 with 0 to 255 fed to seven of the eight that were normalised. The eighth, MobileNet, has ReLU6
 * and does not saturate: it cannot be told.
 */
const SATURATED = 100;
/** Normalised inputs are a few units. */
const LARGE = 16;

/**
 * Says in one sentence, where it is so, that the outputs are saturated by inputs that cannot be what the network was trained on: values of tens
 * or hundreds, and logits so far apart that a probability is 1 or 0 whatever is in the picture. `outputs` are logits [classes].
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
