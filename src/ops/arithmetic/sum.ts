import { sizeOf } from '../../tensor/tensor.js';
import type { Operator } from '../operator.js';
import { broadcastIndices, readBroadcast } from '../shared/broadcast.js';

/**
 * Sum: y = x_1 + ... + x_n, broadcast; dx_k = dy summed over the axes along which x_k was stretched.
 * On a GPU a pass rewrites it into Adds. https://onnx.ai/onnx/operators/onnx__Sum.html
 */
export const sum: Operator = {
  read: (node) => ({ attributes: {}, shape: readBroadcast(node) }),
  linear: () => true,
  forward({ inputs, shape }) {
    const result = new Float64Array(sizeOf(shape));
    for (const { shape: from, data } of inputs) {
      broadcastIndices(from, shape).forEach((index, i) => {
        result[i]! += data[index]!;
      });
    }
    return result;
  },
  backward({ inputs, shape, cotangent, wanted }) {
    return inputs.map(({ shape: from, data }, position) => {
      if (!wanted[position]) {
        return undefined;
      }
      const result = new Float64Array(data.length);
      broadcastIndices(from, shape).forEach((index, i) => {
        result[index]! += cotangent[i]!;
      });
      return result;
    });
  },
};
