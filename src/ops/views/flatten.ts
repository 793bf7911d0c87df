import { sizeBetween } from '../shared/axes.js';
import { view } from './view.js';

/**
 * Flatten: the axes before `axis` become one and the others another. `axis` may equal the rank.
 * https://onnx.ai/onnx/operators/onnx__Flatten.html
 */
export const flatten = view({
  since: 1,
  shape(node) {
    const { shape } = node.input(0);
    const given = node.int('axis', 1);
    const axis = given < 0 ? given + shape.length : given;
    if (axis < 0 || axis > shape.length) {
      throw node.error('axes.flatten', { axis: given, axes: shape.length });
    }
    return [sizeBetween(shape, 0, axis), sizeBetween(shape, axis)];
  },
});
