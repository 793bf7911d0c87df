import { sumOf } from '../../tensor/elements.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { Reading } from '../node_reader.js';
import type { NoAttributes, Operator } from '../operator.js';
import { readBroadcast, stretch, sumStretched } from '../shared/broadcast.js';

/**
 * Sum: y = x_1 + ... + x_n, broadcast; dx_k = dy summed over the axes along which x_k was stretched.
 * On a GPU a pass rewrites it into Adds. https://onnx.ai/onnx/operators/onnx__Sum.html
 */
export const sum = {
  since: 1,
  inputs: [1, Number.POSITIVE_INFINITY],
  read: (node): Reading<NoAttributes> => ({ attributes: {}, shape: readBroadcast(node) }),
  linear: () => true,
  forward({ inputs, shape }) {
    const zeros = new Float64Array(sizeOf(shape));
    return inputs.reduce<Float64Array>((total, input) => sumOf(total, stretch(input, shape)), zeros);
  },
  backward({ inputs, shape, cotangent, wanted }) {
    return inputs.map(({ shape: from }, position) => (wanted[position] ? sumStretched(from, shape, cotangent) : undefined));
  },
} satisfies Operator;
