import { firstOf, itemAt, twoOf } from '../../tensor/items.js';
import { scatter } from '../../tensor/scatter.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { Evaluation, Operator, Piecewise } from '../operator.js';
import { value } from '../shared/bindings.js';
import { broadcastIndices, readBroadcast, stretch } from '../shared/broadcast.js';
import { binaryForwardParameters, lowerPair } from './binary.js';

/** Every element of the output, and the position of the input that it comes from, the first of equals. */
function bestOf({ inputs, shape }: Evaluation<unknown>, beats: (a: number, b: number) => boolean) {
  const values = stretch(firstOf(inputs), shape).slice();
  const winners = new Uint32Array(values.length);
  for (const [position, input] of inputs.entries()) {
    if (position === 0) continue;
    stretch(input, shape).forEach((other, i) => {
      if (!beats(other, itemAt(values, i))) return;
      values[i] = other;
      winners[i] = position;
    });
  }
  return { values, winners };
}

/** Max or Min of any number of tensors. `beats` is strict, so that the first of equal elements is taken. */
function extremum(kernel: 'MAX' | 'MIN', beats: (a: number, b: number) => boolean): Operator {
  const sign = kernel === 'MAX' ? 1 : -1;

  /**
   * Passes make pairs of many inputs, from the left, and so does this. A piece is the operand that is taken. A margin is the distance of
   * the other operand from it.
   */
  const piecewise: Piecewise<unknown> = {
    anyInput: true,
    extend({ inputs, shape }, _, gates, twins) {
      const operands = inputs.map((input, k) => ({
        values: stretch(input, shape),
        twins: stretch({ shape: input.shape, data: itemAt(twins, k) }, shape),
      }));
      return Float64Array.from({ length: sizeOf(shape) }, (_, i) => {
        const [first, ...others] = operands.map((operand) => ({ value: itemAt(operand.values, i), twin: itemAt(operand.twins, i) }));
        let taken = first!;
        for (const other of others) {
          const second = beats(other.value, taken.value);
          gates.gate(Number(second));
          gates.margin(Math.abs(taken.value - other.value), (second ? -sign : sign) * (taken.twin - other.twin));
          if (second) taken = other;
        }
        return taken.twin;
      });
    },
    lower({ inputs, output }) {
      const units = sizeOf(output.shape);
      return {
        kernel: 'extremum_regions',
        bindings: inputs.map(({ name }) => value(name)),
        parameters: binaryForwardParameters(twoOf(inputs), output.shape),
        constants: { MIN: Number(kernel === 'MIN') },
        tiles: units,
        units,
      };
    },
  };

  return {
    since: 1,
    inputs: [1, Number.POSITIVE_INFINITY],
    read: (node) => ({ attributes: {}, shape: readBroadcast(node) }),
    linear: (_, active) => active.length === 1,
    piecewise,
    lower: lowerPair({ kernel }),
    forward: (evaluation) => bestOf(evaluation, beats).values,
    backward(evaluation) {
      const { inputs, shape, cotangent, wanted } = evaluation;
      const { winners } = bestOf(evaluation, beats);
      return inputs.map((input, position) => {
        if (!wanted[position]) return undefined;
        const part = cotangent.map((dy, i) => (winners[i] === position ? dy : 0));
        return scatter(input.data.length, broadcastIndices(input.shape, shape), part);
      });
    },
  };
}

/**
 * Max: y = the largest of x_1, ..., x_n, broadcast; dx_k = dy where x_k is the largest, summed over the axes along which x_k was stretched.
 * Of equals the first takes the gradient, as in TensorFlow. On a GPU passes replace it by pairs, and by Clip or Relu where a constant is
 * one number. https://onnx.ai/onnx/operators/onnx__Max.html
 */
export const max: Operator = extremum('MAX', (a, b) => a > b);

/** Min: y = the smallest of x_1, ..., x_n; otherwise like Max. https://onnx.ai/onnx/operators/onnx__Min.html */
export const min: Operator = extremum('MIN', (a, b) => a < b);
