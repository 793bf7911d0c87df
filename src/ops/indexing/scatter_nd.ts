import { sameShape } from '../../tensor/tensor.js';
import { movement } from '../movement/movement.js';
import type { NodeReader } from '../node_reader.js';
import { placesInRuns, placesLeft, type Runs, runsOfRows } from './runs.js';

/**
 * ScatterND: y = x, but y[indices[k..], i..] = updates[k.., i..], where a row of the constant indices holds a place for each of the first axes of
 * x. Of several updates of one element the last counts. dupdates is dy where an update counts, and dx is dy elsewhere. Negative indices count
 * from the end. Other reductions than none are rewritten as the file is read (src/onnx/rewrites/scatter.ts).
 * https://onnx.ai/onnx/operators/onnx__ScatterND.html
 */
export const scatterND = movement<Runs>({
  since: 11,
  inputs: [3, 3],
  notes: { note: 'the indices constant; with a `reduction` it becomes other operators as the file is read' },
  read: (node) => ({ attributes: readScatteredRows(node), shape: node.input(0).shape, inputs: [0, 2] }),
  moves: (runs, _, y, position) => (position === 0 ? placesLeft(runs, y) : placesInRuns(runs, y)),
});

/** The runs of x that a ScatterND writes, one for each of its updates. */
export function readScatteredRows(node: NodeReader): Runs {
  const [{ shape }, indices, updates] = [node.input(0), node.constant(1), node.input(2)];
  const depth = indices.shape.at(-1) ?? 0;
  const wanted = [...indices.shape.slice(0, -1), ...shape.slice(depth)];
  if (indices.shape.length === 0 || depth > shape.length || !sameShape(updates.shape, wanted)) {
    throw node.error('fold.scatter', { data: shape, indices: indices.shape, updates: updates.shape });
  }
  return runsOfRows(node, shape, indices, 0);
}
