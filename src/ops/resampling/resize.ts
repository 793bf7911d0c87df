import { firstOf, itemAt } from '../../tensor/items.js';
import { type Shape, sameShape, sizeAt, sizeOf } from '../../tensor/tensor.js';
import type { NodeReader, Reading } from '../node_reader.js';
import type { Binding, Dispatch, Operator } from '../operator.js';
import { MAX_AXIS, resolveAxes, sizeBetween } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';
import { startsOf } from '../shared/starts.js';
import { type Coordinates, coordinateOf, NEAREST, type Nearest } from './resize_coordinates.js';

/** One axis of a Resize. Element i along it is (1 - weights[i]) of element low[i] of x plus weights[i] of element high[i]. */
export interface ResizedAxis {
  readonly axis: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly weights: readonly number[];
}

export interface ResizeAttributes {
  /** The axes that change, in the order in which they do. */
  readonly axes: readonly ResizedAxis[];
}

/**
 * Resize: each axis in turn is resampled, y[i] = (1 - w) x[low] + w x[high], by the nearest element (w = 0) or linearly between two; dx[j]
 * sums dy[i] times the weight that x[j] has in y[i]. Sizes or scales are constant. A pass makes a node of every axis, and a Gather where
 * the nearest element is taken. https://onnx.ai/onnx/operators/onnx__Resize.html
 */
export const resize: Operator<ResizeAttributes> = {
  since: 10,
  inputs: [1, 4],
  notes: { note: 'neither cubic nor antialias nor tf_crop_and_resize' },
  read(node) {
    if (node.opset < 11) return readAsymmetric(node, node.constant(1).data);
    const mode = readMode(node);
    const coordinates = node.string('coordinate_transformation_mode', 'half_pixel');
    const nearest = node.string('nearest_mode', 'round_prefer_floor');
    if (mode === 'nearest' && !Object.hasOwn(NEAREST, nearest))
      throw node.error('node.known', { attribute: 'nearest_mode', value: nearest, known: Object.keys(NEAREST) });
    if (node.opset >= 18 && node.int('antialias', 0) !== 0) throw node.error('resize.antialias');
    const { shape } = node.input(0);
    const axes = resolveAxes(node, (node.opset >= 18 ? node.ints('axes') : undefined) ?? shape.map((_, axis) => axis), shape.length);
    const targets = readTargets(node, axes);
    return sampled(node, mode, targets, coordinates as Coordinates, NEAREST[nearest as keyof typeof NEAREST]);
  },
  linear: () => true,
  foldingWork({ axes }, [x = []]) {
    let shape = x;
    let work = 0;
    for (const resized of axes) {
      shape = shapeAfter(shape, resized);
      work += 2 * sizeOf(shape);
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
    const count = resized.low.length;
    const taps = resized.low.flatMap((low, i): Tap[] => {
      const weight = itemAt(resized.weights, i);
      const two = [
        { to: i, from: low, weight: 1 - weight },
        { to: i, from: itemAt(resized.high, i), weight },
      ];
      return two.filter((tap) => tap.weight !== 0);
    });
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
  notes: {},
  read: (node) => readAsymmetric(node, node.opset < 9 ? (node.floats('scales') ?? []) : node.constant(1).data),
};

/**
 * Before opset 11, element i lies at i / scale. The nearest element is the one before, or where the axis shrinks the one after, as in
 * onnxruntime.
 */
function readAsymmetric(node: NodeReader, scales: ArrayLike<number>): Reading<ResizeAttributes> {
  const { shape } = node.input(0);
  const targets = targetsOf(
    node,
    shape.map((_, axis) => axis),
    { scales: Array.from(scales) },
  );
  return sampled(node, readMode(node), targets, 'asymmetric', (x, scale) => (scale < 1 ? Math.ceil(x) : Math.floor(x)));
}

function readMode(node: NodeReader): 'nearest' | 'linear' {
  const mode = node.string('mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear')
    throw node.error('node.choice', { attribute: 'mode', value: mode, choices: ['nearest', 'linear'] });
  return mode;
}

interface Target {
  readonly axis: number;
  readonly scale: number;
  readonly size: number;
}

/** Scales in input 2, or sizes in input 3. An empty list counts as absent. */
function readTargets(node: NodeReader, axes: readonly number[]): Target[] {
  const listAt = (position: number) => {
    const list = node.inputs[position] === undefined ? [] : Array.from(node.constant(position).data);
    return list.length > 0 ? list : undefined;
  };
  const [scales, sizes] = [listAt(2), listAt(3)];
  return targetsOf(node, axes, { ...(scales && { scales }), ...(sizes && { sizes }) });
}

function targetsOf(node: NodeReader, axes: readonly number[], { scales, sizes }: { scales?: number[]; sizes?: number[] }): Target[] {
  const { shape } = node.input(0);
  const given = scales ?? sizes;
  const valid = given?.every((x) => x > 0 && Number.isFinite(x)) && (sizes ?? []).every(Number.isInteger);
  if (given === undefined || (scales && sizes) || given.length !== axes.length || !valid) {
    throw node.error('resize.targets', { scales: scales ?? [], sizes: sizes ?? [], axes: axes.length, shape });
  }
  if (scales) {
    return axes.map((axis, k) => {
      const scale = Math.fround(itemAt(scales, k));
      return { axis, scale, size: Math.floor(Math.fround(sizeAt(shape, axis) * scale)) };
    });
  }
  // The first size may be the batch size that the file was exported with (src/ops/views/reshape.ts).
  const wanted = given.map((size, k) => (axes[k] === 0 && shape[0] === 1 && size === node.batch ? 1 : size));
  const policy = node.opset >= 18 ? node.string('keep_aspect_ratio_policy', 'stretch') : 'stretch';
  const stretched = axes.map((axis, k) => {
    const size = itemAt(wanted, k);
    return { axis, size, scale: Math.fround(size / sizeAt(shape, axis)) };
  });
  if (policy === 'stretch') return stretched;
  if (policy !== 'not_larger' && policy !== 'not_smaller') {
    throw node.error('node.choice', {
      attribute: 'keep_aspect_ratio_policy',
      value: policy,
      choices: ['stretch', 'not_larger', 'not_smaller'],
    });
  }
  const ratios = stretched.map(({ scale }) => scale);
  const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return axes.map((axis) => ({ axis, scale, size: Math.round(Math.fround(scale * sizeAt(shape, axis))) }));
}

function sampled(
  node: NodeReader,
  mode: 'nearest' | 'linear',
  targets: readonly Target[],
  coordinates: Coordinates,
  nearest: Nearest,
): Reading<ResizeAttributes> {
  const { shape } = node.input(0);
  const resized = [...shape];
  for (const { axis, size } of targets) {
    if (!(size >= 1 && size <= MAX_AXIS)) throw node.error('resize.size', { axis, size, most: MAX_AXIS });
    resized[axis] = size;
  }
  const axes: ResizedAxis[] = [];
  for (const { axis, scale, size } of targets) {
    const length = sizeAt(shape, axis);
    // An axis whose size does not change stays as it is, whatever the scales, as in onnxruntime.
    if ((size === length && scale === 1) || sameShape(resized, shape)) continue;
    const at = coordinateOf(node, coordinates, { length, size, scale });
    const cut = (index: number) => Math.min(Math.max(index, 0), length - 1);
    const places = Array.from({ length: size }, (_, i) => at(i));
    if (mode === 'nearest') {
      const low = places.map((place) => cut(nearest(place, scale)));
      axes.push({ axis, low, high: low, weights: low.map(() => 0) });
    } else {
      const inside = places.map(cut);
      const low = inside.map(Math.floor);
      axes.push({ axis, low, high: low.map((index) => cut(index + 1)), weights: inside.map((place) => place - Math.floor(place)) });
    }
  }
  return { attributes: { axes }, shape: resized, inputs: [0] };
}

/** The shape after one axis has been resampled. */
export function shapeAfter(shape: Shape, { axis, low }: ResizedAxis): Shape {
  return shape.map((size, k) => (k === axis ? low.length : size));
}

/** Calls `visit` for every weight, with the position i in y and j in x. */
function eachTap(shape: Shape, { axis, low, high, weights }: ResizedAxis, visit: (i: number, j: number, weight: number) => void): void {
  const [outer, size, inner] = [sizeBetween(shape, 0, axis), sizeAt(shape, axis), sizeBetween(shape, axis + 1)];
  const pairs = low.map((first, k) => ({ first, second: itemAt(high, k), weight: itemAt(weights, k) }));
  for (let row = 0; row < outer; row++) {
    pairs.forEach(({ first, second, weight }, k) => {
      for (let i = 0; i < inner; i++) {
        const to = (row * low.length + k) * inner + i;
        visit(to, (row * size + first) * inner + i, 1 - weight);
        if (weight !== 0) visit(to, (row * size + second) * inner + i, weight);
      }
    });
  }
}

interface Tap {
  readonly to: number;
  readonly from: number;
  readonly weight: number;
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
