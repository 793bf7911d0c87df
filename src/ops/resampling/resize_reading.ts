import { itemAt } from '../../tensor/items.js';
import { sameShape, sizeAt } from '../../tensor/tensor.js';
import type { NodeReader, Reading } from '../node_reader.js';
import { MAX_AXIS, resolveAxes } from '../shared/axes.js';
import { coordinateOf, EXACT, NEAREST, type Range, type Rounding, TO_FLOAT32, WHOLE } from './resize_coordinates.js';
import { byCubic, byFilter, byLine, byNearest, type ResizeAttributes, type ResizedAxis, type Sampling } from './resize_taps.js';

/**
 * Before opset 11, element i lies at i / scale. The nearest element is the one before, or where the axis shrinks the one after, as in
 * onnxruntime.
 */
export function readAsymmetric(node: NodeReader, scales: ArrayLike<number>): Reading<ResizeAttributes> {
  const { shape } = node.input(0);
  const targets = targetsOf(
    node,
    shape.map((_, axis) => axis),
    { scales: Array.from(scales) },
  );
  const nearest = byNearest((x, scale) => (scale < 1 ? Math.ceil(x) : Math.floor(x)));
  return sampled(node, targets, 'asymmetric', readMode(node, ['nearest', 'linear']) === 'nearest' ? nearest : byLine);
}

/** Resize from opset 11 on. */
export function readResize(node: NodeReader): Reading<ResizeAttributes> {
  if (node.opset < 11) return readAsymmetric(node, node.constant(1).data);
  const { shape } = node.input(0);
  const axes = resolveAxes(node, (node.opset >= 18 ? node.ints('axes') : undefined) ?? shape.map((_, axis) => axis), shape.length);
  const coordinates = node.string('coordinate_transformation_mode', 'half_pixel');
  const crop = coordinates === 'tf_crop_and_resize' ? readCrop(node, axes) : undefined;
  return sampled(node, readTargets(node, axes, crop), coordinates, readSampling(node));
}

function readSampling(node: NodeReader): Sampling {
  const mode = readMode(node, ['nearest', 'linear', 'cubic']);
  if (mode === 'nearest') {
    const nearest = node.string('nearest_mode', 'round_prefer_floor');
    if (!Object.hasOwn(NEAREST, nearest)) {
      throw node.error('node.known', { attribute: 'nearest_mode', value: nearest, known: Object.keys(NEAREST) });
    }
    return byNearest(NEAREST[nearest as keyof typeof NEAREST]);
  }
  const outside = { excluded: node.int('exclude_outside', 0) !== 0 };
  const a = node.float('cubic_coeff_a', -0.75);
  if (isFiltered(node)) return byFilter(mode === 'linear' ? 'linear' : a, outside);
  return mode === 'linear' ? byLine : byCubic(a, outside);
}

function isFiltered(node: NodeReader): boolean {
  return node.opset >= 18 && node.string('mode', 'nearest') !== 'nearest' && node.int('antialias', 0) !== 0;
}

/** How coordinates are rounded: not at all where elements are mixed. */
function roundingOf(node: NodeReader, cropped: boolean): Rounding {
  return cropped || node.string('mode', 'nearest') === 'nearest' ? TO_FLOAT32 : EXACT;
}

function readMode<M extends string>(node: NodeReader, modes: readonly M[]): M {
  const mode = node.string('mode', 'nearest');
  const known = modes.find((each) => each === mode);
  if (known === undefined) throw node.error('node.known', { attribute: 'mode', value: mode, known: modes });
  return known;
}

/** The first and the last place of each axis that tf_crop_and_resize keeps, as shares of the axis. */
function readCrop(node: NodeReader, axes: readonly number[]): Range[] {
  const roi = Array.from(node.constant(1).data);
  if (roi.length !== 2 * axes.length || !roi.every(Number.isFinite)) throw node.error('resize.roi', { roi, axes: axes.length });
  return axes.map((_, k) => ({ start: Math.fround(itemAt(roi, k)), end: Math.fround(itemAt(roi, axes.length + k)) }));
}

interface Target {
  readonly axis: number;
  readonly scale: number;
  readonly size: number;
  readonly crop?: Range | undefined;
}

/** Scales in input 2, or sizes in input 3. An empty list counts as absent. */
function readTargets(node: NodeReader, axes: readonly number[], crop?: readonly Range[]): Target[] {
  const listAt = (position: number) => {
    const list = node.inputs[position] === undefined ? [] : Array.from(node.constant(position).data);
    return list.length > 0 ? list : undefined;
  };
  const [scales, sizes] = [listAt(2), listAt(3)];
  return targetsOf(node, axes, { ...(scales && { scales }), ...(sizes && { sizes }) }, crop);
}

function targetsOf(
  node: NodeReader,
  axes: readonly number[],
  { scales, sizes }: { scales?: number[]; sizes?: number[] },
  crop?: readonly Range[],
): Target[] {
  const { shape } = node.input(0);
  const given = scales ?? sizes;
  const valid = given?.every((x) => x > 0 && Number.isFinite(x)) && (sizes ?? []).every(Number.isInteger);
  if (given === undefined || (scales && sizes) || given.length !== axes.length || !valid) {
    throw node.error('resize.targets', { scales: scales ?? [], sizes: sizes ?? [], axes: axes.length, shape });
  }
  if (scales) {
    return axes.map((axis, k) => {
      const scale = Math.fround(itemAt(scales, k));
      const { start, end } = crop?.[k] ?? WHOLE;
      const kept = Math.fround(sizeAt(shape, axis) * Math.fround(end - start));
      return { axis, scale, size: Math.floor(Math.fround(kept * scale)), crop: crop?.[k] };
    });
  }
  // The first size may be the batch size that the file was exported with (src/ops/views/reshape.ts).
  const wanted = given.map((size, k) => (axes[k] === 0 && shape[0] === 1 && size === node.batch ? 1 : size));
  const policy = node.opset >= 18 ? node.string('keep_aspect_ratio_policy', 'stretch') : 'stretch';
  const rounding = roundingOf(node, crop !== undefined);
  const stretched = axes.map((axis, k) => {
    const size = itemAt(wanted, k);
    return { axis, size, scale: rounding(size / sizeAt(shape, axis)), crop: crop?.[k] };
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
  return axes.map((axis, k) => ({ axis, scale, crop: crop?.[k], size: Math.round(Math.fround(scale * sizeAt(shape, axis))) }));
}

function sampled(node: NodeReader, targets: readonly Target[], coordinates: string, sampling: Sampling): Reading<ResizeAttributes> {
  const { shape } = node.input(0);
  const resized = [...shape];
  for (const { axis, size } of targets) {
    if (!(size >= 1 && size <= MAX_AXIS)) throw node.error('resize.size', { axis, size, most: MAX_AXIS });
    resized[axis] = size;
  }
  const axes: ResizedAxis[] = [];
  for (const { axis, scale, size, crop } of targets) {
    const length = sizeAt(shape, axis);
    // As in onnxruntime an axis stays as it is, whatever the scales, where no size changes, or with antialias its own. But a part of an axis is
    // taken for what it is, which onnxruntime does not do where no size changes.
    const same = (size === length && (scale === 1 || isFiltered(node))) || sameShape(resized, shape);
    if (same && (crop === undefined || (crop.start === 0 && crop.end === 1))) continue;
    const at = coordinateOf(node, coordinates, { length, size, scale, crop: crop ?? WHOLE }, roundingOf(node, crop !== undefined));
    const taps = Array.from({ length: size }, (_, i) => {
      const place = at(i);
      // Past the ends of the axis a crop has no elements of it (src/onnx/rewrites/sampling/resize.ts says what it has).
      return crop && !(place >= 0 && place <= length - 1) ? [] : sampling(place, length, scale);
    });
    let end = 0;
    const first = [0, ...taps.map((own) => (end += own.length))];
    const all = taps.flat();
    axes.push({ axis, first, places: all.map(({ from }) => from), weights: all.map(({ weight }) => weight) });
  }
  return { attributes: { axes }, shape: resized, inputs: [0] };
}
