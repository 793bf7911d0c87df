import type { PlainAttribute } from '../cases/plain_node.js';
import type { Network, Step } from './network.js';

type Attributes = Readonly<Record<string, PlainAttribute>>;
type Shape = readonly [outputs: number, channels: number, rows: number, columns: number];

const leakyRelu = (input: string, output: string): Step => ({
  op: 'LeakyRelu',
  inputs: [input],
  output,
  attributes: { alpha: 0.5 },
});
const relu = (input: string, output: string): Step => ({ op: 'Relu', inputs: [input], output });
const add = (a: string, b: string, output: string): Step => ({ op: 'Add', inputs: [a, b], output });

/** Nodes between two LeakyRelus, from `a` to `z`, of which each convolution has weights of its own. */
class Block {
  readonly #steps: Step[] = [];
  readonly #weights: Record<string, Shape> = {};

  conv(input: string, output: string, shape: Shape, attributes: Attributes = {}): this {
    this.#weights[`${output} weights`] = shape;
    return this.and({ op: 'Conv', inputs: [input, `${output} weights`], output, attributes });
  }

  and(...steps: Step[]): this {
    this.#steps.push(...steps);
    return this;
  }

  from(...image: [channels: number, rows: number, columns: number]): Network {
    return { image, constants: this.#weights, steps: [leakyRelu('x', 'a'), ...this.#steps, leakyRelu('z', 'y')] };
  }
}

const PADDED: Attributes = { pads: [1, 1, 1, 1] };
const halved = (pad: number): Attributes => ({ strides: [2, 2], pads: [pad, pad, pad, pad] });

/**
 * Blocks of well-known networks. They make the pairs of constants that convolutions alone lack: above all cotangents that several
 * convolutions add to, behind gates, in tiles of every width.
 */
export const convolutionBlocks: Readonly<Record<string, Network>> = {
  'ResNet, planes halved': new Block()
    .conv('a', 'stem', [16, 3, 3, 3], PADDED)
    .and(relu('stem', 'gated'))
    .conv('gated', 'side', [16, 16, 1, 1], halved(0))
    .conv('gated', 'first', [16, 16, 3, 3], halved(1))
    .and(relu('first', 'r'))
    .conv('r', 'second', [16, 16, 3, 3], PADDED)
    .and(add('second', 'side', 'sum'), relu('sum', 'z'))
    .from(3, 8, 8),
  'planes halved, one tap adding to three': new Block()
    .conv('a', 'stem', [16, 3, 3, 3], PADDED)
    .and(relu('stem', 'gated'))
    .conv('gated', 'first', [8, 16, 3, 3], halved(1))
    .conv('gated', 'side', [8, 16, 1, 1], halved(0))
    .and(add('first', 'side', 'z'))
    .from(3, 8, 8),
  'a residual of 1x1 and stride 2, 16 to 32 channels': new Block()
    .conv('a', 'stem', [16, 3, 1, 1])
    .and(relu('stem', 'gated'))
    .conv('gated', 'side', [32, 16, 1, 1], { strides: [2, 2] })
    .conv('gated', 'first', [32, 16, 1, 1], { strides: [2, 2] })
    .and(add('first', 'side', 'sum'), relu('sum', 'z'))
    .from(3, 5, 7),
  'ResNet, a bottleneck': new Block()
    .conv('a', 'stem', [16, 3, 3, 3], PADDED)
    .and(relu('stem', 'gated'))
    .conv('gated', 'narrow', [8, 16, 1, 1])
    .and(relu('narrow', 'r'))
    .conv('r', 'middle', [8, 8, 3, 3], PADDED)
    .and(relu('middle', 's'))
    .conv('s', 'wide', [16, 8, 1, 1])
    .and(add('wide', 'gated', 'sum'), relu('sum', 'z'))
    .from(3, 6, 6),
  'a value that two convolutions of 3x3 read': new Block()
    .conv('a', 'stem', [16, 3, 3, 3], PADDED)
    .and(relu('stem', 'gated'))
    .conv('gated', 'other', [8, 16, 3, 3], PADDED)
    .conv('gated', 'one', [8, 16, 3, 3], PADDED)
    .and(add('one', 'other', 'z'))
    .from(3, 6, 6),
  'a value of 8 channels that two convolutions read': new Block()
    .conv('a', 'stem', [8, 3, 3, 3], PADDED)
    .and(relu('stem', 'gated'))
    .conv('gated', 'other', [8, 8, 3, 3], PADDED)
    .conv('gated', 'one', [8, 8, 1, 1])
    .and(add('one', 'other', 'z'))
    .from(3, 6, 6),
  '1x1 of tiles of 32, 48 and 64 channels, with gates and residuals': new Block()
    .conv('a', 'stem', [29, 3, 1, 1])
    .and(relu('stem', 'first'))
    .conv('first', 'wide', [45, 29, 1, 1])
    .and(relu('wide', 'second'))
    .conv('second', 'widest', [62, 45, 1, 1])
    .and(relu('widest', 'third'))
    .conv('third', 'back', [45, 62, 1, 1])
    .and(add('back', 'second', 'sum'), relu('sum', 'fourth'))
    .conv('fourth', 'narrow', [29, 45, 1, 1])
    .and(add('narrow', 'first', 'narrow sum'), relu('narrow sum', 'fifth'))
    .conv('fifth', 'last', [45, 29, 1, 1])
    .and(add('last', 'second', 'z'))
    .from(3, 3, 5),
  '1x1 from 32 to 8 channels, twice, behind gates': new Block()
    .conv('a', 'stem', [32, 3, 1, 1])
    .and(relu('stem', 'gated'))
    .conv('gated', 'other', [8, 32, 1, 1])
    .conv('gated', 'one', [8, 32, 1, 1])
    .and(add('one', 'other', 'z'))
    .from(3, 3, 5),
  'a stem of 7x7': new Block().conv('a', 'z', [16, 3, 7, 7], halved(3)).from(3, 16, 16),
  'ConvNeXt, around 7x7': new Block()
    .conv('a', 'patches', [8, 3, 4, 4], { strides: [4, 4] })
    .conv('patches', 'depthwise', [8, 1, 7, 7], { group: 8, pads: [3, 3, 3, 3] })
    .and(add('patches', 'depthwise', 'z'))
    .from(3, 32, 32),
  'EfficientNet, 5x5 and a stride': new Block().conv('a', 'z', [8, 1, 5, 5], { group: 8, ...halved(2) }).from(8, 12, 12),
  'ViT, patches of 4x4': new Block().conv('a', 'z', [16, 3, 4, 4], { strides: [4, 4] }).from(3, 16, 16),
  'a classifier of 1x1 on one pixel': new Block().conv('a', 'z', [10, 8, 1, 1]).from(8, 1, 1),
  'one output of 4x4': new Block().conv('a', 'z', [1, 3, 4, 4]).from(3, 8, 8),
  'ViT, patches of 8x8': new Block().conv('a', 'z', [16, 3, 8, 8], { strides: [8, 8] }).from(3, 32, 32),
};
