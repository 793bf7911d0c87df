import { itemAt } from '../../tensor/items.js';
import { sizeAt } from '../../tensor/tensor.js';
import { axiswise, type IndexMapAxis } from '../movement/index_map.js';
import { movement } from '../movement/movement.js';
import { resolveAxis, sizeBetween } from '../shared/axes.js';
import { placeOf } from './runs.js';

export interface GatherAttributes {
  readonly axis: number;
  /** Places along the axis, counted from the front. */
  readonly indices: readonly number[];
}

/**
 * Gather: y[.., k, ..] = x[.., indices[k], ..] along an axis, in whose place y has the axes of the constant indices; dx[.., j, ..] is the
 * sum of dy over all k with indices[k] = j. Negative indices count from the end.
 * https://onnx.ai/onnx/operators/onnx__Gather.html
 */
export const gather = movement<GatherAttributes>({
  since: 1,
  inputs: [2, 2],
  notes: { note: 'indices of the image, as ArgMax and TopK give them, are compared with all positions as the file is read' },
  read(node) {
    const { shape } = node.input(0);
    const axis = resolveAxis(node, node.int('axis', 0), shape.length);
    const size = sizeAt(shape, axis);
    const given = node.constant(1);
    const indices = Array.from(given.data, (index) => placeOf(node, index, size));
    return { attributes: { axis, indices }, shape: [...shape.slice(0, axis), ...given.shape, ...shape.slice(axis + 1)], inputs: [0] };
  },
  moves({ axis, indices }, x) {
    const sizes = [sizeBetween(x, 0, axis), sizeAt(x, axis), sizeBetween(x, axis + 1)] as const;
    const along = regular(indices);
    if (along) return { sizes, axes: [{ from: 0, count: sizes[0] }, ...along, { from: 2, count: sizes[2] }] };
    const all = (size: number) => Array.from({ length: size }, (_, k) => k);
    return axiswise(sizes, [all(sizes[0]), indices, all(sizes[2])]);
  },
});

/** The axes of y along axis 1 of x, for indices in equal steps that each occur equally often. Undefined for all others. */
function regular(indices: readonly number[]): IndexMapAxis[] | undefined {
  const [begin = 0] = indices;
  const change = indices.findIndex((index) => index !== begin);
  const copies = change < 0 ? Math.max(indices.length, 1) : change;
  const step = change < 0 ? 1 : itemAt(indices, change) - begin;
  if (indices.length % copies !== 0 || indices.some((index, k) => index !== begin + step * Math.floor(k / copies))) return undefined;
  return [{ from: 1, begin, step, count: indices.length / copies }, { count: copies }];
}
