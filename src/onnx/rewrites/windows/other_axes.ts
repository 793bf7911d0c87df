import type { NodeReader } from '../../../ops/node_reader.js';
import { itemAt } from '../../../tensor/items.js';
import { type Shape, sizeOf } from '../../../tensor/tensor.js';
import { type Attributes, inputName, integers, type NodeWriter, type Rewrite, reshaped, transposed } from '../rewrite.js';

/*
 * Kernels have windows over rows and columns. Windows along one axis are rows of height 1. Windows along more are, for a pool, one after the
 * other along each axis, and for a convolution over three axes, sums over slices that become channels.
 */

/** What a node says about one axis of its window. */
export interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  /** Of a ConvTranspose. */
  readonly added: number;
  readonly wanted: number | undefined;
}

/** An axis along which a window moves nothing. */
const NO_WINDOW: Axis = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0, added: 0, wanted: 1 };

export function readAxes(node: NodeReader, kernel: readonly number[], count: number): Axis[] {
  const list = (name: string, fallback: number, length = count): readonly number[] => {
    const values = node.ints(name) ?? Array.from({ length }, () => fallback);
    if (values.length !== length) throw node.error('window.list', { attribute: name, values, length });
    return values;
  };
  if (kernel.length !== count) throw node.error('window.list', { attribute: 'kernel_shape', values: kernel, length: count });
  const [strides, dilations, added] = [list('strides', 1), list('dilations', 1), list('output_padding', 0)];
  const pads = list('pads', 0, 2 * count);
  const wanted = node.ints('output_shape')?.slice(-count);
  return kernel.map((size, k) => ({
    kernel: size,
    stride: itemAt(strides, k),
    dilation: itemAt(dilations, k),
    before: itemAt(pads, k),
    after: itemAt(pads, k + count),
    added: itemAt(added, k),
    wanted: wanted?.[k],
  }));
}

/** The attributes of the same window over other axes. Attributes that have nothing to do with axes stay. */
function attributesOf(node: NodeReader, axes: readonly Axis[]): Attributes {
  const transposes = node.op === 'ConvTranspose';
  const wanted = transposes ? axes.map((axis) => axis.wanted) : [];
  const sizes = wanted.filter((size) => size !== undefined);
  const kept = ['group', 'ceil_mode', 'count_include_pad', 'p', 'storage_order'].filter((name) => node.has(name));
  return {
    kernel_shape: axes.map(({ kernel }) => kernel),
    strides: axes.map(({ stride }) => stride),
    dilations: axes.map(({ dilation }) => dilation),
    pads: [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)],
    ...(transposes && { output_padding: axes.map(({ added }) => added) }),
    ...(sizes.length === axes.length && transposes && { output_shape: sizes }),
    ...(node.has('auto_pad') && { auto_pad: node.string('auto_pad') }),
    ...Object.fromEntries(kept.map((name) => [name, node.int(name)])),
  };
}

/** Conv and ConvTranspose with one spatial axis, as one with rows of height 1; Conv with three, by slices. */
export const convolutionOfOtherAxes: Rewrite = (node, write) => {
  const { shape } = node.input(0);
  const weights = node.input(1);
  if (weights.shape.length !== shape.length) return undefined;
  if (shape.length === 5 && node.op === 'Conv') return [convolutionBySlices(node, write)];
  if (shape.length !== 3) return undefined;
  const axes = readAxes(node, node.ints('kernel_shape') ?? weights.shape.slice(2), 1);
  const [x, w] = [node.input(0), weights].map(({ name, shape: own }) => reshaped(write, name, withRow(own)));
  const y = write.add(node.op, [x, w, inputName(node, 2)], attributesOf(node, [NO_WINDOW, ...axes]));
  return [reshaped(write, y, withoutRow(write.shape(y)))];
};

function withRow([batch = 1, channels = 1, ...line]: Shape): Shape {
  return [batch, channels, 1, ...line];
}

function withoutRow([batch = 1, channels = 1, , ...line]: Shape): Shape {
  return [batch, channels, ...line];
}

/**
 * Conv over depth, rows and columns. For each depth of y, the slices of x that its window meets become channels of a stack of their own, so the
 * window's depth is part of an ordinary sum over channels. The weights need no rearrangement for it.
 */
function convolutionBySlices(node: NodeReader, write: NodeWriter): string {
  const { name: x, shape } = node.input(0);
  const weights = node.input(1);
  const [depth, ...plane] = readAxes(node, node.ints('kernel_shape') ?? weights.shape.slice(2), 3);
  const [batch = 1, channels = 1, , ...planeOfX] = shape;
  if (depth === undefined || batch !== 1) throw node.error('conv.batch', { shape });
  const { windows, places } = windowsAlong(node, write, x, 2, depth);
  const apart = reshaped(write, windows, [channels, depth.kernel, places, sizeOf(planeOfX)]);
  const stacks = reshaped(write, transposed(write, apart, [2, 0, 1, 3]), [places, channels * depth.kernel, ...planeOfX]);
  const [outputs = 1, own = 1, , ...kernel] = weights.shape;
  const w = reshaped(write, weights.name, [outputs, own * depth.kernel, ...kernel]);
  const y = write.add('Conv', [stacks, w, inputName(node, 2)], attributesOf(node, plane));
  const [, , ...planeOfY] = write.shape(y);
  return reshaped(write, transposed(write, y, [1, 0, 2, 3]), [1, outputs, places, ...planeOfY]);
}

/**
 * The elements that a convolution's window meets along an axis of x, instead of that axis: for each element of the kernel those at all places of
 * the window. Also gives the number of places.
 */
export function windowsAlong(
  node: NodeReader,
  write: NodeWriter,
  x: string,
  axis: number,
  window: Axis,
): { readonly windows: string; readonly places: number } {
  const shape = write.shape(x);
  const size = itemAt(shape, axis);
  const { before, after, places } = placesAlong(node, window, size);
  const { kernel, stride, dilation } = window;
  if (places < 1) throw node.error('window.large', { window: [(kernel - 1) * dilation + 1], input: [size], pads: [before, after] });
  if (kernel === 1 && stride === 1 && places === size) return { windows: x, places };
  const pads = [before, after].flatMap((pad) => shape.map((_, k) => (k === axis ? pad : 0)));
  const padded = before === 0 && after === 0 ? x : write.add('Pad', [x, integers(write, pads)]);
  const taps = Array.from({ length: kernel * places }, (_, i) => Math.floor(i / places) * dilation + (i % places) * stride);
  return { windows: write.add('Gather', [padded, integers(write, taps)], { axis }), places };
}

/** The padding of an axis, and the number of places of a convolution's window along it. */
function placesAlong(node: NodeReader, { kernel, stride, dilation, before, after }: Axis, size: number) {
  const extent = (kernel - 1) * dilation + 1;
  const padding = node.string('auto_pad', 'NOTSET');
  if (padding.startsWith('SAME')) {
    const places = Math.ceil(size / stride);
    const total = Math.max(0, (places - 1) * stride + extent - size);
    const less = Math.floor(total / 2);
    return padding === 'SAME_LOWER' ? { before: total - less, after: less, places } : { before: less, after: total - less, places };
  }
  const pads = padding === 'VALID' ? { before: 0, after: 0 } : { before, after };
  return { ...pads, places: Math.floor((size + pads.before + pads.after - extent) / stride) + 1 };
}

/**
 * Pools with another number of spatial axes than two, as pools of two: along the last two at once where both have a window, then along each
 * other axis with one, from the last to the first. So the first of equal maxima in row-major order stays the one that counts. A mean's divisor is
 * a product of counts along each axis.
 */
export const poolOfOtherAxes: Rewrite = (node, write) => {
  const { name, shape } = node.input(0);
  const spatial = shape.length - 2;
  const kernel = node.ints('kernel_shape');
  if (spatial < 1 || spatial === 2 || kernel === undefined) return undefined;
  const axes = readAxes(node, kernel, spatial);
  const moving = axes.flatMap((axis, k) => (isStill(axis) ? [] : [k]));
  let y = name;
  if (moving.includes(spatial - 1) && moving.includes(spatial - 2)) {
    const own = write.shape(y);
    const plane = reshaped(write, y, [itemAt(own, 0), sizeOf(own.slice(1, -2)), ...own.slice(-2)]);
    const pooled = write.add(node.op, [plane], attributesOf(node, axes.slice(-2)));
    y = reshaped(write, pooled, [...own.slice(0, -2), ...write.shape(pooled).slice(-2)]);
    moving.splice(-2);
  }
  for (const k of moving.reverse()) {
    const own = write.shape(y);
    const [before, size, after] = [own.slice(1, k + 2), itemAt(own, k + 2), own.slice(k + 3)];
    const line = reshaped(write, y, [itemAt(own, 0), sizeOf(before), size, sizeOf(after)]);
    const pooled = write.add(node.op, [line], attributesOf(node, [itemAt(axes, k), NO_WINDOW]));
    y = reshaped(write, pooled, [itemAt(own, 0), ...before, itemAt(write.shape(pooled), 2), ...after]);
  }
  return [y];
};

/** Whether an axis keeps its elements. A dilation of a kernel of 1 does nothing. */
function isStill({ kernel, stride, before, after }: Axis): boolean {
  return kernel === 1 && stride === 1 && before === 0 && after === 0;
}
