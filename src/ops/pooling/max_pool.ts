import { gather } from '../../tensor/gather.js';
import { firstOf } from '../../tensor/items.js';
import { scatter } from '../../tensor/scatter.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { Binding, Lowered, Lowering, Operand, Operator, Piecewise, Window, WindowAxis } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { CLOSED, codesOf } from '../shared/saved_for_backward.js';
import { eachTap, pooledShape, poolParameters, readPool, wholePlane, wholeTaps } from './pool.js';

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
 * MaxPool: y[r, s] = max of x over the window at (r, s) without padding; dx[p, q] = sum of dy over the windows whose maximum lies at
 * (p, q). Of equal elements of a window the first in row-major order is its maximum, as in PyTorch.
 * https://onnx.ai/onnx/operators/onnx__MaxPool.html
 */
export const maxPool: Operator<MaxPoolAttributes> = {
  since: 1,
  read(node) {
    const order = node.int('storage_order', 0);
    if (order !== 0) throw node.error('pool.storage-order', { order });
    return readPool(node);
  },

  linear: ({ window: { rows, columns } }) => rows.kernel * columns.kernel === 1,
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

  lower({ attributes: { window }, inputs, output, epilogue }: Lowering<MaxPoolAttributes>): Lowered {
    const x = firstOf(inputs);
    const parameters = poolParameters(window);
    const elements = sizeOf(output.shape);
    const wide = window.rows.kernel * window.columns.kernel > CLOSED;
    const narrow = codesOf(output.name, elements);
    const codes: Binding = wide ? { ...narrow, words: 4 * elements } : narrow;
    const apart = isApart(window.rows) && isApart(window.columns);
    const planes = sizeOf(x.shape) / (window.rows.input * window.columns.input);
    const WIDE = wide ? 1 : 0;
    return {
      forward: [
        {
          kernel: 'max_pool_forward',
          bindings: [value(x.name), codes, value(output.name)],
          parameters,
          constants: { WIDE, RELU: epilogue?.relu ? 1 : 0, ...wholeTaps(window) },
          tiles: elements,
        },
      ],
      backward: [
        {
          kernel: 'max_pool_backward',
          bindings: [codes, cotangent(output.name), cotangent(x.name)],
          parameters,
          constants: { WIDE, APART: apart ? 1 : 0 },
          tiles: apart ? planes * cellsOf(window.rows) * cellsOf(window.columns) : sizeOf(x.shape),
          gateable: true,
        },
      ],
    };
  },
};

/** Whether windows share no element along an axis. Then every element is in one cell of a stride, and in one window at most. */
function isApart({ stride, kernel, dilation }: WindowAxis): boolean {
  return stride >= kernel && dilation === 1;
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
