import { itemAt } from '../../../tensor/items.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { integers, type RewrittenOperator, reshaped } from '../rewrite.js';

/**
 * Col2Im: y sums the blocks that the columns of x hold, each at its place in the image. A ConvTranspose with a group for each channel does this: its
 * kernel for element k of a block is 1 at k and 0 elsewhere. https://onnx.ai/onnx/operators/onnx__Col2Im.html
 */
export const col2Im: RewrittenOperator = {
  since: 18,
  inputs: [3, 3],
  attributes: ['dilations', 'pads', 'strides'],
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    const [image, block] = [Array.from(node.constant(1).data), Array.from(node.constant(2).data)];
    const ones = block.map(() => 1);
    const [dilations, strides] = [node.ints('dilations') ?? ones, node.ints('strides') ?? ones];
    const pads = node.ints('pads') ?? [...block, ...block].map(() => 0);
    const [batch = 1, rows = 0, columns = 0] = shape;
    const taps = sizeOf(block);
    const axes = block.map((size, axis) => {
      const free = itemAt(image, axis) + (pads[axis] ?? 0) + (pads[axis + block.length] ?? 0) - (size - 1) * (dilations[axis] ?? 1) - 1;
      const stride = strides[axis] ?? 1;
      return { places: Math.floor(free / stride) + 1, rest: free % stride };
    });
    const places = axes.map((axis) => axis.places);
    const fits =
      shape.length === 3 &&
      block.length === image.length &&
      [...block, ...dilations, ...strides, ...places].every((size) => Number.isInteger(size) && size >= 1) &&
      [dilations, strides].every((list) => list.length === block.length) &&
      pads.length === 2 * block.length &&
      rows % taps === 0 &&
      columns === sizeOf(places);
    if (!fits) throw node.error('col2im.blocks', { shape, image, block, strides, dilations, pads });
    const channels = rows / taps;
    const range = write.add(
      'Range',
      [0, taps, 1].map((number) => write.addConstant([], Float64Array.of(number), 'int')),
    );
    const same = write.add('Equal', [range, reshaped(write, range, [taps, 1])]);
    const kernels = reshaped(write, write.add('Cast', [same], { to: FLOAT }), [taps, 1, ...block]);
    const weights = write.add('Tile', [kernels, integers(write, [channels, 1, ...ones])]);
    const blocks = reshaped(write, x, [batch, rows, ...places]);
    const attributes = { group: channels, strides, dilations, pads, output_padding: axes.map(({ rest }) => rest) };
    return [write.add('ConvTranspose', [blocks, weights], attributes)];
  },
};

/** The number of float32 in files. */
const FLOAT = 1;
