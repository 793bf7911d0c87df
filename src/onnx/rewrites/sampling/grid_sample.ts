import type { NodeReader } from '../../../ops/node_reader.js';
import { itemAt } from '../../../tensor/items.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { integer, integers, type NodeWriter, type RewrittenOperator, reshaped, scalar, scaled, sliced } from '../rewrite.js';

/** The most numbers from which pixels are sampled: 1 GiB a sample. */
const MOST_NUMBERS = 2 ** 28;

/** How many of them one tensor holds: 32 MiB for four samples, of the 128 MiB that a tensor may have on every device. */
const PIECE = 2 ** 21;

/**
 * GridSample: y[c, o] samples the planes of x at the place that the grid gives for o. It is the product of x with weights, which are a product of
 * weights along rows and along columns: y[c, o] = sum_{i, j} x[c, i, j] v(i - row[o]) w(j - column[o]). So gradients reach both x and the grid. In a volume the
 * weights of rows are products of those along its depth and along its rows.
 * Weights or sums take memory for every pixel of y and every pixel, or every row of all channels, of x. This suits the small planes inside of networks.
 * At whole numbers, where lines bend, the derivative is that towards the next element, as in PyTorch.
 * https://onnx.ai/onnx/operators/onnx__GridSample.html
 */
export const gridSample: RewrittenOperator = {
  since: 16,
  inputs: [2, 2],
  attributes: ['align_corners', 'mode', 'padding_mode'],
  notes: { note: 'of planes and volumes' },
  rewrite(node, write) {
    const [x, grid] = [node.input(0), node.input(1)];
    const kinds = readKinds(node);
    const [batch = 1, channels = 1, ...plane] = x.shape;
    const [, ...places] = grid.shape.slice(0, -1);
    const axes = plane.length;
    const fits = (axes === 2 || axes === 3) && places.length === axes && grid.shape[axes + 1] === axes && grid.shape[0] === batch;
    if (!fits) throw node.error('grid-sample.shapes', { shape: x.shape, grid: grid.shape });
    const coordinates = plane.map((_, axis) => {
      const along = write.add('Gather', [grid.name, integer(write, axes - 1 - axis)], { axis: axes + 1 });
      return reshaped(write, along, [batch, 1, sizeOf(places)]);
    });
    const planes = reshaped(write, x.name, [batch, channels, sizeOf(plane)]);
    const y = sampledPlanes(node, write, planes, plane, coordinates, (own, size) => weightsAlong(write, own, size, kinds));
    return [reshaped(write, y, [batch, channels, ...places])];
  },
};

/**
 * Planes [batch, channels, elements], whose axes have these sizes, at coordinates [batch, 1, outputs] along each axis: [batch, channels, outputs]. `weigh` gives
 * the weights [batch, size, outputs] of an axis. Each output takes weights for all elements, which channels share, or sums along the last axis for each
 * channel and row, whichever is less. Where all outputs together take more than one tensor should hold, they are computed in pieces.
 */
export function sampledPlanes(
  node: NodeReader,
  write: NodeWriter,
  planes: string,
  sizes: readonly number[],
  coordinates: readonly string[],
  weigh: (coordinates: string, size: number) => string,
): string {
  const [batch = 1, channels = 1, elements = 1] = write.shape(planes);
  const outputs = write.shape(itemAt(coordinates, 0))[2] ?? 1;
  const columns = sizes.at(-1) ?? 1;
  const isConstant = coordinates.every((each) => write.constant(each) !== undefined);
  const byRow = channels < columns && !isConstant;
  const each = batch * (byRow ? channels * (elements / columns) : elements);
  const numbers = each * outputs;
  if (numbers > MOST_NUMBERS) throw node.error('grid-sample.numbers', { numbers, most: MOST_NUMBERS });
  const pieces = isConstant ? 1 : Math.min(outputs, Math.ceil(numbers / PIECE));
  const ends = Array.from({ length: pieces + 1 }, (_, k) => Math.floor((k * outputs) / pieces));
  const sampled = ends.slice(1).map((end, k) => {
    const weights = coordinates.map((along, axis) => weigh(sliced(write, along, 2, itemAt(ends, k), end), itemAt(sizes, axis)));
    const ofRows = weights.slice(0, -1).reduce((before, along) => products(write, before, along));
    const ofColumns = itemAt(weights, weights.length - 1);
    return byRow
      ? sumsOfRows(write, planes, ofRows, ofColumns)
      : write.add('MatMul', [planes, alone(write, products(write, ofRows, ofColumns))]);
  });
  return pieces === 1 ? itemAt(sampled, 0) : write.add('Concat', sampled, { axis: 2 });
}

/** The products of weights of two axes, [batch, first second, outputs]. */
function products(write: NodeWriter, first: string, second: string): string {
  const [batch = 1, rows = 1, outputs = 1] = write.shape(first);
  const [, columns = 1] = write.shape(second);
  const pairs = write.add('Mul', [
    reshaped(write, first, [batch, rows, 1, outputs]),
    reshaped(write, second, [batch, 1, columns, outputs]),
  ]);
  return reshaped(write, pairs, [batch, rows * columns, outputs]);
}

/** A constant of a batch of one, without it: a matrix, as Dense has it. */
function alone(write: NodeWriter, weights: string): string {
  const [batch, ...matrix] = write.shape(weights);
  return batch === 1 && write.constant(weights) !== undefined ? reshaped(write, weights, matrix) : weights;
}

function sumsOfRows(write: NodeWriter, planes: string, ofRows: string, ofColumns: string): string {
  const [batch = 1, channels = 1] = write.shape(planes);
  const [, rows = 1, outputs = 1] = write.shape(ofRows);
  const [, columns = 1] = write.shape(ofColumns);
  const sums = write.add('MatMul', [reshaped(write, planes, [batch, channels * rows, columns]), ofColumns]);
  const stacked = reshaped(write, sums, [batch, channels, rows, outputs]);
  const weighted = write.add('Mul', [stacked, reshaped(write, ofRows, [batch, 1, rows, outputs])]);
  return write.add('ReduceSum', [weighted, integers(write, [2])], { keepdims: 0 });
}

/** The bilinear weights [batch, size, outputs] of an axis at places [batch, 1, outputs], counted in elements. Beyond the ends lie zeros. */
export function linearWeightsAt(write: NodeWriter, places: string, size: number): string {
  return lineWeights(write, distances(write, places, 0, size));
}

interface Kinds {
  readonly mode: 'linear' | 'nearest' | 'cubic';
  readonly padding: 'zeros' | 'border' | 'reflection';
  readonly alignCorners: boolean;
}

/** Opset 20 renamed the modes bilinear and bicubic. */
const MODES = { linear: 'linear', bilinear: 'linear', nearest: 'nearest', cubic: 'cubic', bicubic: 'cubic' } as const;
const PADDINGS = ['zeros', 'border', 'reflection'] as const;

function readKinds(node: NodeReader): Kinds {
  const [mode, padding] = [node.string('mode', 'linear'), node.string('padding_mode', 'zeros')];
  const knownMode = Object.entries(MODES).find(([name]) => name === mode);
  if (knownMode === undefined) throw node.error('node.known', { attribute: 'mode', value: mode, known: Object.keys(MODES) });
  const knownPadding = PADDINGS.find((name) => name === padding);
  if (knownPadding === undefined) throw node.error('node.known', { attribute: 'padding_mode', value: padding, known: PADDINGS });
  return { mode: knownMode[1], padding: knownPadding, alignCorners: node.int('align_corners', 0) !== 0 };
}

/** The weights [batch, size, outputs] that the elements of an axis have at coordinates [batch, 1, outputs] from -1 to 1. */
function weightsAlong(write: NodeWriter, coordinates: string, size: number, { mode, padding, alignCorners }: Kinds): string {
  const stretch = alignCorners ? (size - 1) / 2 : size / 2;
  let place = added(write, scaled(write, coordinates, stretch), (size - 1) / 2);
  const [low, high] = alignCorners ? [0, size - 1] : [-0.5, size - 0.5];
  if (padding === 'reflection') place = reflected(write, place, low, high);
  if (mode === 'cubic') {
    if (padding === 'zeros') return cubicWeights(write, place, 0, size);
    // Two more elements at either end stand for elements of the axis. Further out than one element nothing changes.
    const weights = cubicWeights(write, held(write, place, -1, size), -BEYOND, size + 2 * BEYOND);
    const stand = new Float64Array(size * (size + 2 * BEYOND));
    for (let k = 0; k < size + 2 * BEYOND; k++) {
      const at = padding === 'border' ? Math.min(Math.max(k - BEYOND, 0), size - 1) : reflectedIndex(k - BEYOND, low, high);
      stand[at * (size + 2 * BEYOND) + k] = 1;
    }
    return write.add('MatMul', [write.addConstant([size, size + 2 * BEYOND], stand), weights]);
  }
  if (padding !== 'zeros') place = held(write, place, 0, size - 1);
  if (mode === 'nearest') {
    return write.add('Cast', [write.add('Equal', [indices(write, 0, size), write.add('Round', [place])])], { to: FLOAT });
  }
  return linearWeightsAt(write, place, size);
}

/** How many elements beyond its ends a cubic reaches. */
const BEYOND = 2;

/** The number of float32 in files. */
const FLOAT = 1;

function indices(write: NodeWriter, first: number, count: number): string {
  return write.addConstant(
    [count, 1],
    Float64Array.from({ length: count }, (_, k) => first + k),
  );
}

/** How far `count` elements from `first` on lie behind the places. */
function distances(write: NodeWriter, place: string, first: number, count: number): string {
  return write.add('Sub', [indices(write, first, count), place]);
}

/** max(0, 1 - |d|) as relu(c + 1) - 2 relu(c), where c is d cut to -1 to 1. With relu'(0) = 0 its derivative in d is that from below. */
function lineWeights(write: NodeWriter, distance: string): string {
  const cut = write.add('Clip', [distance, scalar(write, -1), scalar(write, 1)]);
  const falling = scaled(write, write.add('Relu', [cut]), 2);
  return write.add('Sub', [write.add('Relu', [added(write, cut, 1)]), falling]);
}

/** The coefficient of the cubic, as onnxruntime and PyTorch have it. */
const A = -0.75;

/** A cubic convolution f(t) of t = |d|: one cubic where t < 2, and another added to it where t < 1, which leaves at 1 with a slope of 0. */
function cubicWeights(write: NodeWriter, place: string, first: number, count: number): string {
  const t = write.add('Abs', [distances(write, place, first, count)]);
  const upTo = (limit: number) => write.add('Clip', [t, scalar(write, 0), scalar(write, limit)]);
  const outer = polynomial(write, upTo(2), [A, -5 * A, 8 * A, -4 * A]);
  return write.add('Add', [outer, polynomial(write, upTo(1), [2, 4 * A - 3, -8 * A, 1 + 4 * A])]);
}

/** By Horner's rule, the coefficient of the highest power first. */
function polynomial(write: NodeWriter, t: string, [first = 0, second = 0, ...rest]: readonly number[]): string {
  const start = added(write, scaled(write, t, first), second);
  return rest.reduce((value, coefficient) => added(write, write.add('Mul', [value, t]), coefficient), start);
}

/** x cut to `low` to `high` by ReLUs, so that the derivative is 0 at the ends, as PyTorch has it. */
function held(write: NodeWriter, x: string, low: number, high: number): string {
  const above = write.add('Relu', [added(write, x, -low)]);
  const under = write.add('Relu', [write.add('Sub', [scalar(write, high - low), above])]);
  return write.add('Sub', [scalar(write, high), under]);
}

/** x mirrored at `low` and `high` as often as it takes: high - | |x - low| mod 2 span - span |. */
function reflected(write: NodeWriter, x: string, low: number, high: number): string {
  const span = high - low;
  if (span === 0) return scaled(write, x, 0);
  const away = write.add('Abs', [added(write, x, -low)]);
  const turns = write.add('Floor', [scaled(write, away, 1 / (2 * span))]);
  const rest = write.add('Sub', [away, scaled(write, turns, 2 * span)]);
  return write.add('Sub', [scalar(write, high), write.add('Abs', [added(write, rest, -span)])]);
}

/** The element that an index beyond the ends stands for. */
function reflectedIndex(index: number, low: number, high: number): number {
  const span = high - low;
  return span === 0 ? 0 : Math.round(high - Math.abs((Math.abs(index - low) % (2 * span)) - span));
}

function added(write: NodeWriter, x: string, term: number): string {
  return term === 0 ? x : write.add('Add', [x, scalar(write, term)]);
}
