import { resolveAxes } from '../shared/axes.js';
import { integersAt, view } from './view.js';

/**
 * Unsqueeze: inserts axes of size 1 at these places of the output. The axes are an attribute up to opset 12, an input from 13 on.
 * https://onnx.ai/onnx/operators/onnx__Unsqueeze.html
 */
export const unsqueeze = view({
  since: 1,
  inputs: [1, 2],
  shape(node) {
    const { shape } = node.input(0);
    const given = integersAt(node, 'axes', 1, 13);
    if (given === undefined) {
      throw node.error('axes.unsqueeze');
    }
    const rank = shape.length + given.length;
    const axes = resolveAxes(node, given, rank);
    const remaining = [...shape];
    return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : remaining.shift()!));
  },
});
