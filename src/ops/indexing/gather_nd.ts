import { sameShape } from '../../tensor/tensor.js';
import { movement } from '../movement/movement.js';
import { placesOfRuns, type Runs, runsOfRows } from './runs.js';

/**
 * GatherND: y[b.., k.., i..] = x[b.., indices[b.., k..], i..], where a row of the constant indices holds a place for each of some axes of x, and b
 * runs over the first `batch_dims` axes of both; dx sums dy over all rows that name an element. Negative indices count from the end.
 * Opset 12 added batch_dims. https://onnx.ai/onnx/operators/onnx__GatherND.html
 */
export const gatherND = movement<Runs>({
  since: 11,
  inputs: [2, 2],
  notes: { note: 'with indices that depend on the image, and without batch_dims, in other operators' },
  read(node) {
    const { shape } = node.input(0);
    const indices = node.constant(1);
    const batchDims = node.opset < 12 ? 0 : node.int('batch_dims', 0);
    const depth = indices.shape.at(-1) ?? 0;
    const shared = batchDims >= 0 && batchDims < Math.min(shape.length, indices.shape.length);
    const fits = shared && depth >= 1 && batchDims + depth <= shape.length;
    if (!fits || !sameShape(shape.slice(0, batchDims), indices.shape.slice(0, batchDims))) {
      throw node.error('gather-nd.indices', { shape, indices: indices.shape, batchDims, batch: node.batch });
    }
    return {
      attributes: runsOfRows(node, shape, indices, batchDims),
      shape: [...indices.shape.slice(0, -1), ...shape.slice(batchDims + depth)],
      inputs: [0],
    };
  },
  moves: placesOfRuns,
});
