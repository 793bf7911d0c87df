import { firstOf, itemAt } from '../../tensor/items.js';
import { type Shape, sizeAt, sizeOf } from '../../tensor/tensor.js';
import type { Binding, Dispatch, Operator } from '../operator.js';
import { sizeBetween } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';
import { startsOf } from '../shared/starts.js';
import { readAsymmetric, readResize } from './resize_reading.js';
import type { ResizeAttributes, ResizedAxis } from './resize_taps.js';

/**
 * Resize: each axis in turn is resampled, y[i] = sum_k w[i, k] x[p[i, k]]; dx[j] sums dy[i] times the weight that x[j] has in y[i]. The weights
 * are those of the nearest element, of a line, of a cubic, or of filters against aliasing (resize_taps.ts). Sizes or scales are constant. A pass
 * makes a node of every axis, and a Gather where the nearest element is taken. https://onnx.ai/onnx/operators/onnx__Resize.html
 */
export const resize: Operator<ResizeAttributes> = {
  since: 10,
  inputs: [1, 4],
  read: readResize,
  linear: () => true,
  foldingWork({ axes }, [x = []]) {
    let shape = x;
    let work = 0;
    for (const resized of axes) {
      shape = shapeAfter(shape, resized);
      work += (sizeOf(shape) / sizeAt(shape, resized.axis)) * resized.places.length;
    }
    return work;
  },
  forward({ attributes: { axes }, inputs }) {
    let { data, shape } = firstOf(inputs);
    for (const resized of axes) {
      const next = shapeAfter(shape, resized);
      const y = new Float64Array(sizeOf(next));
      eachTap(shape, resized, (i, j, weight) => {
        y[i]! += weight * data[j]!;
      });
      [data, shape] = [y, next];
    }
    return axes.length === 0 ? data.slice() : data;
  },
  backward({ attributes: { axes }, inputs, cotangent: dy, wanted }) {
    if (!wanted[0]) return [undefined];
    let { shape } = firstOf(inputs);
    const steps = axes.map((resized) => {
      const before = shape;
      shape = shapeAfter(before, resized);
      return { before, resized };
    });
    let data = dy.slice();
    for (const { before, resized } of steps.reverse()) {
      const dx = new Float64Array(sizeOf(before));
      eachTap(before, resized, (i, j, weight) => {
        dx[j]! += weight * data[i]!;
      });
      data = dx;
    }
    return [data];
  },
  lower({ attributes: { axes }, inputs, output }) {
    const [resized, ...more] = axes;
    if (resized === undefined || more.length > 0) throw new Error('a pass must make a Resize of one axis of it');
    const x = firstOf(inputs);
    const count = sizeAt(output.shape, resized.axis);
    const taps = tapsOf(resized);
    const size = sizeAt(x.shape, resized.axis);
    const inner = sizeBetween(x.shape, resized.axis + 1);
    const turned = taps.map(({ to, from, weight }) => ({ to: from, from: to, weight }));
    return {
      forward: [resample(value(x.name), x.shape, size, value(output.name), output.shape, count, inner, taps)],
      backward: [
        {
          ...resample(cotangent(output.name), output.shape, count, cotangent(x.name), x.shape, size, inner, turned),
          gateable: true,
        },
      ],
    };
  },
};

/**
 * Upsample: Resize by scales of at least 1 from the corner: element i lies at i / scale. Scales are an attribute up to opset 8, an input in
 * 9. https://onnx.ai/onnx/operators/onnx__Upsample.html
 */
export const upsample: Operator<ResizeAttributes> = {
  ...resize,
  since: 7,
  inputs: [1, 2],
  until: 9,
  read: (node) => readAsymmetric(node, node.opset < 9 ? (node.floats('scales') ?? []) : node.constant(1).data),
};

/** The shape after one axis has been resampled. */
export function shapeAfter(shape: Shape, { axis, first }: ResizedAxis): Shape {
  return shape.map((size, k) => (k === axis ? first.length - 1 : size));
}

/** Along an axis, element `to` of y has this share of element `from` of x. */
interface Tap {
  readonly to: number;
  readonly from: number;
  readonly weight: number;
}

function tapsOf({ first, places, weights }: ResizedAxis): Tap[] {
  const taps: Tap[] = [];
  for (let to = 0; to + 1 < first.length; to++) {
    for (let k = itemAt(first, to); k < itemAt(first, to + 1); k++) taps.push({ to, from: itemAt(places, k), weight: itemAt(weights, k) });
  }
  return taps;
}

/** Calls `visit` for every weight, with the position i in y and j in x. */
function eachTap(shape: Shape, resized: ResizedAxis, visit: (i: number, j: number, weight: number) => void): void {
  const { axis, first } = resized;
  const [outer, size, inner] = [sizeBetween(shape, 0, axis), sizeAt(shape, axis), sizeBetween(shape, axis + 1)];
  const taps = tapsOf(resized);
  for (let row = 0; row < outer; row++) {
    for (const { to, from, weight } of taps) {
      const [toRow, fromRow] = [(row * (first.length - 1) + to) * inner, (row * size + from) * inner];
      for (let i = 0; i < inner; i++) visit(toRow + i, fromRow + i, weight);
    }
  }
}

/** An invocation with 4 quads finds its taps once for 16 samples, as in src/ops/movement/movement.ts. */
const QUADS = 4;

/** Element `to` along the axis of z is the sum of its taps. */
function resample(
  from: Binding,
  fromShape: Shape,
  sizeFrom: number,
  to: Binding,
  toShape: Shape,
  sizeTo: number,
  inner: number,
  taps: readonly Tap[],
): Dispatch {
  const ordered = [...taps].sort((a, b) => a.to - b.to || a.from - b.from);
  const first = startsOf(
    sizeTo,
    Uint32Array.from(ordered, (tap) => tap.to),
  );
  const places = Uint32Array.from(ordered, (tap) => tap.from);
  const weights = Float32Array.from(ordered, (tap) => tap.weight);
  return {
    kernel: 'resample',
    bindings: [from, { kind: 'constant', data: first }, { kind: 'constant', data: places }, { kind: 'constant', data: weights }, to],
    parameters: { elements: sizeOf(fromShape), size_x: sizeFrom, size_z: sizeTo, inner },
    constants: { ACCUMULATE: to.kind === 'cotangent' ? 1 : 0 },
    quads: QUADS,
    tiles: sizeOf(toShape),
  };
}
