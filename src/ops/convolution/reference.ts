import { twoOf } from '../../tensor/items.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { Window } from '../operator.js';
import { addProduct } from '../shared/product.js';
import { outputsOf } from '../shared/window.js';

/** A convolution of planes: weights [outputs][channels of a group][rows][columns]. */
export interface Correlation {
  readonly group: number;
  readonly window: Window;
}

/** Groups of fewer outputs are computed weight by weight: for so few, patches are not worth gathering. */
const FEWEST = 4;
/** Elements of the patches that are gathered together: half a megabyte, which a core's cache holds. */
const STRIP = 2 ** 16;

/** y[o, r, s] += sum_{c, i, j} w[o, c, i, j] x[c, r * stride + i * dilation - padding, ...], in float64. */
export function correlate(correlation: Correlation, shape: Shape, w: Float64Array, x: Float64Array, y: Float64Array): void {
  const sizes = sizesOf(correlation, shape);
  if (sizes.outputs < FEWEST) {
    eachWeight(correlation, shape, (tap, reached) => addScaled(w[tap]!, x, reached.input, y, reached.output, reached));
    return;
  }
  const { outputs, depth, plane } = sizes;
  eachStrip(correlation, shape, (places, pixel, count) => {
    const patches = new Float64Array(count * depth);
    for (let g = 0; g < correlation.group; g++) {
      gatherPatches(sizes, places, x, g, patches);
      const start = g * outputs;
      const ofW = { data: w, start: start * depth, row: depth, column: 1 };
      const columns = { data: patches, start: 0, row: 1, column: depth };
      addProduct({ rows: outputs, columns: count, depth }, ofW, columns, { data: y, start: start * plane + pixel, row: plane });
    }
  });
}

/** dx[c, p, q] += sum_{o, i, j} w[o, c, i, j] dy[o, r, s] over all that meet x[c, p, q] in `correlate`. */
export function correlateBackward(correlation: Correlation, shape: Shape, w: Float64Array, dy: Float64Array, dx: Float64Array): void {
  const sizes = sizesOf(correlation, shape);
  if (sizes.outputs < FEWEST) {
    eachWeight(correlation, shape, (tap, reached) => addScaled(w[tap]!, dy, reached.output, dx, reached.input, reached));
    return;
  }
  const { outputs, depth, plane } = sizes;
  eachStrip(correlation, shape, (places, pixel, count) => {
    for (let g = 0; g < correlation.group; g++) {
      const start = g * outputs;
      const patches = new Float64Array(count * depth);
      const ofY = { data: dy, start: start * plane + pixel, row: 1, column: plane };
      const ofW = { data: w, start: start * depth, row: depth, column: 1 };
      addProduct({ rows: count, columns: depth, depth: outputs }, ofY, ofW, { data: patches, start: 0, row: depth });
      scatterPatches(sizes, places, patches, g, dx);
    }
  });
}

interface Sizes {
  /** Of a group: outputs, channels, and weights of an output. */
  readonly outputs: number;
  readonly channels: number;
  readonly depth: number;
  /** Pixels of a plane of outputs and of a plane of inputs, and weights of a channel. */
  readonly plane: number;
  readonly inputPlane: number;
  readonly taps: number;
}

function sizesOf({ group, window: { rows, columns } }: Correlation, shape: Shape): Sizes {
  const [outputs, channels] = twoOf(shape);
  return {
    outputs: outputs / group,
    channels,
    depth: sizeOf(shape.slice(1)),
    plane: rows.output * columns.output,
    inputPlane: rows.input * columns.input,
    taps: rows.kernel * columns.kernel,
  };
}

/** Calls `visit` with runs of output pixels, and where the taps of each lie in a plane of the input ([count][taps]); -1 in the padding. */
function eachStrip(correlation: Correlation, shape: Shape, visit: (places: Int32Array, pixel: number, count: number) => void): void {
  const { plane, depth, taps } = sizesOf(correlation, shape);
  const { rows, columns } = correlation.window;
  const most = Math.max(1, Math.floor(STRIP / depth));
  for (let pixel = 0; pixel < plane; pixel += most) {
    const count = Math.min(most, plane - pixel);
    const places = new Int32Array(count * taps);
    for (let p = 0, at = 0; p < count; p++) {
      const top = Math.floor((pixel + p) / columns.output) * rows.stride - rows.padding;
      const left = ((pixel + p) % columns.output) * columns.stride - columns.padding;
      for (let i = 0; i < rows.kernel; i++) {
        const r = top + i * rows.dilation;
        for (let j = 0; j < columns.kernel; j++) {
          const s = left + j * columns.dilation;
          places[at++] = r >= 0 && r < rows.input && s >= 0 && s < columns.input ? r * columns.input + s : -1;
        }
      }
    }
    visit(places, pixel, count);
  }
}

/** patches[p, c, t] = x of the group's channel c at tap t of pixel p, 0 in the padding. */
function gatherPatches(
  { channels, taps, inputPlane }: Sizes,
  places: Int32Array,
  x: Float64Array,
  group: number,
  patches: Float64Array,
): void {
  for (let from = 0, at = 0; from < places.length; from += taps) {
    for (let c = 0, start = group * channels * inputPlane; c < channels; c++, start += inputPlane) {
      for (let t = from; t < from + taps; t++) {
        const place = places[t]!;
        patches[at++] = place < 0 ? 0 : x[start + place]!;
      }
    }
  }
}

/** Adds each element of the patches to the input that it was gathered from. */
function scatterPatches(
  { channels, taps, inputPlane }: Sizes,
  places: Int32Array,
  patches: Float64Array,
  group: number,
  dx: Float64Array,
): void {
  for (let from = 0, at = 0; from < places.length; from += taps) {
    for (let c = 0, start = group * channels * inputPlane; c < channels; c++, start += inputPlane) {
      for (let t = from; t < from + taps; t++, at++) {
        const place = places[t]!;
        if (place >= 0) dx[start + place]! += patches[at]!;
      }
    }
  }
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
