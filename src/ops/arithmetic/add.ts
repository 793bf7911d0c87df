import { sumOf } from '../../tensor/elements.js';
import { sameShape, sizeOf } from '../../tensor/tensor.js';
import type { Dispatch, Lowered, Lowering, Operator } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { gateShape, gatesOf } from '../shared/saved_for_backward.js';
import { binary, operands, reductionParameters } from './binary.js';

const sum = binary({
  since: 1,
  inputs: [2, 2],
  value: (a, b) => a + b,
  values: sumOf,
  derivatives: [1, 1],
  linear: () => true,
  kernel: 'ADD',
  backward: (lowering, position) => sumOfCotangents(lowering, position, 1),
});

/**
 * Add: y = a + b, broadcast; da = dy and db = dy, each summed over the axes along which the operand was stretched.
 * https://onnx.ai/onnx/operators/onnx__Add.html
 */
export const add: Operator = {
  ...sum,
  fuses: ({ inputs, output }, { residual, pool }) =>
    residual === undefined && pool === undefined && inputs.every(({ shape }) => sameShape(shape, output.shape)),
  lower(lowering): Lowered {
    const { inputs, output, epilogue } = lowering;
    const lowered = sum.lower(lowering);
    if (!epilogue?.relu) return lowered;
    const { channels, plane } = gateShape(output.shape);
    const gates = gatesOf(output.name, output.shape);
    const bindings = [...inputs.map(({ name }) => value(name)), gates, value(output.name)];
    return {
      ...lowered,
      forward: [{ kernel: 'relu_forward', constants: { ADDEND: 1 }, bindings, parameters: { channels, plane }, tiles: gates.words }],
    };
  },
};

/** The cotangent of an operand whose derivative is the number `factor` everywhere. */
export function sumOfCotangents(lowering: Lowering<unknown>, position: 0 | 1, factor: number): Dispatch {
  const { operand } = operands(lowering, position);
  const { output } = lowering;
  const stretched = !sameShape(operand.shape, output.shape);
  return {
    kernel: 'add_backward',
    bindings: [cotangent(output.name), cotangent(operand.name)],
    parameters: { factor, ...(stretched && reductionParameters(operand.shape, output.shape)) },
    constants: { STRETCHED: stretched ? 1 : 0 },
    tiles: sizeOf(operand.shape),
    gateable: 'words',
  };
}
