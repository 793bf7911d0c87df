import { firstOf } from '../../tensor/items.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { Binding, Lowered, Lowering, Operator, Window, WindowAxis } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { tapsOf } from '../shared/window.js';
import { eachTap, poolingWork, poolParameters, readPool, wholeTaps } from './pool.js';

export interface AveragePoolAttributes {
  readonly window: Window;
  /** Whether elements of the padding count in the divisor. Elements past the padding's end (ceil_mode) never count. */
  readonly countIncludePad: boolean;
}

/**
 * AveragePool: y[r, s] = sum of x over the window at (r, s) / n[r, s], and dx[p, q] = sum of dy / n over the windows that hold (p, q). n
 * counts the window's elements on the input, or with count_include_pad on the padded input. It is the product of a count of rows and one of
 * columns, as in PyTorch, also where ceil_mode lets a window reach past the padding.
 * https://onnx.ai/onnx/operators/onnx__AveragePool.html
 */
export const averagePool: Operator<AveragePoolAttributes> = {
  since: 1,
  notes: { note: 'with any number of spatial axes' },
  read(node) {
    const { attributes, ...reading } = readPool(node);
    return { ...reading, attributes: { ...attributes, countIncludePad: node.int('count_include_pad', 0) !== 0 } };
  },

  linear: () => true,
  foldingWork: poolingWork,
  forward({ attributes, inputs, shape }) {
    const x = firstOf(inputs).data;
    const y = new Float64Array(sizeOf(shape));
    const { rows, columns } = countsOf(attributes);
    eachTap(attributes.window, planesOf(attributes, x), (output, input, row, column) => {
      y[output]! += x[input]! / (rows[row]! * columns[column]!);
    });
    return y;
  },

  backward({ attributes, inputs, cotangent: dy }) {
    const dx = new Float64Array(firstOf(inputs).data.length);
    const { rows, columns } = countsOf(attributes);
    eachTap(attributes.window, planesOf(attributes, dx), (output, input, row, column) => {
      dx[input]! += dy[output]! / (rows[row]! * columns[column]!);
    });
    return [dx];
  },

  lower({ attributes, inputs, output }: Lowering<AveragePoolAttributes>): Lowered {
    const x = firstOf(inputs);
    const { rows, columns } = countsOf(attributes);
    const scale: Binding = { kind: 'constant', data: Float32Array.from([...rows, ...columns], (count) => 1 / count) };
    const parameters = poolParameters(attributes.window);
    return {
      forward: [
        {
          kernel: 'average_pool_forward',
          bindings: [value(x.name), scale, value(output.name)],
          parameters,
          constants: wholeTaps(attributes.window),
          tiles: sizeOf(output.shape),
        },
      ],
      backward: [
        {
          kernel: 'average_pool_backward',
          bindings: [scale, cotangent(output.name), cotangent(x.name)],
          parameters,
          tiles: sizeOf(x.shape),
          gateable: true,
        },
      ],
    };
  },
};

/** For every output row and column, the number of elements that its window counts along that axis. */
function countsOf({ window, countIncludePad }: AveragePoolAttributes): { rows: number[]; columns: number[] } {
  const counts = (axis: WindowAxis) =>
    Array.from({ length: axis.output }, (_, o) => {
      const { start, end } = tapsOf(axis, o);
      if (!countIncludePad) return end - start;
      const padded = axis.padding + axis.input + axis.paddingAfter;
      return Math.min(axis.kernel, Math.ceil((padded - o * axis.stride) / axis.dilation));
    });
  return { rows: counts(window.rows), columns: counts(window.columns) };
}

function planesOf({ window }: AveragePoolAttributes, x: Float64Array): number {
  return x.length / (window.rows.input * window.columns.input);
}
