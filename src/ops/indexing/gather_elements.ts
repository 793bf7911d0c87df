import { movement } from '../movement/movement.js';
import { resolveAxis } from '../shared/axes.js';
import { fitElements, placesOfRuns, type Runs, runsOfElements } from './runs.js';

/**
 * GatherElements: y has the shape of the constant indices, and its element at (.., k, ..) is x at (.., indices[.., k, ..], ..) along an axis;
 * dx sums dy over all indices that name an element. Negative indices count from the end.
 * https://onnx.ai/onnx/operators/onnx__GatherElements.html
 */
export const gatherElements = movement<Runs>({
  since: 11,
  inputs: [2, 2],
  notes: { note: 'indices of the image, as ArgMax and TopK give them, are compared with all positions as the file is read' },
  read(node) {
    const { shape } = node.input(0);
    const indices = node.constant(1);
    const axis = resolveAxis(node, node.int('axis', 0), shape.length);
    if (!fitElements(indices.shape, shape, axis)) {
      throw node.error('gather-elements.indices', { shape, indices: indices.shape, axis, batch: node.batch });
    }
    return { attributes: runsOfElements(node, shape, indices, axis), shape: indices.shape, inputs: [0] };
  },
  moves: placesOfRuns,
});
