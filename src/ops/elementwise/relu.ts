import { firstOf } from '../../tensor/items.js';
import type { Operator } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { rescaling } from '../shared/rescale.js';
import { gateShape, gatesOf } from '../shared/saved_for_backward.js';
import { elementwise, lowerElementwise } from './elementwise.js';

const pointwise = elementwise({
  since: 1,
  followsLayer: true,
  canBeDead: true,
  value: (x) => Math.max(x, 0),
  derivative: (x) => (x > 0 ? 1 : 0),
  pieces: { kinks: () => ({ lower: 0, upper: Infinity, slope: 1, offset: 0 }), below: () => 0 },
});

/**
 * Relu: y = max(x, 0); dx = dy where x > 0, else 0. The derivative at 0 is 0, as in PyTorch and TensorFlow.
 * Backward reads no activations, only the gates that forward wrote, one bit for each element and sample.
 * https://onnx.ai/onnx/operators/onnx__Relu.html
 */
export const relu: Operator = {
  ...pointwise,
  // Networks have more of these than of all other functions, so they have loops of their own (src/tensor/elements.ts).
  forward({ inputs }) {
    const x = firstOf(inputs).data;
    const y = new Float64Array(x.length);
    for (let i = 0; i < y.length; i++) y[i] = Math.max(x[i]!, 0);
    return y;
  },
  backward({ inputs, cotangent: dy }) {
    const x = firstOf(inputs).data;
    const dx = new Float64Array(x.length);
    for (let i = 0; i < dx.length; i++) dx[i] = x[i]! > 0 ? dy[i]! : 0;
    return [dx];
  },
  // Gates do not hold the differences that the rule divides, so a Relu runs as a LeakyRelu of slope 0 there.
  rules: { rescale: rescaling({ backward: pointwise.backward, lower: lowerElementwise('leaky_relu', () => ({ alpha: 0 })) }) },
  lower({ inputs, output }) {
    const x = firstOf(inputs).name;
    const { channels, plane } = gateShape(output.shape);
    const gates = gatesOf(output.name, output.shape);
    const common = { parameters: { channels, plane }, tiles: gates.words };
    return {
      forward: [{ kernel: 'relu_forward', bindings: [value(x), gates, value(output.name)], ...common }],
      backward: [{ kernel: 'relu_backward', bindings: [gates, cotangent(output.name), cotangent(x)], ...common }],
    };
  },
};
