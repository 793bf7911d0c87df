import { sameShape } from '../../tensor/tensor.js';
import { movement } from '../movement/movement.js';
import type { NodeReader } from '../node_reader.js';
import type { Operator } from '../operator.js';
import { resolveAxis } from '../shared/axes.js';
import { fitElements, placesInRuns, placesLeft, type Runs, runsOfElements } from './runs.js';

/**
 * ScatterElements: y = x, but y at (.., indices[.., k, ..], ..) along an axis is the update at (.., k, ..), with constant indices. Of several
 * updates of one element the last counts. dupdates is dy where an update counts, and dx is dy elsewhere. Negative indices count from the end.
 * Other reductions than none are rewritten as the file is read (src/onnx/rewrites/scatter.ts).
 * https://onnx.ai/onnx/operators/onnx__ScatterElements.html
 */
export const scatterElements = movement<Runs>({
  since: 11,
  inputs: [3, 3],
  notes: {
    note: 'indices of the image, which may not be equal, are compared with all positions as the file is read; a `reduction` becomes other operators, too',
  },
  read: (node) => ({ attributes: readScatteredElements(node), shape: node.input(0).shape, inputs: [0, 2] }),
  moves: (runs, _, y, position) => (position === 0 ? placesLeft(runs, y) : placesInRuns(runs, y)),
});

/** Scatter: ScatterElements under its name of opsets 9 and 10. https://onnx.ai/onnx/operators/onnx__Scatter.html */
export const scatter: Operator<Runs> = { ...scatterElements, since: 9, until: 10, notes: { note: 'the indices constant' } };

/** The elements of x that a ScatterElements writes, one for each of its updates. */
export function readScatteredElements(node: NodeReader): Runs {
  const [{ shape }, indices, updates] = [node.input(0), node.constant(1), node.input(2)];
  const axis = resolveAxis(node, node.int('axis', 0), shape.length);
  if (!sameShape(updates.shape, indices.shape) || !fitElements(indices.shape, shape, axis)) {
    throw node.error('fold.scatter', { data: shape, indices: indices.shape, updates: updates.shape });
  }
  return runsOfElements(node, shape, indices, axis);
}
