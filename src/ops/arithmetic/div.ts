import { quotientOf } from '../../tensor/elements.js';
import type { Operator } from '../operator.js';
import { binary } from './binary.js';

/**
 * Div: y = a / b, broadcast; da = dy / b and db = -y dy / b, each summed over the axes along which the operand was stretched.
 * https://onnx.ai/onnx/operators/onnx__Div.html
 */
const quotient = binary({
  since: 1,
  inputs: [2, 2],
  notes: { exact: 'where the divisor is constant' },
  value: (a, b) => a / b,
  values: quotientOf,
  derivatives: [(_, b) => 1 / b, (_, b, y) => -y / b],
  linear: ([, b]) => !b,
  kernel: 'DIV',
});

/** Div. It refuses a constant divisor that would make infinities of the image. */
export const div: Operator = {
  ...quotient,
  read(node) {
    if (node.input(0).constant === undefined && node.inputs[1]?.constant?.data.includes(0)) {
      throw node.error('div.by-zero', { constant: node.inputs[1].name });
    }
    return quotient.read(node);
  },
};
