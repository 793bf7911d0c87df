import { formatShape } from '../tensor/tensor.js';
import { resolveAxes } from './axes.js';
import { movement } from './movement.js';
import type { NodeReader } from './operator.js';
import { integersAt } from './view.js';

export interface PadAttributes {
  /** Elements put before the first along every axis of the input; negative: cropped. */
  readonly begin: readonly number[];
  readonly value: number;
}

/**
 * Pad (constant): y[i] = x[i - begin] where that lies in x, else the padding value; dx[i] = dy[i + begin] where that lies in y, else 0:
 * the same operation with the begins negated. Pads and value are attributes up to opset 10, inputs from 11 on; opset 18 names axes.
 * https://onnx.ai/onnx/operators/onnx__Pad.html
 */
export const pad = movement<PadAttributes>({
  read(node) {
    const { shape } = node.input(0);
    const mode = node.string('mode', 'constant');
    if (mode !== 'constant') {
      throw node.error(`mode is ${mode}`, 'constant');
    }
    const { begin, end } = readPads(node, shape.length);
    const padded = shape.map((size, axis) => size + begin[axis]! + end[axis]!);
    if (padded.some((size) => size < 1)) {
      throw node.error(
        `pads ${[...begin, ...end].join(',')} leave nothing of ${formatShape(shape)}`,
        'an element or more along every axis',
      );
    }
    return { attributes: { begin, value: readValue(node) }, shape: padded, inputs: [0] };
  },
  moves: ({ begin }, x, y) => ({ sizes: x, axes: y.map((count, axis) => ({ count, from: axis, begin: -begin[axis]! })) }),
  fill: ({ value }) => value,
});

function readPads(node: NodeReader, rank: number): { begin: number[]; end: number[] } {
  const pads = integersAt(node, 'pads', 1, 11);
  if (pads === undefined) {
    throw node.error('pads are absent', 'begins, then ends');
  }
  const named = node.opset >= 18 && node.inputs[3] !== undefined ? Array.from(node.constant(3).data) : undefined;
  const axes = resolveAxes(node, named ?? Array.from({ length: rank }, (_, axis) => axis), rank);
  if (pads.length !== 2 * axes.length) {
    throw node.error(`${pads.length} pads for ${axes.length} axes`, `${2 * axes.length}, begins, then ends`);
  }
  const begin = new Array<number>(rank).fill(0);
  const end = new Array<number>(rank).fill(0);
  for (const [k, axis] of axes.entries()) {
    begin[axis] = pads[k]!;
    end[axis] = pads[axes.length + k]!;
  }
  return { begin, end };
}

function readValue(node: NodeReader): number {
  if (node.opset < 11) {
    return node.float('value', 0);
  }
  const data = node.inputs[2] === undefined ? [0] : node.constant(2).data;
  if (data.length !== 1) {
    throw node.error(`a padding value of ${data.length} elements`, 'a scalar');
  }
  if (Number.isNaN(data[0])) {
    throw node.error('the padding value is NaN', 'a number');
  }
  return data[0]!;
}
