import { sizeOf } from '../tensor/tensor.js';
import { cotangent, value } from './binary.js';
import type { Binding, Lowered, Lowering, Operand, Operator } from './operator.js';
import { eachTap, pooledShape, poolParameters, readPool, wholePlane } from './pool.js';
import type { Window } from './window.js';

export interface MaxPoolAttributes {
  readonly window: Window;
}

/**
 * MaxPool: y[r, s] = max of x over the window at (r, s), padding left out; dx[p, q] = sum of dy over the windows whose maximum lies at
 * (p, q). Of equal elements of a window the first in row-major order is its maximum, as in PyTorch.
 * https://onnx.ai/onnx/operators/onnx__MaxPool.html
 */
export const maxPool: Operator<MaxPoolAttributes> = {
  read(node) {
    const order = node.int('storage_order', 0);
    if (order !== 0) throw node.error(`storage_order is ${order}`, '0, row-major');
    return readPool(node);
  },

  linear: ({ window: { rows, columns } }) => rows.kernel * columns.kernel === 1,
  forward({ attributes, inputs, shape }) {
    const x = inputs[0]!;
    return Float64Array.from(argmax(attributes, x, sizeOf(shape)), (position) => x.data[position]!);
  },

  backward({ attributes, inputs, cotangent: dy }) {
    const x = inputs[0]!;
    const dx = new Float64Array(x.data.length);
    argmax(attributes, x, dy.length).forEach((position, output) => {
      dx[position]! += dy[output]!;
    });
    return [dx];
  },

  lower({ attributes, inputs, output }: Lowering<MaxPoolAttributes>): Lowered {
    const x = inputs[0]!;
    const parameters = poolParameters(attributes.window);
    const elements = sizeOf(output.shape);
    const argmaxOf: Binding = { kind: 'saved', name: `${output.name}/argmax`, words: 4 * elements };
    return {
      forward: [{ kernel: 'max_pool_forward', bindings: [value(x.name), argmaxOf, value(output.name)], parameters, tiles: elements }],
      backward: [
        {
          kernel: 'max_pool_backward',
          bindings: [argmaxOf, cotangent(output.name), cotangent(x.name)],
          parameters,
          tiles: sizeOf(x.shape),
        },
      ],
    };
  },
};

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

/** For every output the position in x of its window's first maximum. */
function argmax({ window }: MaxPoolAttributes, { data }: Operand, outputs: number): Uint32Array {
  const none = 0xffffffff;
  const positions = new Uint32Array(outputs).fill(none);
  eachTap(window, data.length / (window.rows.input * window.columns.input), (output, input) => {
    const best = positions[output]!;
    if (best === none || data[input]! > data[best]!) positions[output] = input;
  });
  return positions;
}
