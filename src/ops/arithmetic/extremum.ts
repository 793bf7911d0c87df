import { sizeOf } from '../../tensor/tensor.js';
import type { Evaluation, Operand, Operator, Piecewise } from '../operator.js';
import { value } from '../shared/bindings.js';
import { broadcastIndices, readBroadcast } from '../shared/broadcast.js';
import { binaryForwardParameters, lowerPair } from './binary.js';

/** For every element of the output which input it is of: of equal ones the first. `indices` are those of the inputs' elements. */
function winners(inputs: readonly Operand[], indices: readonly Uint32Array[], beats: (a: number, b: number) => boolean): Uint32Array {
  return indices[0]!.map((_, i) => {
    let best = 0;
    for (let k = 1; k < inputs.length; k++) {
      if (beats(inputs[k]!.data[indices[k]![i]!]!, inputs[best]!.data[indices[best]![i]!]!)) best = k;
    }
    return best;
  });
}

/** Max or Min of any number of tensors. `beats` is strict, so that of equal elements the first is taken. */
function extremum(kernel: 'MAX' | 'MIN', beats: (a: number, b: number) => boolean): Operator {
  const sign = kernel === 'MAX' ? 1 : -1;

  /** Pair by pair from the left, as passes make it of any number: a piece is the operand that is taken, a margin what the other is short of it. */
  const piecewise: Piecewise<unknown> = {
    anyInput: true,
    extend({ inputs, shape }, _, gates, twins) {
      const indices = inputs.map((input) => broadcastIndices(input.shape, shape));
      return Float64Array.from({ length: sizeOf(shape) }, (_, i) => {
        const at = (position: number) => indices[position]![i]!;
        let [value, twin] = [inputs[0]!.data[at(0)]!, twins[0]![at(0)]!];
        for (let k = 1; k < inputs.length; k++) {
          const [other, otherTwin] = [inputs[k]!.data[at(k)]!, twins[k]![at(k)]!];
          const second = beats(other, value);
          gates.gate(Number(second));
          gates.margin(Math.abs(value - other), (second ? -sign : sign) * (twin - otherTwin));
          if (second) [value, twin] = [other, otherTwin];
        }
        return twin;
      });
    },
    lower({ inputs, output }) {
      const units = sizeOf(output.shape);
      return {
        kernel: 'extremum_regions',
        bindings: inputs.map(({ name }) => value(name)),
        parameters: binaryForwardParameters(inputs[0]!.shape, inputs[1]!.shape, output.shape),
        constants: { MIN: Number(kernel === 'MIN') },
        tiles: units,
        units,
      };
    },
  };

  return {
    read: (node) => ({ attributes: {}, shape: readBroadcast(node) }),
    linear: (_, active) => active.length === 1,
    piecewise,
    lower: lowerPair({ kernel }),
    forward({ inputs, shape }: Evaluation<unknown>) {
      const indices = inputs.map((input) => broadcastIndices(input.shape, shape));
      return Float64Array.from(winners(inputs, indices, beats), (best, i) => inputs[best]!.data[indices[best]![i]!]!);
    },
    backward({ inputs, shape, cotangent, wanted }) {
      const indices = inputs.map((input) => broadcastIndices(input.shape, shape));
      const parts = inputs.map(({ data }, position) => (wanted[position] ? new Float64Array(data.length) : undefined));
      winners(inputs, indices, beats).forEach((best, i) => {
        const part = parts[best];
        if (part !== undefined) part[indices[best]![i]!]! += cotangent[i]!;
      });
      return parts;
    },
  };
}

/**
 * Max: y = the largest of x_1, ..., x_n, broadcast; dx_k = dy where x_k is it, summed over the axes along which x_k was stretched. Of equal
 * ones the first takes the gradient, as in TensorFlow. On a GPU passes make pairs of it, and Clip and Relu where a constant is one number.
 * https://onnx.ai/onnx/operators/onnx__Max.html
 */
export const max: Operator = extremum('MAX', (a, b) => a > b);

/** Min: y = the smallest of x_1, ..., x_n; as Max otherwise. https://onnx.ai/onnx/operators/onnx__Min.html */
export const min: Operator = extremum('MIN', (a, b) => a < b);
