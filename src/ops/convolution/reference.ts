import { twoOf } from '../../tensor/items.js';
import type { Shape } from '../../tensor/tensor.js';
import type { Window, WindowAxis } from '../operator.js';
import { addPlacedProduct, type PlacedMatrix, places } from '../shared/product/add_product.js';
import { outputsOf } from '../shared/window.js';

/** A convolution of planes: weights [outputs][channels of a group][rows][columns]. */
export interface Correlation {
  readonly group: number;
  readonly window: Window;
}

/** Groups of fewer outputs are computed weight by weight: for so few, patches are not worth gathering. */
const FEWEST = 4;
/** How many times the elements of inputs and outputs a padded input may have. Small files can ask for any padding. */
const MOST_PADDED = 4;

/** y[o, r, s] += sum_{c, i, j} w[o, c, i, j] x[c, r * stride + i * dilation - padding, ...], in float64. */
export function correlate(correlation: Correlation, shape: Shape, w: Float64Array, x: Float64Array, y: Float64Array): void {
  const patches = patchesOf(correlation, shape, x.length, y.length);
  if (patches === undefined) {
    eachWeight(correlation, shape, (tap, reached) => addScaled(w[tap]!, x, reached.input, y, reached.output, reached));
    return;
  }
  const padded = patches.padded(x);
  for (const { ofW, ofX, ofY } of patches.groups) {
    addPlacedProduct({ data: w, ...ofW }, { data: padded, ...ofX }, { data: y, ...ofY });
  }
}

/** dx[c, p, q] += sum_{o, i, j} w[o, c, i, j] dy[o, r, s] over all that meet x[c, p, q] in `correlate`. */
export function correlateBackward(correlation: Correlation, shape: Shape, w: Float64Array, dy: Float64Array, dx: Float64Array): void {
  const patches = patchesOf(correlation, shape, dx.length, dy.length);
  if (patches === undefined) {
    eachWeight(correlation, shape, (tap, reached) => addScaled(w[tap]!, dy, reached.output, dx, reached.input, reached));
    return;
  }
  const padded = patches.padded(dx);
  for (const { ofW, ofX, ofY } of patches.groups) {
    addPlacedProduct({ data: w, rows: ofW.columns, columns: ofW.rows }, { data: dy, ...ofY }, { data: padded, ...ofX });
  }
  patches.cropped(padded, dx);
}

type Places = Omit<PlacedMatrix, 'data'>;

/**
 * A convolution as a product of matrices for each group: weights [outputs][taps of all channels], patches [taps][pixels of the output], and outputs
 * [outputs][pixels]. In an input with its padding, the element of a tap and a pixel lies at a place of the tap plus a place of the pixel. So patches
 * need no copy of their own.
 */
interface Patches {
  readonly groups: readonly { readonly ofW: Places; readonly ofX: Places; readonly ofY: Places }[];
  /** An input with its padding: as far as windows reach, and x itself where that is all of x. */
  padded(x: Float64Array): Float64Array;
  /** Writes back an input without its padding. */
  cropped(padded: Float64Array, x: Float64Array): void;
}

/** Undefined where the weights of a group are too few, or the padding is too much. */
function patchesOf({ group, window: { rows, columns } }: Correlation, shape: Shape, inputs: number, outputs: number): Patches | undefined {
  const [all, channels] = twoOf(shape);
  const own = all / group;
  const [height, width] = [reachOf(rows), reachOf(columns)];
  if (own < FEWEST || channels * group * height * width > MOST_PADDED * (inputs + outputs)) return undefined;
  const depth = channels * rows.kernel * columns.kernel;
  const plane = rows.output * columns.output;
  const steps = places(0, 1, depth);
  const pixels = lattice([
    [rows.output, rows.stride * width],
    [columns.output, columns.stride],
  ]);
  const groups = Array.from({ length: group }, (_, g) => ({
    ofW: { rows: places(g * own * depth, depth, own), columns: steps },
    ofX: {
      rows: lattice(
        [
          [channels, height * width],
          [rows.kernel, rows.dilation * width],
          [columns.kernel, columns.dilation],
        ],
        g * channels * height * width,
      ),
      columns: pixels,
    },
    ofY: { rows: places(g * own * plane, plane, own), columns: places(0, 1, plane) },
  }));
  const [top, left] = [rows.padding, columns.padding];
  const [bottom, right] = [Math.min(rows.input, height - top), Math.min(columns.input, width - left)];
  const isWhole = top === 0 && left === 0 && height === rows.input && width === columns.input;
  const eachRow = (visit: (inside: number, outside: number) => void): void => {
    for (let c = 0; c < channels * group; c++) {
      for (let r = 0; r < bottom; r++) visit((c * rows.input + r) * columns.input, (c * height + r + top) * width + left);
    }
  };
  return {
    groups,
    padded(x) {
      if (isWhole) return x;
      const padded = new Float64Array(channels * group * height * width);
      eachRow((inside, outside) => padded.set(x.subarray(inside, inside + right), outside));
      return padded;
    },
    cropped(padded, x) {
      if (isWhole) return;
      eachRow((inside, outside) => x.set(padded.subarray(outside, outside + right), inside));
    },
  };
}

/** Elements of the padded input that windows reach along an axis. */
function reachOf({ output, stride, kernel, dilation }: WindowAxis): number {
  return (output - 1) * stride + (kernel - 1) * dilation + 1;
}

/** Places of a lattice from `start` on, in row-major order: along each axis a number of steps, and the length of one. */
function lattice(axes: readonly (readonly [count: number, step: number])[], start = 0): Int32Array {
  return axes.reduce((found, [count, step]) => {
    const next = new Int32Array(found.length * count);
    let at = 0;
    for (const place of found) for (let k = 0; k < count; k++) next[at++] = place + k * step;
    return next;
  }, Int32Array.of(start));
}

/** The rectangle of a plane of outputs that a weight reaches, and the inputs that go to them. */
interface Reached {
  readonly rows: number;
  readonly columns: number;
  readonly output: Lattice;
  readonly input: Lattice;
}

/** Elements `first + r * row + s * step`. */
interface Lattice {
  readonly first: number;
  readonly row: number;
  readonly step: number;
}

/** to += factor * from, over a rectangle. */
function addScaled(
  factor: number,
  from: Float64Array,
  source: Lattice,
  to: Float64Array,
  target: Lattice,
  { rows, columns }: Reached,
): void {
  for (let r = 0; r < rows; r++) {
    let i = source.first + r * source.row;
    let o = target.first + r * target.row;
    for (let s = 0; s < columns; s++, i += source.step, o += target.step) to[o]! += factor * from[i]!;
  }
}

function eachWeight({ group, window: { rows, columns } }: Correlation, shape: Shape, visit: (tap: number, reached: Reached) => void): void {
  const [outputs, channels] = twoOf(shape);
  let tap = 0;
  for (let o = 0; o < outputs; o++) {
    const firstChannel = Math.floor((o * group) / outputs) * channels;
    for (let c = firstChannel; c < firstChannel + channels; c++) {
      for (let i = 0; i < rows.kernel; i++) {
        const { start: top, end: bottom } = outputsOf(rows, i);
        const row = (c * rows.input + top * rows.stride + i * rows.dilation - rows.padding) * columns.input;
        for (let j = 0; j < columns.kernel; j++) {
          const { start: left, end: right } = outputsOf(columns, j);
          visit(tap++, {
            rows: bottom - top,
            columns: right - left,
            output: { first: (o * rows.output + top) * columns.output + left, row: columns.output, step: 1 },
            input: {
              first: row + left * columns.stride + j * columns.dilation - columns.padding,
              row: rows.stride * columns.input,
              step: columns.stride,
            },
          });
        }
      }
    }
  }
}
