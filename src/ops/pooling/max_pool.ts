import { gather } from '../../tensor/gather.js';
import { firstOf, itemAt } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { scatter } from '../../tensor/scatter.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { Binding, Dispatch, Lowered, Lowering, Operand, Operator, Piecewise, RuledBackward, Window, WindowAxis } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { dividedByDifference } from '../shared/rescale.js';
import { CLOSED, codesOf } from '../shared/saved_for_backward.js';
import { eachTap, pooledShape, poolingWork, poolParameters, readPool, wholePlane, wholeTaps } from './pool.js';

export interface MaxPoolAttributes {
  readonly window: Window;
}

/** A piece is the element of the window that is the maximum. A margin is the maximum minus another element. */
const piecewise: Piecewise<MaxPoolAttributes> = {
  extend({ attributes, inputs, shape }, twin, gates) {
    const x = firstOf(inputs);
    const positions = argmax(attributes, x, sizeOf(shape));
    for (const position of positions) gates.gate(position);
    eachTap(attributes.window, planesOf(attributes, x), (output, input) => {
      const best = positions[output]!;
      if (input !== best) gates.margin(x.data[best]! - x.data[input]!, twin[best]! - twin[input]!);
    });
    return gather(twin, positions);
  },
  lower({ attributes, inputs, output }) {
    const units = sizeOf(output.shape);
    return {
      kernel: 'max_pool_regions',
      bindings: [value(firstOf(inputs).name)],
      parameters: poolParameters(attributes.window),
      tiles: units,
      units,
    };
  },
};

/**
 * DeepLIFT's rule (src/ops/shared/rescale.ts) as in Captum, for planes x beside those of the baseline b, with pooled y and y_b. With
 * m = max(y, y_b), the change y - y_b of a window is shared by the element that is largest in x and the one that is largest in b:
 *
 *   dx[p, q] (x - b)[p, q] = sum of dy (m - y_b) over the windows whose maximum in x lies at (p, q)
 *                          + sum of dy (y - m) over the windows whose maximum in b lies at (p, q)
 */
const rescale: RuledBackward<MaxPoolAttributes> = {
  backward({ attributes, inputs, output, cotangent: dy, twin }) {
    const [x, b] = [firstOf(inputs), firstOf(twin.inputs)];
    const places = argmax(attributes, x, dy.length);
    const placesOfTwin = argmax(attributes, b, dy.length);
    const largest = mapPairs(output, twin.output, (a, c) => Math.max(a, c));
    const ofSample = dy.map((slope, i) => slope * (itemAt(largest, i) - itemAt(twin.output, i)));
    const ofTwin = dy.map((slope, i) => slope * (itemAt(output, i) - itemAt(largest, i)));
    const size = x.data.length;
    const shared = mapPairs(scatter(size, places, ofSample), scatter(size, placesOfTwin, ofTwin), (a, c) => a + c);
    return [dividedByDifference(shared, scatter(size, places, dy), x.data, b.data)];
  },
  lower(lowering) {
    const { window } = lowering.attributes;
    const x = firstOf(lowering.inputs);
    const y = lowering.output;
    return {
      forward: [forwardDispatch(lowering)],
      backward: [
        {
          kernel: 'max_pool_rescale',
          bindings: [value(x.name), codesFor(window, y), value(y.name), cotangent(y.name), cotangent(x.name)],
          parameters: poolParameters(window),
          constants: { WIDE: Number(isWide(window)) },
          tiles: sizeOf(x.shape),
        },
      ],
    };
  },
};

/**
 * MaxPool: y[r, s] = max of x over the window at (r, s) without padding; dx[p, q] = sum of dy over the windows whose maximum lies at
 * (p, q). Of equal elements of a window the first in row-major order is its maximum, as in PyTorch.
 * https://onnx.ai/onnx/operators/onnx__MaxPool.html
 */
export const maxPool: Operator<MaxPoolAttributes> = {
  since: 1,
  notes: { note: 'with any number of spatial axes' },
  inputs: [1, 1],
  outputs: 2,
  // Attribute storage_order is of the second output alone, the places of the maxima, which is not read.
  read: readPool,

  linear: ({ window: { rows, columns } }) => rows.kernel * columns.kernel === 1,
  foldingWork: poolingWork,
  piecewise,
  forward({ attributes, inputs, shape }) {
    const x = firstOf(inputs);
    return gather(x.data, argmax(attributes, x, sizeOf(shape)));
  },

  backward({ attributes, inputs, cotangent: dy }) {
    const x = firstOf(inputs);
    return [scatter(x.data.length, argmax(attributes, x, dy.length), dy)];
  },

  // A ReLU commutes with a maximum. The code of an element says so where the ReLU closes it.
  fuses: (_, { residual, pool }) => residual === undefined && pool === undefined,

  rules: { rescale },

  lower(lowering: Lowering<MaxPoolAttributes>): Lowered {
    const { inputs, output } = lowering;
    const { window } = lowering.attributes;
    const x = firstOf(inputs);
    const apart = isApart(window.rows) && isApart(window.columns);
    const cell = apart ? undefined : overlapOf(window);
    const down = cell ? Math.ceil(cellsOf(window.rows) / DOWN) : cellsOf(window.rows);
    const planes = sizeOf(x.shape) / (window.rows.input * window.columns.input);
    return {
      forward: [forwardDispatch(lowering)],
      backward: [
        {
          kernel: 'max_pool_backward',
          bindings: [codesFor(window, output), cotangent(output.name), cotangent(x.name)],
          parameters: poolParameters(window),
          constants: { WIDE: Number(isWide(window)), APART: apart ? 1 : 0, ...cell, ...(cell && { DOWN }) },
          tiles: apart || cell ? planes * down * cellsOf(window.columns) : sizeOf(x.shape),
          gateable: true,
        },
      ],
    };
  },
};

/**
 * Windows, or cells of pixels, that an invocation has one below the other, so that it keeps what two of them share and finds its place once. SqueezeNet's pools of
 * 3x3 with stride 2, milliseconds of processor time forward and back, with one and with eight: lavapipe, 32 steps, 22.3 and 23.8 -> 14.3 and 11.5; SwiftShader,
 * 16 steps, 77 and 62 -> 55 and 63. A GPU has that many fewer invocations.
 */
const DOWN = 8;

/** y and its codes. */
function forwardDispatch({ attributes: { window }, inputs, output, epilogue }: Lowering<MaxPoolAttributes>): Dispatch {
  const taps = wholeTaps(window);
  const planes = sizeOf(output.shape) / (window.rows.output * window.columns.output);
  const strips = { ...taps, SHARED: sharedRows(window), DOWN };
  return {
    kernel: 'max_pool_forward',
    bindings: [value(firstOf(inputs).name), codesFor(window, output), value(output.name)],
    parameters: poolParameters(window),
    constants: { WIDE: Number(isWide(window)), RELU: epilogue?.relu ? 1 : 0, ...(taps.ROWS > 0 ? strips : taps) },
    tiles: taps.ROWS > 0 ? planes * Math.ceil(window.rows.output / DOWN) * window.columns.output : sizeOf(output.shape),
  };
}

/** Rows of a window's taps that the window below it has, too. */
function sharedRows({ rows: { kernel, stride, dilation } }: Window): number {
  return dilation === 1 ? Math.max(0, kernel - stride) : 0;
}

/** Whether a byte is too small for the position of an element in its window. */
function isWide({ rows, columns }: Window): boolean {
  return rows.kernel * columns.kernel > CLOSED;
}

function codesFor(window: Window, { name, shape }: Lowering<MaxPoolAttributes>['output']): Binding {
  const elements = sizeOf(shape);
  const narrow = codesOf(name, elements);
  return isWide(window) ? { ...narrow, words: 4 * elements } : narrow;
}

/** Whether windows share no element along an axis. Then every element is in one cell of a stride, and in one window at most. */
function isApart({ stride, kernel, dilation }: WindowAxis): boolean {
  return stride >= kernel && dilation === 1;
}

/** The most windows along an axis that an invocation of the backward kernel keeps, and the most pixels. */
const MOST_ALONG = 3;

/**
 * The template constants with which an invocation of the backward kernel has stride x stride pixels and shares the loads of the windows that meet them, where windows are square
 * and overlap. For SqueezeNet's 3x3 windows with stride 2 these are 4 loads for 4 pixels rather than 9.
 */
function overlapOf({ rows, columns }: Window): { readonly CELL: number; readonly KERNEL: number } | undefined {
  const { kernel, stride, dilation } = rows;
  const square = kernel === columns.kernel && stride === columns.stride && dilation === 1 && columns.dilation === 1;
  return square && stride <= MOST_ALONG && kernel <= MOST_ALONG * stride ? { CELL: stride, KERNEL: kernel } : undefined;
}

/** The number of strides that cover the input and the padding before it. */
function cellsOf({ input, padding, stride }: WindowAxis): number {
  return Math.ceil((input + padding) / stride);
}

/**
 * GlobalMaxPool: MaxPool with a window as large as the plane, of any number of axes.
 * https://onnx.ai/onnx/operators/onnx__GlobalMaxPool.html
 */
export const globalMaxPool: Operator<MaxPoolAttributes> = {
  ...maxPool,
  read(node) {
    return { attributes: { window: wholePlane(node) }, shape: pooledShape(node.input(0).shape), inputs: [0] };
  },
};

/** For every output, the position in x of its window's first maximum. */
function argmax(attributes: MaxPoolAttributes, x: Operand, outputs: number): Uint32Array {
  const none = 0xffffffff;
  const { data } = x;
  const positions = new Uint32Array(outputs).fill(none);
  eachTap(attributes.window, planesOf(attributes, x), (output, input) => {
    const best = positions[output]!;
    if (best === none || data[input]! > data[best]!) positions[output] = input;
  });
  return positions;
}

function planesOf({ window: { rows, columns } }: MaxPoolAttributes, { data }: Operand): number {
  return data.length / (rows.input * columns.input);
}
