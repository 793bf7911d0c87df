import type { NodeReader } from '../../ops/node_reader.js';
import { resolveAxis } from '../../ops/shared/axes.js';
import { sizeAt, sizeOf } from '../../tensor/tensor.js';
import { integers, type RewrittenOperator, reshaped } from './rewrite.js';

/** From this opset on the axis is an input. */
const AXIS_IS_INPUT = 20;

/** The longest axis, before or after: the matrix has as many rows and columns, or twice as many. */
const LONGEST = 1024;

/**
 * DFT: the discrete Fourier transform of one axis, as a product with a constant matrix. The last axis holds a real number, or the real and the
 * imaginary part: X_j = sum over k of x_k e^(-2 pi i j k / n), and the inverse e^(+2 pi i j k / n) / n. PyTorch writes torch.fft so.
 * https://onnx.ai/onnx/operators/onnx__DFT.html
 */
export const discreteFourierTransform: RewrittenOperator = {
  since: 17,
  inputs: [1, 3],
  attributes: ['axis', 'inverse', 'onesided'],
  notes: { note: 'the length and the axis constant' },
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    const rank = shape.length;
    const axis = resolveAxis(node, axisOf(node), rank);
    const parts = sizeAt(shape, rank - 1);
    const [inverse, half] = [node.int('inverse', 0) !== 0, node.int('onesided', 0) !== 0];
    // Half of a spectrum back to real numbers.
    const real = inverse && half;
    if (axis === rank - 1 || parts > 2 || (real && parts !== 2)) throw node.error('dft.numbers', { shape, axis });
    const size = sizeAt(shape, axis);
    const length = node.inputs[1] === undefined ? (real ? 2 * (size - 1) : size) : Number(node.constant(1).data[0]);
    if (!(Number.isInteger(length) && length >= 1 && Math.max(length, size) <= LONGEST)) {
      throw node.error('dft.length', { length, size, most: LONGEST });
    }
    const terms = Math.min(real ? Math.floor(length / 2) + 1 : length, size);
    const outputs = half && !inverse ? Math.floor(length / 2) + 1 : length;
    const width = real ? 1 : 2;
    // Longer inputs are cut off, shorter ones filled up by zeros.
    const weights = new Float64Array(size * parts * outputs * width);
    for (let k = 0; k < terms; k++) {
      // Of half a spectrum the terms that it leaves out are the conjugates of those that it has.
      const times = real && k > 0 && 2 * k !== length ? 2 : 1;
      const factor = inverse ? times / length : 1;
      for (let j = 0; j < outputs; j++) {
        const angle = (2 * Math.PI * ((j * k) % length)) / length;
        const [cosine, sine] = [factor * Math.cos(angle), (inverse ? factor : -factor) * Math.sin(angle)];
        const at = (part: number) => width * ((k * parts + part) * outputs + j);
        weights.set(real ? [cosine] : [cosine, sine], at(0));
        if (parts === 2) weights.set(real ? [-sine] : [-sine, cosine], at(1));
      }
    }
    const matrix = write.addConstant([size * parts, width * outputs], weights);
    const others = shape.map((_, each) => each).filter((each) => each !== axis && each !== rank - 1);
    const perm = [...others, axis, rank - 1];
    const sizes = others.map((each) => sizeAt(shape, each));
    const moved = write.add('Transpose', [x], { perm });
    const rows = reshaped(write, moved, [sizeOf(sizes), size * parts]);
    const product = write.add('MatMul', [rows, matrix]);
    const numbers = write.add('Reshape', [product, integers(write, [...sizes, outputs, width])]);
    return [write.add('Transpose', [numbers], { perm: perm.map((_, place) => perm.indexOf(place)) })];
  },
};

function axisOf(node: NodeReader): number {
  if (node.opset < AXIS_IS_INPUT) return node.int('axis', 1);
  return node.inputs[2] === undefined ? -2 : Number(node.constant(2).data[0]);
}
