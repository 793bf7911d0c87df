import { twoOf } from '../../tensor/items.js';
import type { Shape } from '../../tensor/tensor.js';
import type { Window } from '../operator.js';
import { outputsOf } from '../shared/window.js';

/** A convolution of planes: weights [outputs][channels of a group][rows][columns]. */
export interface Correlation {
  readonly group: number;
  readonly window: Window;
}

/**
 * Called for every row of the input that a weight of a channel meets. The inputs `first`, `first + step`, ... below `last` go to the
 * outputs from `output` on. Channels that are computed together have outputs that are a plane apart. Their weights from `tap` on are as far
 * apart as a channel has weights.
 */
type Visit = (tap: number, first: number, last: number, step: number, output: number) => void;

/**
 * Output channels that are computed together. With one channel at a time V8 does 0.25 billion multiply-adds a second. Four channels share
 * loads of what they have in common (the input forward, the input's cotangent backward).
 */
const TOGETHER = 4;

/** y[o, r, s] += sum_{c, i, j} w[o, c, i, j] x[c, r * stride + i * dilation - padding, ...], in float64. */
export function correlate(correlation: Correlation, shape: Shape, w: Float64Array, x: Float64Array, y: Float64Array): void {
  const { taps, plane } = sizesOf(correlation, shape);
  const one: Visit = (tap, first, last, step, output) => {
    const w0 = w[tap]!;
    for (let i = first, o = output; i < last; i += step, o++) y[o]! += w0 * x[i]!;
  };
  const four: Visit = (tap, first, last, step, output) => {
    const [w0, w1, w2, w3] = [w[tap]!, w[tap + taps]!, w[tap + 2 * taps]!, w[tap + 3 * taps]!];
    for (let i = first, o = output; i < last; i += step, o++) {
      const value = x[i]!;
      y[o]! += w0 * value;
      y[o + plane]! += w1 * value;
      y[o + 2 * plane]! += w2 * value;
      y[o + 3 * plane]! += w3 * value;
    }
  };
  eachRow(correlation, shape, one, four);
}

/** dx[c, p, q] += sum_{o, i, j} w[o, c, i, j] dy[o, r, s] over all that meet x[c, p, q] in `correlate`. */
export function correlateBackward(correlation: Correlation, shape: Shape, w: Float64Array, dy: Float64Array, dx: Float64Array): void {
  const { taps, plane } = sizesOf(correlation, shape);
  const one: Visit = (tap, first, last, step, output) => {
    const w0 = w[tap]!;
    for (let i = first, o = output; i < last; i += step, o++) dx[i]! += w0 * dy[o]!;
  };
  const four: Visit = (tap, first, last, step, output) => {
    const [w0, w1, w2, w3] = [w[tap]!, w[tap + taps]!, w[tap + 2 * taps]!, w[tap + 3 * taps]!];
    for (let i = first, o = output; i < last; i += step, o++) {
      dx[i]! += w0 * dy[o]! + w1 * dy[o + plane]! + w2 * dy[o + 2 * plane]! + w3 * dy[o + 3 * plane]!;
    }
  };
  eachRow(correlation, shape, one, four);
}

function sizesOf({ window: { rows, columns } }: Correlation, shape: Shape): { taps: number; plane: number } {
  const [, channels] = twoOf(shape);
  return { taps: channels * rows.kernel * columns.kernel, plane: rows.output * columns.output };
}

/** Calls `four` for every row that four neighbouring output channels of a group share, and `one` for those of the channels left over. */
function eachRow({ group, window: { rows, columns } }: Correlation, shape: Shape, one: Visit, four: Visit): void {
  const [outputs, channels] = twoOf(shape);
  const ofGroup = outputs / group;
  const taps = channels * rows.kernel * columns.kernel;
  let together: number;
  for (let o = 0; o < outputs; o += together) {
    together = ofGroup - (o % ofGroup) >= TOGETHER ? TOGETHER : 1;
    const visit = together === TOGETHER ? four : one;
    const firstChannel = Math.floor(o / ofGroup) * channels;
    let tap = o * taps;
    for (let c = firstChannel; c < firstChannel + channels; c++) {
      for (let i = 0; i < rows.kernel; i++) {
        const { start: top, end: bottom } = outputsOf(rows, i);
        for (let j = 0; j < columns.kernel; j++, tap++) {
          const { start: left, end: right } = outputsOf(columns, j);
          for (let r = top; r < bottom; r++) {
            const row = (c * rows.input + r * rows.stride + i * rows.dilation - rows.padding) * columns.input;
            const first = row + left * columns.stride + j * columns.dilation - columns.padding;
            const last = first + Math.max(0, right - left) * columns.stride;
            visit(tap, first, last, columns.stride, (o * rows.output + r) * columns.output + left);
          }
        }
      }
    }
  }
}
