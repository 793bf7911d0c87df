import { broadcastShapes } from '../shared/broadcast.js';
import { movement } from './movement.js';

/**
 * Expand: y is x stretched to the broadcast of its shape and the constant second input; dx sums dy over the elements that an element of x
 * was stretched to. If the file fixes the batch size and the first size is that number, it counts as 1 (src/ops/views/reshape.ts).
 * https://onnx.ai/onnx/operators/onnx__Expand.html
 */
export const expand = movement({
  since: 8,
  inputs: [2, 2],
  read(node) {
    const { shape, constant } = node.input(0);
    const given = Array.from(node.constant(1).data);
    const fixesBatch = constant === undefined && node.batch > 1 && given[0] === node.batch && given.length >= shape.length;
    const target = fixesBatch ? [1, ...given.slice(1)] : given;
    const stretched = target.every((size) => Number.isInteger(size) && size >= 0) ? broadcastShapes(shape, target) : undefined;
    if (stretched === undefined) {
      throw node.error('broadcast.expand', { shape, to: given });
    }
    return { attributes: {}, shape: stretched, inputs: [0] };
  },
  moves: (_, x, y) => ({
    sizes: x,
    axes: y.flatMap((count, axis) => {
      const from = axis - y.length + x.length;
      if (from < 0) return [{ count }];
      return x[from] === count ? [{ count, from }] : [{ count: 1, from }, { count }];
    }),
  }),
});
