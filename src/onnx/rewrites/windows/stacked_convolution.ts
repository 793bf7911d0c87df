import type { NodeReader } from '../../../ops/node_reader.js';
import { type Attributes, integers, type NodeWriter, type Rewrite, reshaped, transposed } from '../rewrite.js';

/**
 * Conv and ConvTranspose of several stacks of planes, as networks have them that cut one image into windows along the batch axis. The kernels
 * have planes of one sample. So [B, C, ..] becomes [1, B C, ..], and each stack a group of its own with the same weights. Where a window is a
 * single element nothing keeps the stacks apart: their planes lie side by side, and the weights exist once.
 */
export const stackedConvolution: Rewrite = (node, write) => {
  const { name: x, shape } = node.input(0);
  const [stacks = 1, channels = 1, ...plane] = shape;
  const weights = node.inputs[1];
  if (stacks < 2 || plane.length === 0 || weights?.constant === undefined) return undefined;
  const [rows = 1, ...rest] = plane;
  if (isPointwise(node)) {
    const joined = reshaped(write, transposed(write, x, swapped(shape.length)), [1, channels, stacks * rows, ...rest]);
    const y = write.add(node.op, [joined, weights.name, node.inputs[2]?.name], attributesOf(node, {}));
    const [, outputs = 1] = write.shape(y);
    return [transposed(write, reshaped(write, y, [outputs, stacks, ...plane]), swapped(shape.length))];
  }
  const group = stacks * node.int('group', 1);
  const repeated = [weights.name, node.inputs[2]?.name].map((name) => name && repeatedFirst(write, name, stacks));
  const y = write.add(node.op, [reshaped(write, x, [1, stacks * channels, ...plane]), ...repeated], attributesOf(node, { group }));
  const [, outputs = 1, ...planeOfY] = write.shape(y);
  return [reshaped(write, y, [stacks, outputs / stacks, ...planeOfY])];
};

/** Whether every element of y is computed from the channels at its own place. */
function isPointwise(node: NodeReader): boolean {
  const [, , ...kernel] = node.input(1).shape;
  const are = (name: string, value: number) => node.ints(name)?.every((each) => each === value) ?? true;
  const plain = are('strides', 1) && are('pads', 0) && are('output_padding', 0) && !node.has('output_shape');
  return plain && node.int('group', 1) === 1 && kernel.every((size) => size === 1);
}

const LISTS = ['kernel_shape', 'strides', 'dilations', 'pads', 'output_padding', 'output_shape'];

/** The attributes of Conv, for docs/operators.md. */
export const CONVOLUTION_ATTRIBUTES = ['auto_pad', 'dilations', 'group', 'kernel_shape', 'pads', 'strides'];

/** The attributes of a convolution as it is. */
export function convolutionAttributes(node: NodeReader): Attributes {
  return attributesOf(node, { group: node.int('group', 1) });
}

/** The attributes of a convolution, with some in place of its own. */
function attributesOf(node: NodeReader, own: Attributes): Attributes {
  const lists = LISTS.flatMap((name) => (node.has(name) ? [[name, node.ints(name) ?? []] as const] : []));
  const padding = node.has('auto_pad') ? { auto_pad: node.string('auto_pad') } : {};
  return { ...Object.fromEntries(lists), ...padding, ...own };
}

/** A permutation of so many axes that exchanges the first two. */
function swapped(axes: number): number[] {
  return Array.from({ length: axes }, (_, axis) => (axis < 2 ? 1 - axis : axis));
}

/** The same tensor several times, one after the other along the first axis. */
function repeatedFirst(write: NodeWriter, name: string, times: number): string {
  return write.add('Tile', [
    name,
    integers(write, [
      times,
      ...write
        .shape(name)
        .slice(1)
        .map(() => 1),
    ]),
  ]);
}
