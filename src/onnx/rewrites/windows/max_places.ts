import { itemAt } from '../../../tensor/items.js';
import { sizeOf } from '../../../tensor/tensor.js';
import {
  type Attributes,
  FLOAT,
  integer,
  integers,
  type NodeWriter,
  type Rewrite,
  type RewrittenOperator,
  reshaped,
  scalar,
  scaled,
  transposed,
} from '../rewrite.js';
import { type Axis, readAxes } from './other_axes.js';

/* The places of the maxima that a MaxPool gives as its second output, and MaxUnpool, which lays elements there. A place is counted among all elements. No
   gradient flows to places, which are constant in pieces. */

/** float32 holds every whole number up to this one. */
const MOST_PLACES = 2 ** 24;

/** MaxPool of which the places are read: every element of a window is compared with its maximum. Of equal ones the first counts, as in the maximum. */
export const maxPoolWithPlaces: Rewrite = (node, write) => {
  const kernel = node.ints('kernel_shape');
  if (write.wanted[1] !== true || kernel === undefined) return undefined;
  const { name: x, shape } = node.input(0);
  const [batch = 1, channels = 1, ...plane] = shape;
  const elements = sizeOf(shape);
  if (elements > MOST_PLACES) throw node.error('max-places.elements', { elements, most: MOST_PLACES });
  const lists = ['kernel_shape', 'strides', 'dilations', 'pads'].flatMap((name) => (node.has(name) ? [[name, node.ints(name) ?? []]] : []));
  const autoPad = node.string('auto_pad', 'NOTSET');
  const attributes: Attributes = { ...Object.fromEntries(lists), auto_pad: autoPad, ceil_mode: node.int('ceil_mode', 0) };
  const y = write.add('MaxPool', [x], attributes);
  const [, , ...outputs] = write.shape(y);
  const axes = readAxes(node, kernel, plane.length).map((axis, k) => readsAlong(axis, itemAt(plane, k), itemAt(outputs, k), autoPad));
  // [planes, element of the window, place of the window]. What lies in the padding reads another element, and has no place.
  const reads = axes.reduce((value, { reads: at }, k) => write.add('Gather', [value, integers(write, at)], { axis: k + 2 }), x);
  const apart = reshaped(write, reads, [batch * channels, ...axes.flatMap(({ taps }, k) => [taps, itemAt(outputs, k)])]);
  const [taps, places] = [axes.reduce((product, axis) => product * axis.taps, 1), sizeOf(outputs)];
  const order = [0, ...axes.map((_, k) => 2 * k + 1), ...axes.map((_, k) => 2 * k + 2)];
  const windows = reshaped(write, transposed(write, apart, order), [batch * channels, taps, places]);
  const beyond = sizeOf(plane);
  const table = new Float64Array(taps * places);
  for (let i = 0; i < table.length; i++) {
    let [tap, place, at, step] = [Math.floor(i / places), i % places, 0, 1];
    for (let k = axes.length - 1; k >= 0; k--) {
      const { taps: own, reads: along, inside } = itemAt(axes, k);
      const output = itemAt(outputs, k);
      const read = (tap % own) * output + (place % output);
      at += itemAt(inside, read) ? itemAt(along, read) * step : Number.POSITIVE_INFINITY;
      [tap, place, step] = [Math.floor(tap / own), Math.floor(place / output), step * itemAt(plane, k)];
    }
    table[i] = Math.min(at, beyond);
  }
  const isMaximum = write.add('Equal', [windows, reshaped(write, y, [batch * channels, 1, places])]);
  const found = write.add('Where', [isMaximum, write.addConstant([1, taps, places], table, 'int'), integer(write, beyond)]);
  const first = reshaped(write, write.add('ReduceMin', [found, integers(write, [1])]), [batch, channels, ...outputs]);
  const ordered = node.int('storage_order', 0) === 0 ? first : columnsFirst(write, first, plane);
  const starts = Float64Array.from({ length: batch * channels }, (_, k) => k * beyond);
  const start = write.addConstant([batch, channels, ...plane.map(() => 1)], starts, 'int');
  return [y, write.add('Add', [ordered, start])];
};

/** For each element of a window along an axis and each of its places, the element of x that it reads, and whether it is none of the padding. */
function readsAlong({ kernel, stride, dilation, before }: Axis, size: number, outputs: number, autoPad: string) {
  const total = Math.max(0, (outputs - 1) * stride + (kernel - 1) * dilation + 1 - size);
  const same = autoPad === 'SAME_LOWER' ? Math.ceil(total / 2) : Math.floor(total / 2);
  const padding = autoPad.startsWith('SAME') ? same : autoPad === 'VALID' ? 0 : before;
  const at = Array.from({ length: kernel * outputs }, (_, i) => (i % outputs) * stride + Math.floor(i / outputs) * dilation - padding);
  const inside = at.map((read) => read >= 0 && read < size);
  return { taps: kernel, inside, reads: at.map((read, i) => (inside[i] ? read : 0)) };
}

/** Places of rows, one after the other, as those of columns. */
function columnsFirst(write: NodeWriter, places: string, [rows = 1, columns = 1]: readonly number[]): string {
  const { row, column } = rowAndColumn(write, places, columns);
  return write.add('Add', [row, scaled(write, column, rows)]);
}

/** Half a place more keeps the quotient of whole numbers off a whole number, whatever it is rounded to. */
function rowAndColumn(write: NodeWriter, places: string, columns: number): { readonly row: string; readonly column: string } {
  const middle = write.add('Add', [places, scalar(write, 0.5)]);
  const row = write.add('Floor', [scaled(write, middle, 1 / columns)]);
  return { row, column: write.add('Sub', [places, scaled(write, row, columns)]) };
}

/**
 * MaxUnpool: zeros, and each element of x at its place. Rows and columns of places are compared with all rows and columns, and a product lays the elements
 * there: y[h, w] = sum_p x[p] [row[p] = h] [column[p] = w]. https://onnx.ai/onnx/operators/onnx__MaxUnpool.html
 */
export const maxUnpool: RewrittenOperator = {
  since: 9,
  inputs: [2, 3],
  attributes: ['kernel_shape', 'pads', 'strides'],
  notes: { note: 'windows that lie apart' },
  rewrite(node, write) {
    const [x, places] = [node.input(0), node.input(1)];
    const [batch = 1, channels = 1, ...plane] = x.shape;
    const axes = readAxes(node, node.ints('kernel_shape') ?? [], plane.length);
    const own = axes.map(({ kernel, stride, before, after }, k) => (itemAt(plane, k) - 1) * stride + kernel - before - after);
    const given = node.inputs[2] && Array.from(node.constant(2).data);
    const sizes = given?.slice(2) ?? own;
    const fits =
      plane.length > 0 &&
      places.shape.join() === x.shape.join() &&
      sizes.length === own.length &&
      own.every((size, k) => size >= 1 && itemAt(sizes, k) >= size) &&
      (places.constant !== undefined || axes.every(({ kernel, stride }) => kernel <= stride));
    if (!fits)
      throw node.error('max-unpool.shapes', { shape: x.shape, places: places.shape, kernel: axes.map(({ kernel }) => kernel), sizes });
    const columns = own.at(-1) ?? 1;
    const rows = sizeOf(own) / columns;
    const count = sizeOf(plane);
    const [stacks, size] = [batch * channels, rows * columns];
    if (stacks * size > MOST_PLACES) throw node.error('max-places.elements', { elements: stacks * size, most: MOST_PLACES });
    const starts = write.addConstant(
      [stacks, 1],
      Float64Array.from({ length: stacks }, (_, k) => k * size),
      'int',
    );
    const at = write.add('Sub', [reshaped(write, places.name, [stacks, count]), starts]);
    const { row, column } = rowAndColumn(write, at, columns);
    const ofRows = isAt(write, reshaped(write, row, [stacks, 1, count]), [rows, 1]);
    const ofColumns = isAt(write, reshaped(write, column, [stacks, count, 1]), [1, columns]);
    const laid = write.add('MatMul', [write.add('Mul', [reshaped(write, x.name, [stacks, 1, count]), ofRows]), ofColumns]);
    const y = reshaped(write, laid, [batch, channels, ...own]);
    const more = own.map((size, k) => itemAt(sizes, k) - size);
    if (more.every((each) => each === 0)) return [y];
    return [write.add('Pad', [y, integers(write, [...new Array(own.length + 4).fill(0), ...more])])];
  },
};

/** 1 where a position is one of 0, 1, .. along the axis that has this many, else 0. */
function isAt(write: NodeWriter, positions: string, [rows, columns]: readonly [number, number]): string {
  const all = write.addConstant(
    [rows, columns],
    Float64Array.from({ length: rows * columns }, (_, k) => k),
    'int',
  );
  return write.add('Cast', [write.add('Equal', [positions, all])], { to: FLOAT });
}
