import type { NodeReader } from '../node_reader.js';
import { view } from './view.js';

/**
 * Dropout at inference: y = x, whatever the ratio (an attribute up to opset 11, an input from 12 on).
 * https://onnx.ai/onnx/operators/onnx__Dropout.html
 */
export const dropout = view({
  since: 1,
  inputs: [1, 3],
  outputs: 2,
  notes: { note: 'the identity' },
  shape(node) {
    if (trains(node)) {
      throw node.error('node.training', { value: true });
    }
    return node.input(0).shape;
  },
});

/** Whether it drops anything. With a ratio of 0 it does not, whatever the mode. */
function trains(node: NodeReader): boolean {
  if (node.opset < 12 || node.inputs[2] === undefined || node.constant(2).data[0] === 0) return false;
  return node.inputs[1] === undefined || node.constant(1).data[0] !== 0;
}
