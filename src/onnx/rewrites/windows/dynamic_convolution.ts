import { type Rewrite, reshaped, transposed } from '../rewrite.js';
import { readAxes, windowsAlong } from './other_axes.js';

/**
 * Conv with weights that depend on the image, as networks have them that choose their filters (CondConv, dynamic convolution): the elements of
 * every window become a column (im2col), and the weights multiply all columns. Kernels of Conv read constants.
 */
export const dynamicConvolution: Rewrite = (node, write) => {
  const { name: x, shape } = node.input(0);
  const { name: weights, shape: filters, constant } = node.input(1);
  const group = node.int('group', 1);
  const [stacks = 1, channels = 1, ...plane] = shape;
  const [outputs = 1, own = 1, ...kernel] = filters;
  if (constant !== undefined || plane.length !== 2 || kernel.length !== 2) return undefined;
  if (channels !== own * group || outputs % group !== 0) {
    throw node.error('conv.weights', { weights: filters, group, shape, transposed: false });
  }
  const [rows, columns] = readAxes(node, node.ints('kernel_shape') ?? kernel, 2);
  if (rows === undefined || columns === undefined || rows.kernel !== kernel[0] || columns.kernel !== kernel[1]) {
    throw node.error('conv.kernel-shape', { declared: node.ints('kernel_shape') ?? kernel, kernel, weights: filters });
  }
  const down = windowsAlong(node, write, x, 2, rows);
  const across = windowsAlong(node, write, down.windows, 3, columns);
  const apart = reshaped(write, across.windows, [stacks, channels, rows.kernel, down.places, columns.kernel, across.places]);
  const taps = rows.kernel * columns.kernel;
  const places = down.places * across.places;
  const matrix = reshaped(write, transposed(write, apart, [0, 1, 2, 4, 3, 5]), [stacks, group, own * taps, places]);
  const product = write.add('MatMul', [reshaped(write, weights, [group, outputs / group, own * taps]), matrix]);
  const y = reshaped(write, product, [stacks, outputs, down.places, across.places]);
  const bias = node.inputs[2];
  if (bias === undefined) return [y];
  return [write.add('Add', [y, reshaped(write, bias.name, [outputs, 1, 1])])];
};
