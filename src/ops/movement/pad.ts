import { itemAt } from '../../tensor/items.js';
import type { NodeReader } from '../node_reader.js';
import { MAX_AXIS, resolveAxes } from '../shared/axes.js';
import { integersAt } from '../views/view.js';
import { axiswise } from './index_map.js';
import { movement } from './movement.js';

export interface PadAttributes {
  /** Elements before the first along every axis of the input. Negative where elements are cropped. */
  readonly begin: readonly number[];
  /** The value beyond the edges, unless there are `lists`. */
  readonly value: number;
  /** For modes that put elements of the input beyond the edges: the elements along every axis. */
  readonly lists?: readonly (readonly number[])[];
}

/**
 * Pad: y[i] = x[i - begin] where that lies in x. Beyond, it is a constant, or another element of x by the mode: `reflect` (mirrored at the
 * elements of the edge), `edge` (those elements) or `wrap` (from the other side). dx[j] sums dy over the places where x[j] stands. Cropping
 * comes first. Pads and value are attributes up to opset 10 and inputs from 11 on. Opset 18 added axes, 19 wrap.
 * https://onnx.ai/onnx/operators/onnx__Pad.html
 */
export const pad = movement<PadAttributes>({
  since: 1,
  inputs: [1, 4],
  read(node) {
    const { shape } = node.input(0);
    const mode = node.string('mode', 'constant');
    if (mode !== 'constant' && !Object.hasOwn(BEYOND, mode))
      throw node.error('node.choice', { attribute: 'mode', value: mode, choices: ['constant', 'reflect', 'edge', 'wrap'] });
    const { begin, end } = readPads(node, shape.length);
    const padded = shape.map((size, axis) => size + itemAt(begin, axis) + itemAt(end, axis));
    if (padded.some((size) => size < 1)) {
      throw node.error('pad.nothing-left', { pads: [...begin, ...end], shape });
    }
    if (mode === 'constant') return { attributes: { begin, value: readValue(node) }, shape: padded, inputs: [0] };
    const lists = shape.map((size, axis) => listOf(node, mode as keyof typeof BEYOND, size, itemAt(begin, axis), itemAt(end, axis)));
    return { attributes: { begin, value: 0, lists }, shape: padded, inputs: [0] };
  },
  moves({ begin, lists }, x, y) {
    if (lists) return axiswise(x, lists);
    return { sizes: x, axes: y.map((count, axis) => ({ count, from: axis, begin: -itemAt(begin, axis) })) };
  },
  fill: ({ value }) => value,
});

/** The element at place i of an axis of `size`, where i is before the first or after the last element. */
const BEYOND = {
  reflect: (i: number, size: number) => (i < 0 ? -i : 2 * (size - 1) - i),
  edge: (i: number, size: number) => Math.min(Math.max(i, 0), size - 1),
  wrap: (i: number, size: number) => ((i % size) + size) % size,
};

/** The elements along one axis, padded and cropped. */
function listOf(node: NodeReader, mode: keyof typeof BEYOND, size: number, begin: number, end: number): number[] {
  const first = Math.max(-begin, 0);
  const kept = size - first - Math.max(-end, 0);
  const [before, after] = [Math.max(begin, 0), Math.max(end, 0)];
  const most = mode === 'reflect' ? kept - 1 : kept < 1 ? 0 : Number.POSITIVE_INFINITY;
  if (before + kept + after > MAX_AXIS) {
    throw node.error('pad.large', { mode, size: before + kept + after, most: MAX_AXIS });
  }
  if (Math.max(before, after) > most) {
    throw node.error('pad.too-many', { mode, size: kept, pads: Math.max(before, after), most: Math.max(most, 0) });
  }
  return Array.from({ length: before + kept + after }, (_, k) => {
    const i = k - before;
    return first + (i >= 0 && i < kept ? i : BEYOND[mode](i, kept));
  });
}

function readPads(node: NodeReader, rank: number): { begin: number[]; end: number[] } {
  const pads = integersAt(node, 'pads', 1, 11);
  if (pads === undefined) {
    throw node.error('pad.absent');
  }
  const named = node.opset >= 18 && node.inputs[3] !== undefined ? Array.from(node.constant(3).data) : undefined;
  const axes = resolveAxes(node, named ?? Array.from({ length: rank }, (_, axis) => axis), rank);
  if (pads.length !== 2 * axes.length) {
    throw node.error('pad.count', { pads: pads.length, axes: axes.length });
  }
  const begin = new Array<number>(rank).fill(0);
  const end = new Array<number>(rank).fill(0);
  for (const [k, axis] of axes.entries()) {
    begin[axis] = itemAt(pads, k);
    end[axis] = itemAt(pads, axes.length + k);
  }
  return { begin, end };
}

function readValue(node: NodeReader): number {
  if (node.opset < 11) {
    return node.float('value', 0);
  }
  const data = node.inputs[2] === undefined ? [0] : node.constant(2).data;
  const [value] = data;
  if (value === undefined || data.length > 1) {
    throw node.error('pad.value-elements', { elements: data.length });
  }
  if (Number.isNaN(value)) {
    throw node.error('pad.value-nan');
  }
  return value;
}
