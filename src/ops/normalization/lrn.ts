import { firstOf } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { type Shape, sizeAt, sizeOf } from '../../tensor/tensor.js';
import type { Binding, Evaluation, Operator } from '../operator.js';
import { sizeBetween } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';

export interface LrnAttributes {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly bias: number;
}

/**
 * LRN, local response normalisation: y_c = x_c / s_c^beta, s_c = bias + alpha / size * sum of x_k^2 over the window of `size` channels from
 * c - floor((size - 1) / 2) to c + ceil((size - 1) / 2), as far as they exist;
 * dx_c = dy_c / s_c^beta - 2 alpha beta / size * x_c * sum of dy_k y_k / s_k over those k whose window c is in.
 * https://onnx.ai/onnx/operators/onnx__LRN.html
 */
export const lrn: Operator<LrnAttributes> = {
  since: 1,
  read(node) {
    const { shape } = node.input(0);
    if (shape.length < 2) throw node.error('node.input-shape', { shape, needs: 'channels' });
    const [size, bias] = [node.int('size'), node.float('bias', 1)];
    if (!(size >= 1)) throw node.error('lrn.size', { size });
    if (!(bias > 0)) throw node.error('lrn.bias', { bias });
    return { attributes: { size, bias, alpha: node.float('alpha', 1e-4), beta: node.float('beta', 0.75) }, shape, inputs: [0] };
  },
  linear: ({ alpha, beta }) => alpha === 0 || beta === 0,
  foldingWork: ({ size }, _, y) => sizeOf(y) * Math.min(size, sizeAt(y, 1)),
  forward(evaluation) {
    const s = divisors(evaluation);
    return mapPairs(firstOf(evaluation.inputs).data, s, (x, divisor) => x * divisor ** -evaluation.attributes.beta);
  },
  backward(evaluation) {
    const { attributes, inputs, shape, output: y, cotangent: dy } = evaluation;
    const { size, alpha, beta } = attributes;
    const s = divisors(evaluation);
    const products = mapPairs(dy, y, (d, value) => d * value);
    const quotients = mapPairs(products, s, (product, divisor) => product / divisor);
    const sums = overWindows(quotients, shape, Math.ceil((size - 1) / 2), Math.floor((size - 1) / 2));
    const own = mapPairs(dy, s, (d, divisor) => d * divisor ** -beta);
    const others = mapPairs(firstOf(inputs).data, sums, (x, sum) => ((2 * alpha * beta) / size) * x * sum);
    return [mapPairs(own, others, (a, b) => a - b)];
  },
  lower({ attributes, inputs, output }) {
    const { size, alpha, beta, bias } = attributes;
    const x = firstOf(inputs).name;
    const { shape } = output;
    const tiles = sizeOf(shape);
    const saved: Binding = { kind: 'saved', name: `${output.name}/divisors`, words: 4 * tiles };
    const window = {
      channels: sizeAt(shape, 1),
      plane: sizeBetween(shape, 2),
      before: Math.floor((size - 1) / 2),
      after: Math.ceil((size - 1) / 2),
    };
    const parameters = { ...window, beta, factor: alpha / size };
    return {
      forward: [{ kernel: 'lrn_forward', bindings: [value(x), saved, value(output.name)], parameters: { ...parameters, bias }, tiles }],
      backward: [
        {
          kernel: 'lrn_backward',
          bindings: [value(x), value(output.name), saved, cotangent(output.name), cotangent(x)],
          parameters,
          tiles,
        },
      ],
    };
  },
};

function divisors({ attributes: { size, alpha, bias }, inputs, shape }: Evaluation<LrnAttributes>): Float64Array {
  const squares = firstOf(inputs).data.map((x) => x * x);
  return overWindows(squares, shape, Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)).map((sum) => bias + (alpha / size) * sum);
}

/** For each channel, the sum over the channels from `before` before it to `after` after it. */
function overWindows(data: Float64Array, shape: Shape, before: number, after: number): Float64Array {
  const channels = sizeAt(shape, 1);
  const plane = sizeBetween(shape, 2);
  return data.map((_, i) => {
    const channel = Math.floor(i / plane) % channels;
    let sum = 0;
    for (let c = Math.max(0, channel - before); c <= Math.min(channels - 1, channel + after); c++) sum += data[i + (c - channel) * plane]!;
    return sum;
  });
}
