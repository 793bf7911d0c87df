import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { ScoreOutput } from './score_outputs.js';

/** An output whose shape is known. */
export interface ShapedOutput extends ScoreOutput {
  readonly shape: Shape;
  /** The scores of outputs that are computed from it. */
  readonly leadsTo: readonly string[];
  /** How many nodes lead to it. */
  readonly depth: number;
}

/** Names of outputs with class scores. */
export const NAMED_SCORES = /logit|score|prob|class|cls|softmax|pred/i;
/** An output with a smaller share of another's nodes is shallow. Auxiliary heads of Inception and GoogLeNet have 0.4 to 0.8 of them. */
const EARLY = 0.7;
const NAMED_OTHERWISE = /embed|feat|hidden|represent|atten|aux|pool|loss|mask|box|state/i;

/**
 * The output that most likely holds the class scores: above all a row of numbers, or else one number, as many as there are labels if that is
 * known, with a name that says scores, from which no output of another size is computed. An output that branches off early, as those of deep
 * supervision do, comes after one of the same size. Of equal ones the first.
 */
export function likeliestOutput<T extends ShapedOutput>(outputs: readonly T[], labels: number | undefined): T | undefined {
  const sizes = new Map(outputs.map(({ scores, shape }) => [scores, sizeOf(shape)]));
  const leadsOn = ({ shape, leadsTo }: ShapedOutput) => leadsTo.some((other) => (sizes.get(other) ?? sizeOf(shape)) !== sizeOf(shape));
  const branchesOff = (output: ShapedOutput) =>
    outputs.some(
      ({ scores, shape, depth }) =>
        sizeOf(shape) === sizeOf(output.shape) && output.depth < EARLY * depth && !output.leadsTo.includes(scores),
    );
  const points = (output: ShapedOutput): number => {
    const { name, shape, isClass } = output;
    return (
      (isRow(shape) ? 16 : sizeOf(shape) === 1 ? 12 : 0) +
      (classesOf(shape) === labels || sizeOf(shape) === labels ? 8 : 0) +
      (NAMED_SCORES.test(name) ? 4 : 0) -
      (NAMED_OTHERWISE.test(name) ? 4 : 0) -
      (leadsOn(output) ? 2 : 0) -
      (isClass ? 1 : 0) -
      (branchesOff(output) ? 1 : 0)
    );
  };
  let best: { readonly output: T; readonly points: number } | undefined;
  for (const output of outputs) {
    const own = points(output);
    if (best === undefined || own > best.points) best = { output, points: own };
  }
  return best?.output;
}

/** Whether a tensor is one row of at least two numbers. */
export function isRow(shape: Shape): boolean {
  return shape.filter((size) => size > 1).length === 1;
}

/** Whether a tensor can hold class scores: a row of them, or the score of one class. */
export function holdsScores(shape: Shape): boolean {
  return isRow(shape) || sizeOf(shape) === 1;
}

/** The number of classes of a tensor of scores. One number is the score of a class that has an opposite. */
function classesOf(shape: Shape): number {
  return Math.max(2, sizeOf(shape));
}
