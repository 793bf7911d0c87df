import { itemAt } from './items.js';

/** softmax(x)_i = exp(x_i) / sum_j exp(x_j), in float64. The largest element is subtracted first, so that nothing overflows. */
export function softmax(outputs: ArrayLike<number>): Float64Array {
  const largest = itemAt(outputs, argmax(outputs));
  const powers = Float64Array.from(outputs, (value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

/**
 * The probabilities of classes, given their logits: the softmax, or where each has a probability of its own (`bySigmoid`) the sigmoid of
 * each.
 */
export function probabilitiesOf(logits: ArrayLike<number>, bySigmoid: boolean): Float64Array {
  return bySigmoid ? Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit))) : softmax(logits);
}

/** The index of the largest element, the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}

/** An output minus the largest of the others. It is above 0 where that class is predicted, and says by how much. */
export function marginOf(outputs: ArrayLike<number>, target: number): number {
  let rival = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < outputs.length; index++) if (index !== target && outputs[index]! > rival) rival = outputs[index]!;
  return itemAt(outputs, target) - rival;
}
