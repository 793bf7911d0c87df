import { fourOf } from '../../tensor/items.js';
import { sizeAt } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';
import { permuted } from './index_map.js';
import { movement } from './movement.js';

export interface BlocksAttributes {
  readonly block: number;
  /** How a channel of the deeper tensor is made up: row and column of a block before the other's channel (DCR), or after it (CRD). */
  readonly mode: 'DCR' | 'CRD';
}

/**
 * DepthToSpace: y[n, c, h b + i, w b + j] = x[n, (i b + j) C + c, h, w] in mode DCR, x[n, (c b + i) b + j, h, w] in mode CRD, where C is
 * the number of y's channels; dx is dy moved back. The mode came with opset 11; before, it was always DCR.
 * https://onnx.ai/onnx/operators/onnx__DepthToSpace.html
 */
export const depthToSpace = movement<BlocksAttributes>({
  since: 1,
  read(node) {
    const { block, shape } = readBlock(node);
    const mode = readMode(node, 11);
    const [batch, channels, rows, columns] = shape;
    if (channels % (block * block) !== 0) {
      throw node.error('depth-to-space.channels', { channels, block });
    }
    return { attributes: { block, mode }, shape: [batch, channels / (block * block), rows * block, columns * block] };
  },
  moves({ block, mode }, x, y) {
    const [batch, , rows, columns] = fourOf(x);
    const channels = sizeAt(y, 1);
    const sizes = mode === 'DCR' ? [batch, block, block, channels] : [batch, channels, block, block];
    return permuted([...sizes, rows, columns], mode === 'DCR' ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]);
  },
});

/**
 * SpaceToDepth: y[n, (i b + j) C + c, h, w] = x[n, c, h b + i, w b + j] in mode DCR, y[n, (c b + i) b + j, h, w] in mode CRD, where C is the
 * number of x's channels; dx is dy moved back. The mode came with opset 28; before, it was always DCR.
 * https://onnx.ai/onnx/operators/onnx__SpaceToDepth.html
 */
export const spaceToDepth = movement<BlocksAttributes>({
  since: 1,
  read(node) {
    const { block, shape } = readBlock(node);
    const [batch, channels, rows, columns] = shape;
    if (rows % block !== 0 || columns % block !== 0) {
      throw node.error('depth-to-space.planes', { rows, columns, block });
    }
    return { attributes: { block, mode: readMode(node, 28) }, shape: [batch, channels * block * block, rows / block, columns / block] };
  },
  moves({ block, mode }, x, y) {
    const [batch, channels] = fourOf(x);
    const [, , rows, columns] = fourOf(y);
    return permuted([batch, channels, rows, block, columns, block], mode === 'DCR' ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]);
  },
});

function readMode(node: NodeReader, since: number): BlocksAttributes['mode'] {
  const mode = node.opset < since ? 'DCR' : node.string('mode', 'DCR');
  if (mode !== 'DCR' && mode !== 'CRD') throw node.error('node.choice', { attribute: 'mode', value: mode, choices: ['DCR', 'CRD'] });
  return mode;
}

function readBlock(node: NodeReader): { block: number; shape: [number, number, number, number] } {
  const { shape } = node.input(0);
  const block = node.int('blocksize');
  if (shape.length !== 4) throw node.error('depth-to-space.shape', { shape });
  if (block < 1) throw node.error('depth-to-space.block', { block });
  return { block, shape: fourOf(shape) };
}
