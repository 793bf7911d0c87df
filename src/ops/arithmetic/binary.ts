import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { NodeInput } from '../node_reader.js';
import type { Dispatch, Lowered, Lowering, Operator } from '../operator.js';
import { axisParameters, collapse } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';
import { broadcastIndices, broadcastStrides, readBroadcast } from '../shared/broadcast.js';

/** What distinguishes one operator of two inputs, broadcast to one shape, from another. */
export interface Binary {
  /** f(a, b). */
  value(a: number, b: number): number;
  /** The partial derivatives of f, given y = f(a, b). */
  derivatives(a: number, b: number, y: number): readonly [number, number];
  /** Whether f is affine in those of its operands that are active. */
  linear(active: readonly boolean[]): boolean;
  /** The variant of the kernels binary_forward and binary_backward that this is. */
  readonly kernel: BinaryFunction;
  /** The backward with respect to the operand at `position`, where it is not that of binary_backward. */
  backward?(lowering: Lowering<unknown>, position: 0 | 1): Dispatch;
}

/**
 * An operator on two tensors with multidirectional broadcasting: y[i] = f(a[i'], b[i"]). The cotangent of an operand sums over all
 * elements of y that it was stretched to: da[j] = sum over i with i' = j of df/da dy[i].
 */
export function binary(rule: Binary): Operator {
  return {
    read: (node) => ({ attributes: {}, shape: readBroadcast(node) }),
    forward({ inputs, shape }) {
      const [a, b] = [inputs[0]!, inputs[1]!];
      const [ofA, ofB] = [broadcastIndices(a.shape, shape), broadcastIndices(b.shape, shape)];
      return Float64Array.from({ length: sizeOf(shape) }, (_, i) => rule.value(a.data[ofA[i]!]!, b.data[ofB[i]!]!));
    },
    backward({ inputs, shape, output, cotangent, wanted }) {
      const indices = inputs.map((operand) => broadcastIndices(operand.shape, shape));
      return inputs.map((operand, position) => {
        if (!wanted[position]) {
          return undefined;
        }
        const result = new Float64Array(operand.data.length);
        cotangent.forEach((dy, i) => {
          const a = inputs[0]!.data[indices[0]![i]!]!;
          const b = inputs[1]!.data[indices[1]![i]!]!;
          result[indices[position]![i]!]! += rule.derivatives(a, b, output[i]!)[position]! * dy;
        });
        return result;
      });
    },
    linear: (_, active) => rule.linear(active),
    lower: lowerPair(rule),
  };
}

/** Both directions of a function of these kernels. */
export function lowerPair({ kernel, backward }: Pick<Binary, 'kernel' | 'backward'>): (lowering: Lowering<unknown>) => Lowered {
  const FUNCTION = FUNCTIONS.indexOf(kernel);
  const backwardOf = backward ?? ((lowering, position) => weightedSum(kernel, lowering, position));
  return (lowering) => {
    const { inputs, output } = lowering;
    return {
      forward: [
        {
          kernel: 'binary_forward',
          bindings: [...inputs.map((input) => value(input.name)), value(output.name)],
          parameters: binaryForwardParameters(inputs[0]!.shape, inputs[1]!.shape, output.shape),
          constants: { FUNCTION },
          tiles: sizeOf(output.shape),
        },
      ],
      backward: [backwardOf(lowering, 0), backwardOf(lowering, 1)],
    };
  };
}

/** The sum of df/da dy over what an operand was stretched to. */
function weightedSum(kernel: BinaryFunction, lowering: Lowering<unknown>, position: 0 | 1): Dispatch {
  const { operand, other } = operands(lowering, position);
  // Where the derivative depends on the operand itself: OWN in the kernel.
  const own = kernel !== 'MUL' && (kernel !== 'DIV' || position === 1);
  return {
    kernel: 'binary_backward',
    bindings: [...(own ? [value(operand.name)] : []), value(other.name), cotangent(lowering.output.name), cotangent(operand.name)],
    parameters: reductionParameters(operand.shape, lowering.output.shape, other.shape),
    constants: { FUNCTION: FUNCTIONS.indexOf(kernel), POSITION: position },
    tiles: sizeOf(operand.shape),
  };
}

/** The operand at a position, and the other one. */
export function operands({ inputs }: Lowering<unknown>, position: 0 | 1): { operand: NodeInput; other: NodeInput } {
  return { operand: inputs[position]!, other: inputs[1 - position]! };
}

/** Functions of the kernels binary_forward and binary_backward, by their numbers there. */
const FUNCTIONS = ['ADD', 'DIV', 'MAX', 'MIN', 'MUL', 'POW', 'SUB'] as const;

export type BinaryFunction = (typeof FUNCTIONS)[number];

/** Of a forward kernel that walks over the output and leads through both operands. */
export function binaryForwardParameters(a: Shape, b: Shape, shape: Shape): Dispatch['parameters'] {
  const layout = collapse({ shape, strides: [broadcastStrides(a, shape), broadcastStrides(b, shape)] });
  return {
    rank: layout.shape.length,
    elements_a: sizeOf(a),
    elements_b: sizeOf(b),
    ...axisParameters('shape', layout.shape),
    ...axisParameters('strides_a', layout.strides[0]!),
    ...axisParameters('strides_b', layout.strides[1]!),
  };
}

/**
 * Parameters of a kernel that sums over what an operand was stretched to: element j of the operand owns the steps j * reduced to
 * (j + 1) * reduced - 1 of a walk over the output whose innermost axes are the stretched ones. With `other`, also its strides along the walk.
 */
export function reductionParameters(operand: Shape, output: Shape, other?: Shape): Dispatch['parameters'] {
  const own = broadcastStrides(operand, output);
  const axes = output.map((_, axis) => axis);
  const order = [...axes.filter((axis) => own[axis] !== 0), ...axes.filter((axis) => own[axis] === 0)];
  const pick = (numbers: readonly number[]): number[] => order.map((axis) => numbers[axis]!);
  const strides = [pick(broadcastStrides(output, output))];
  if (other !== undefined) {
    strides.push(pick(broadcastStrides(other, output)));
  }
  const layout = collapse({ shape: pick(output), strides });
  return {
    rank: layout.shape.length,
    reduced: sizeOf(output) / sizeOf(operand),
    elements_out: sizeOf(output),
    ...axisParameters('shape', layout.shape),
    ...axisParameters('strides_out', layout.strides[0]!),
    ...(other !== undefined && { elements_other: sizeOf(other), ...axisParameters('strides_other', layout.strides[1]!) }),
  };
}
