import type { NodeReader } from '../../../ops/node_reader.js';
import { threeOf, twoOf } from '../../../tensor/items.js';
import { scalar, sliced } from '../rewrite.js';
import { gate, recurrentOperator, type Step } from './sequence.js';

/** RNN: h' = f(x W + h R + b). https://onnx.ai/onnx/operators/onnx__RNN.html */
export const rnn = recurrentOperator({
  gates: 1,
  activations: ['Tanh'],
  activationsOfGates: 1,
  states: 1,
  step({ write, recurrent, activations: [f] }): Step {
    return (x, [h]) => {
      const sum = write.add('Add', [x, write.add('MatMul', [h, recurrent])]);
      return [f === undefined ? sum : f(write, sum)];
    };
  },
});

/**
 * LSTM: i, o, f and g are parts of x W + h R + b, with peepholes also of c; c' = f(f) c + f(i) g(g), h' = f(o) h(c').
 * https://onnx.ai/onnx/operators/onnx__LSTM.html
 */
export const lstm = recurrentOperator({
  gates: 4,
  activations: ['Sigmoid', 'Tanh', 'Tanh'],
  activationsOfGates: 2,
  states: 2,
  peepholes: true,
  attributes: ['input_forget'],
  step({ node, write, hidden, recurrent, activations, peepholes }): Step {
    const [f, g, out] = threeOf(activations);
    const couples = node.int('input_forget', 0) !== 0;
    const add = (a: string, b: string) => write.add('Add', [a, b]);
    const mul = (a: string, b: string) => write.add('Mul', [a, b]);
    const peep = (k: number, part: string, c: string) =>
      peepholes === undefined ? part : add(part, mul(sliced(write, peepholes, 0, k * hidden, (k + 1) * hidden), c));
    return (x, state) => {
      const [h, c] = twoOf(state);
      const sum = add(x, write.add('MatMul', [h, recurrent]));
      // Without peepholes three gates are one run of elements with the same function.
      const gates = peepholes === undefined ? f(write, gate(write, sum, hidden, 0, 3)) : undefined;
      const gateOf = (k: number, hole: number, seen: string) =>
        gates === undefined ? f(write, peep(hole, gate(write, sum, hidden, k), seen)) : gate(write, gates, hidden, k);
      const input = gateOf(0, 0, c);
      const forget = couples ? write.add('Sub', [scalar(write, 1), input]) : gateOf(2, 2, c);
      const next = add(mul(forget, c), mul(input, g(write, gate(write, sum, hidden, 3))));
      return [mul(gateOf(1, 1, next), out(write, next)), next];
    };
  },
});

function resetsAfterProduct(node: NodeReader): boolean {
  return node.int('linear_before_reset', 0) !== 0;
}

/**
 * GRU: z and r are f of parts of x W + h R + b; n = g(x W + (r h) R + b), or with linear_before_reset g(x W + b + r (h R + b')); the state
 * becomes n + z (h - n). https://onnx.ai/onnx/operators/onnx__GRU.html
 */
export const gru = recurrentOperator(
  {
    gates: 3,
    activations: ['Sigmoid', 'Tanh'],
    activationsOfGates: 2,
    states: 1,
    attributes: ['linear_before_reset'],
    step({ node, write, hidden, recurrent, recurrentBias, activations }): Step {
      const [f, g] = twoOf(activations);
      const add = (a: string, b: string) => write.add('Add', [a, b]);
      const mul = (a: string, b: string) => write.add('Mul', [a, b]);
      const after = resetsAfterProduct(node);
      const ofGates = sliced(write, recurrent, 1, 0, 2 * hidden);
      const ofNew = sliced(write, recurrent, 1, 2 * hidden, 3 * hidden);
      return (x, [h = '']) => {
        const product = after ? write.add('MatMul', [h, recurrent]) : undefined;
        const ofState = product === undefined || recurrentBias === undefined ? product : add(product, recurrentBias);
        const fromState = ofState === undefined ? write.add('MatMul', [h, ofGates]) : gate(write, ofState, hidden, 0, 2);
        const gates = f(write, add(gate(write, x, hidden, 0, 2), fromState));
        const [update, reset] = [gate(write, gates, hidden, 0), gate(write, gates, hidden, 1)];
        const remembered =
          ofState === undefined ? write.add('MatMul', [mul(reset, h), ofNew]) : mul(reset, gate(write, ofState, hidden, 2));
        const made = g(write, add(gate(write, x, hidden, 2), remembered));
        return [add(made, mul(update, write.add('Sub', [h, made])))];
      };
    },
  },
  resetsAfterProduct,
);
