import { itemAt } from '../../tensor/items.js';
import { sizeAt } from '../../tensor/tensor.js';
import { movement } from './movement.js';

/**
 * Tile: y[i] = x[i mod size] along every axis, as often as the constant second input says; dx sums dy over the copies.
 * https://onnx.ai/onnx/operators/onnx__Tile.html
 */
export const tile = movement({
  since: 1,
  inputs: [2, 2],
  read(node) {
    const { shape } = node.input(0);
    const repeats = Array.from(node.constant(1).data);
    if (repeats.length !== shape.length || repeats.some((times) => !Number.isInteger(times) || times < 0)) {
      throw node.error('tile.repeats', { repeats, shape });
    }
    return { attributes: {}, shape: shape.map((size, axis) => size * itemAt(repeats, axis)), inputs: [0] };
  },
  moves: (_, x, y) => ({
    sizes: x,
    axes: x.flatMap((size, axis) => [{ count: size === 0 ? 0 : sizeAt(y, axis) / size }, { count: size, from: axis }]),
  }),
});
