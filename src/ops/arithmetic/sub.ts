import { differenceOf } from '../../tensor/elements.js';
import { sumOfCotangents } from './add.js';
import { binary } from './binary.js';

/**
 * Sub: y = a - b, broadcast; da = dy and db = -dy, each summed over the axes along which the operand was stretched.
 * https://onnx.ai/onnx/operators/onnx__Sub.html
 */
export const sub = binary({
  since: 1,
  inputs: [2, 2],
  value: (a, b) => a - b,
  values: differenceOf,
  derivatives: [1, -1],
  linear: () => true,
  kernel: 'SUB',
  backward: (lowering, position) => sumOfCotangents(lowering, position, position === 0 ? 1 : -1),
});
