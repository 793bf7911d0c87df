import type { NodeReader } from '../../../ops/node_reader.js';
import { itemAt } from '../../../tensor/items.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { biased } from '../activations.js';
import { inputName, type RewrittenOperator } from '../rewrite.js';

/** Numbers of a few bits, the first in the lowest bits of a byte, for rows that begin with a byte. */
function unpacked(bytes: Tensor['data'], bits: number, rowBytes: number, row: number, column: number): number {
  const first = column * bits;
  return (itemAt(bytes, row * rowBytes + (first >> 3)) >> (first & 7)) & (2 ** bits - 1);
}

function checked(node: NodeReader, position: number, elements: number): Tensor['data'] {
  const { data, shape } = node.constant(position);
  if (data.length !== elements) throw node.error('quantise.blob', { position, shape, elements });
  return data;
}

/**
 * MatMulNBits: the product of a and of weights w[K, N] with 2, 4 or 8 bits each: w[k, n] = (b[n, k] - zero[n, k / block]) scale[n, k / block].
 * Weights lie row by row (n), in blocks along k, padded to whole blocks. Zero points are packed alike, or are numbers of the type of a; without
 * them they are half of the range. The weights become floats, as they do in the runtime; a stays as it is.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits
 */
export const matMulNBits: RewrittenOperator = {
  since: 1,
  inputs: [3, 6],
  attributes: ['K', 'N', 'bits', 'block_size'],
  rewrite(node, write) {
    const [rows, columns, bits, block] = [node.int('K'), node.int('N'), node.int('bits', 4), node.int('block_size')];
    if (![2, 4, 8].includes(bits)) throw node.error('node.known', { attribute: 'bits', value: String(bits), known: ['2', '4', '8'] });
    if (node.inputs[4] !== undefined) throw node.error('quantise.group-index');
    const blocks = Math.ceil(rows / block);
    const rowBytes = (blocks * block * bits) / 8;
    const packed = checked(node, 1, columns * rowBytes);
    const scales = checked(node, 2, columns * blocks);
    const zeroBytes = Math.ceil((blocks * bits) / 8);
    const zeros = node.inputs[3] === undefined ? undefined : node.constant(3);
    const zeroData = zeros && checked(node, 3, columns * (zeros.type === 'int' ? zeroBytes : blocks));
    const zeroAt = (n: number, part: number) => {
      if (zeros === undefined || zeroData === undefined) return 2 ** (bits - 1);
      return zeros.type === 'int' ? unpacked(zeroData, bits, zeroBytes, n, part) : itemAt(zeroData, n * blocks + part);
    };
    const weights = new Float32Array(rows * columns);
    for (let n = 0; n < columns; n++) {
      for (let k = 0; k < rows; k++) {
        const part = Math.floor(k / block);
        weights[k * columns + n] = (unpacked(packed, bits, rowBytes, n, k) - zeroAt(n, part)) * itemAt(scales, n * blocks + part);
      }
    }
    const product = write.add('MatMul', [node.input(0).name, write.addConstant([rows, columns], weights)]);
    return [biased(write, product, inputName(node, 5))];
  },
};
