import { itemAt } from '../../tensor/items.js';
import { resolveAxes } from '../shared/axes.js';
import { integersAt, view } from './view.js';

/**
 * Squeeze: removes axes of size 1, all of them where none are named. The axes are an attribute up to opset 12, an input from 13 on.
 * https://onnx.ai/onnx/operators/onnx__Squeeze.html
 */
export const squeeze = view({
  since: 1,
  inputs: [1, 2],
  shape(node) {
    const { shape } = node.input(0);
    const given = integersAt(node, 'axes', 1, 13);
    if (given === undefined) {
      return shape.filter((size) => size !== 1);
    }
    const axes = resolveAxes(node, given, shape.length);
    const wide = axes.find((axis) => shape[axis] !== 1);
    if (wide !== undefined) {
      throw node.error('axes.squeeze', { axis: wide, shape, size: itemAt(shape, wide) });
    }
    return shape.filter((_, axis) => !axes.includes(axis));
  },
});
