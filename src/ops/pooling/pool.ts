import { fourOf, itemAt } from '../../tensor/items.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { NodeReader, Reading } from '../node_reader.js';
import type { Window } from '../operator.js';
import { readWindow, refuseEmptyWindows, tapsOf } from '../shared/window.js';

/** Reads what MaxPool and AveragePool have in common: the window, and the shape of the output. */
export function readPool(node: NodeReader): Reading<{ readonly window: Window }> {
  const { shape } = node.input(0);
  if (shape.length !== 4) {
    throw node.error('pool.axes', { shape });
  }
  const kernel = node.ints('kernel_shape');
  if (kernel === undefined) throw node.error('pool.no-kernel');
  const [batch, channels, rows, columns] = fourOf(shape);
  const window = readWindow(node, [rows, columns], kernel);
  refuseEmptyWindows(node, window);
  return { attributes: { window }, shape: [batch, channels, window.rows.output, window.columns.output], inputs: [0] };
}

/** The window of a global pooling: the whole of every plane, laid out as one row, whatever its number of axes. */
export function wholePlane(node: NodeReader): Window {
  const { shape } = node.input(0);
  if (shape.length < 3) throw node.error('pool.no-plane', { shape });
  const size = shape.slice(2).reduce((product, axis) => product * axis, 1);
  const axis = { output: 1, stride: 1, dilation: 1, padding: 0, paddingAfter: 0 };
  return { rows: { ...axis, input: 1, kernel: 1 }, columns: { ...axis, input: size, kernel: size } };
}

/** The output shape of a global pooling. */
export function pooledShape(shape: Shape): Shape {
  return shape.map((size, axis) => (axis < 2 ? size : 1));
}

/**
 * Calls `visit` for every input element of every window in row-major order, output by output. `output` and `input` are positions in the
 * tensors, `row` and `column` those of the output in its plane.
 */
export function eachTap(
  { rows, columns }: Window,
  planes: number,
  visit: (output: number, input: number, row: number, column: number) => void,
): void {
  const across = Array.from({ length: columns.output }, (_, column) => tapsOf(columns, column));
  for (let plane = 0, output = 0; plane < planes; plane++) {
    for (let row = 0; row < rows.output; row++) {
      const { start: top, end: bottom } = tapsOf(rows, row);
      for (let column = 0; column < across.length; column++, output++) {
        const { start: left, end: right } = itemAt(across, column);
        for (let i = top; i < bottom; i++) {
          const inputRow = plane * rows.input + row * rows.stride + i * rows.dilation - rows.padding;
          const first = inputRow * columns.input + column * columns.stride - columns.padding;
          for (let j = left; j < right; j++) visit(output, first + j * columns.dilation, row, column);
        }
      }
    }
  }
}

/** An operation for every tap of every window. */
export function poolingWork({ window: { rows, columns } }: { readonly window: Window }, _: unknown, output: Shape): number {
  return sizeOf(output) * rows.kernel * columns.kernel;
}

/** Members of the struct of shaders/lib/window/pool.wgsl. */
export function poolParameters({ rows, columns }: Window): Record<string, number[]> {
  return {
    size: [rows.input, columns.input],
    output_size: [rows.output, columns.output],
    kernel: [rows.kernel, columns.kernel],
    stride: [rows.stride, columns.stride],
    dilation: [rows.dilation, columns.dilation],
    padding: [rows.padding, columns.padding],
  };
}

/** The most taps that kernels unroll: those of 3 x 3 and 2 x 4 windows, say. */
const MAX_UNROLLED = 9;

/**
 * The template constants ROWS and COLUMNS of the forward kernels: the size of a small window that never leaves the input, whose taps are
 * unrolled, and 0 for any other.
 */
export function wholeTaps({ rows, columns }: Window): { readonly ROWS: number; readonly COLUMNS: number } {
  const whole = [rows, columns].every(
    ({ padding, input, output, kernel, stride, dilation }) => padding === 0 && (output - 1) * stride + (kernel - 1) * dilation < input,
  );
  const unrolled = whole && rows.kernel * columns.kernel <= MAX_UNROLLED;
  return unrolled ? { ROWS: rows.kernel, COLUMNS: columns.kernel } : { ROWS: 0, COLUMNS: 0 };
}
