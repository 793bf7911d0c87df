import { firstOf } from '../../tensor/items.js';
import type { Operator } from '../operator.js';

/** Neg: y = -x; dx = -dy. On a GPU a pass rewrites it into Affine. https://onnx.ai/onnx/operators/onnx__Neg.html */
export const neg: Operator = {
  since: 1,
  read: (node) => ({ attributes: {}, shape: node.input(0).shape, inputs: [0] }),
  linear: () => true,
  forward: ({ inputs }) => firstOf(inputs).data.map((x) => -x),
  backward: ({ cotangent }) => [cotangent.map((dy) => -dy)],
};
