import { refuseEmpty, transposedAxis } from '../../../ops/convolution/conv_transpose.js';
import { extent } from '../../../ops/shared/window.js';
import { itemAt } from '../../../tensor/items.js';
import { inputName, integers, type NodeWriter, type Rewrite, reshaped, transposed } from '../rewrite.js';
import { readAxes } from './other_axes.js';

/**
 * ConvTranspose with weights that depend on the image, or with three spatial axes, as a Conv: zeros fill the strides between the elements of x, and the
 * weights, [channels of x, channels of y / group, ..], change places and are turned around along each spatial axis.
 */
export const transposedConvolution: Rewrite = (node, write) => {
  const { name: x, shape } = node.input(0);
  const { name: weights, shape: filters, constant } = node.input(1);
  const [batch = 1, channels = 1, ...plane] = shape;
  const [read = 1, own = 1, ...kernel] = filters;
  const group = node.int('group', 1);
  if (filters.length !== shape.length || (plane.length === 2 ? constant !== undefined : plane.length !== 3)) return undefined;
  if (channels !== read || channels % group !== 0) throw node.error('conv.weights', { weights: filters, group, shape, transposed: true });
  const declared = node.ints('kernel_shape') ?? kernel;
  if (declared.join() !== kernel.join()) throw node.error('conv.kernel-shape', { declared, kernel, weights: filters });
  const autoPad = node.string('auto_pad', 'NOTSET');
  const axes = readAxes(node, kernel, plane.length).map(({ before, after, added, wanted, ...axis }, k) =>
    transposedAxis({ ...axis, output: itemAt(plane, k) }, { added, wanted, autoPad, pads: [before, after] }),
  );
  refuseEmpty(node, axes);
  const apart = plane.flatMap((size) => [size, 1]);
  const filled = padded(write, reshaped(write, x, [batch, channels, ...apart]), [
    [0, 0],
    [0, 0],
    ...axes.flatMap(({ stride }) => [[0, 0] as const, [0, stride - 1] as const]),
  ]);
  const stretched = reshaped(write, filled, [batch, channels, ...axes.map(({ output, stride }) => output * stride)]);
  const ends = axes.map((axis) => {
    const before = extent(axis) - 1 - axis.padding;
    return [before, axis.input + extent(axis) - 1 - axis.output * axis.stride - before] as const;
  });
  const framed = padded(write, stretched, [[0, 0], [0, 0], ...ends]);
  const groups = reshaped(write, weights, [group, channels / group, own, ...kernel]);
  const swapped = transposed(write, groups, [0, 2, 1, ...kernel.map((_, k) => k + 3)]);
  const turned = kernel.reduce(
    (w, size, k) => reversed(write, w, k + 2, size),
    reshaped(write, swapped, [group * own, channels / group, ...kernel]),
  );
  return [write.add('Conv', [framed, turned, inputName(node, 2)], { group, dilations: axes.map(({ dilation }) => dilation) })];
};

/** x with zeros, or without elements, at the ends of each axis. */
function padded(write: NodeWriter, x: string, ends: readonly (readonly [before: number, after: number])[]): string {
  if (ends.every(([before, after]) => before === 0 && after === 0)) return x;
  return write.add('Pad', [x, integers(write, [...ends.map(([before]) => before), ...ends.map(([, after]) => after)])]);
}

/** x with the elements along an axis of this size in the opposite order. */
function reversed(write: NodeWriter, x: string, axis: number, size: number): string {
  if (size === 1) return x;
  const backwards = Array.from({ length: size }, (_, i) => size - 1 - i);
  return write.add('Gather', [x, integers(write, backwards)], { axis });
}
