import type { NodeReader } from '../../../ops/node_reader.js';
import { fourOf, itemAt } from '../../../tensor/items.js';
import { inputName, type NodeWriter, type RewrittenOperator, reshaped, sliced } from '../rewrite.js';
import { type Axis, readAxes } from '../windows/other_axes.js';
import { linearWeightsAt, sampledPlanes } from './grid_sample.js';

/**
 * DeformConv: a Conv whose window has an offset of its own for every element at every place, and may have a factor (the mask):
 * y[o, p] = b[o] + sum_{c, k} w[o, c, k] mask[k, p] x[c, stride p - pad + dilation k + offset[k, p]], where x is bilinear between pixels and 0 beyond its
 * ends. x is sampled as GridSample does it, so gradients reach x, offsets and mask alike; what is sampled becomes the channels of a 1x1 Conv.
 * At whole numbers, where offsets start in training, the derivative is that towards the next pixel, as in torchvision.
 * https://onnx.ai/onnx/operators/onnx__DeformConv.html
 */
export const deformConv: RewrittenOperator = {
  since: 19,
  inputs: [3, 5],
  attributes: ['dilations', 'group', 'kernel_shape', 'offset_group', 'pads', 'strides'],
  notes: { note: 'planes of two axes' },
  rewrite(node, write) {
    const { x, weights, group, parts, rows, columns, height, width } = readShapes(node);
    const [batch, channels, inputRows, inputColumns] = fourOf(x.shape);
    const [taps, places] = [rows.kernel * columns.kernel, height * width];
    const offsets = reshaped(write, node.input(2).name, [batch * parts, taps, 2, places]);
    const along = (axis: 0 | 1) => {
      const window = axis === 0 ? rows : columns;
      const still = Float64Array.from({ length: taps * places }, (_, i) => {
        const [tap, place] = [Math.floor(i / places), i % places];
        const [k, p] = axis === 0 ? [Math.floor(tap / columns.kernel), Math.floor(place / width)] : [tap % columns.kernel, place % width];
        return p * window.stride - window.before + k * window.dilation;
      });
      const moved = reshaped(write, sliced(write, offsets, 2, axis, axis + 1), [batch * parts, 1, taps * places]);
      return write.add('Add', [moved, write.addConstant([1, 1, taps * places], still)]);
    };
    const planes = reshaped(write, x.name, [batch * parts, channels / parts, inputRows * inputColumns]);
    const weigh = (coordinates: string, size: number) => linearWeightsAt(write, coordinates, size);
    const elements = sampledPlanes(node, write, planes, [inputRows, inputColumns], [along(0), along(1)], weigh);
    const sampled = masked(write, elements, inputName(node, 4));
    const [outputs = 1, own = 1] = weights.shape;
    const columnsOfX = reshaped(write, sampled, [batch, channels * taps, height, width]);
    return [write.add('Conv', [columnsOfX, reshaped(write, weights.name, [outputs, own * taps, 1, 1]), inputName(node, 3)], { group })];
  },
};

/** Elements [batch parts, channels, taps places] times a factor for each tap and place. */
function masked(write: NodeWriter, elements: string, mask: string | undefined): string {
  if (mask === undefined) return elements;
  const [batch = 1, , outputs = 1] = write.shape(elements);
  return write.add('Mul', [elements, reshaped(write, mask, [batch, 1, outputs])]);
}

/** The operands and windows of a node whose shapes fit one another. `parts`: the groups of channels that have offsets of their own. */
function readShapes(node: NodeReader) {
  const [x, weights, offsets, mask] = [node.input(0), node.input(1), node.input(2), node.inputs[4]];
  const [group, parts] = [node.int('group', 1), node.int('offset_group', 1)];
  const refusal = () =>
    node.error('deform-conv.shapes', {
      shape: x.shape,
      weights: weights.shape,
      offsets: offsets.shape,
      mask: mask?.shape ?? [],
      group,
      parts,
    });
  if ([x, weights, offsets].some(({ shape }) => shape.length !== 4)) throw refusal();
  const [batch, channels, inputRows, inputColumns] = fourOf(x.shape);
  const [outputs, own, ...kernel] = fourOf(weights.shape);
  const axes = readAxes(node, node.ints('kernel_shape') ?? kernel, 2);
  const [rows, columns] = [itemAt(axes, 0), itemAt(axes, 1)];
  const [height, width] = [placesOf(rows, inputRows), placesOf(columns, inputColumns)];
  const taps = rows.kernel * columns.kernel;
  const isShaped = (shape: readonly number[], numbers: number) =>
    [batch, parts * taps * numbers, height, width].every((size, axis) => shape[axis] === size) && shape.length === 4;
  const fits =
    [group, parts].every((count) => count >= 1 && channels % count === 0) &&
    channels === own * group &&
    outputs % group === 0 &&
    rows.kernel === kernel[0] &&
    columns.kernel === kernel[1] &&
    isShaped(offsets.shape, 2) &&
    (mask === undefined || isShaped(mask.shape, 1));
  if (!fits) throw refusal();
  return { x, weights, group, parts, rows, columns, height, width };
}

function placesOf({ kernel, stride, dilation, before, after }: Axis, size: number): number {
  return Math.floor((size + before + after - (kernel - 1) * dilation - 1) / stride) + 1;
}
