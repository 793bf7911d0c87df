import { itemAt } from '../../../tensor/items.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { type RewrittenOperator, reshaped, transposed } from '../rewrite.js';

/** No picture has more. */
const MOST_PIXELS = 2 ** 24;

/**
 * AffineGrid: the places theta (x, y, 1) of all pixels (x, y), or (x, y, z) of a volume, where coordinates go from -1 to 1: at the centres of the
 * first and the last pixel with align_corners, otherwise at their outer edges. https://onnx.ai/onnx/operators/onnx__AffineGrid.html
 */
export const affineGrid: RewrittenOperator = {
  since: 20,
  inputs: [2, 2],
  attributes: ['align_corners'],
  rewrite(node, write) {
    const { name: theta, shape } = node.input(0);
    const size = Array.from(node.constant(1).data);
    const [batch] = size;
    const plane = size.slice(2);
    const axes = plane.length;
    // The batch size that the file was exported with may stand in the size.
    const fits = shape.length === 3 && shape[1] === axes && shape[2] === axes + 1 && (shape[0] === batch || shape[0] === 1);
    const pixels = sizeOf(plane);
    if (!fits || pixels > MOST_PIXELS || plane.some((size) => !(Number.isInteger(size) && size >= 1))) {
      throw node.error('affine-grid.size', { theta: shape, size, most: MOST_PIXELS });
    }
    const aligned = node.int('align_corners', 0) !== 0;
    const coordinate = (index: number, size: number) => {
      if (!aligned) return (2 * index + 1) / size - 1;
      return size === 1 ? 0 : (2 * index) / (size - 1) - 1;
    };
    const places = new Float64Array(pixels * (axes + 1)).fill(1);
    let inner = 1;
    for (let axis = axes - 1; axis >= 0; axis--) {
      const size = itemAt(plane, axis);
      // x, along the last axis, comes first.
      for (let i = 0; i < pixels; i++) places[i * (axes + 1) + axes - 1 - axis] = coordinate(Math.floor(i / inner) % size, size);
      inner *= size;
    }
    const grid = write.add('MatMul', [write.addConstant([pixels, axes + 1], places), transposed(write, theta, [0, 2, 1])]);
    return [reshaped(write, grid, [itemAt(shape, 0), ...plane, axes])];
  },
};
