import { productOf, scaled } from '../../tensor/elements.js';
import { firstOf, itemAt, twoOf } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { type ElementType, type Shape, sizeOf } from '../../tensor/tensor.js';
import type { NodeInput, Reading } from '../node_reader.js';
import type { Dispatch, Lowered, Lowering, NoAttributes, Operand, Operator, OperatorFacts } from '../operator.js';
import { axisParameters, collapse } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';
import { broadcastStrides, readBroadcast, stretch, sumStretched } from '../shared/broadcast.js';

/** What distinguishes one operator of two inputs, broadcast to one shape, from another. */
export interface Binary extends OperatorFacts {
  /** f(a, b). */
  value(a: number, b: number): number;
  /** f for all elements of two arrays, where a loop of its own is worth it (src/tensor/elements.ts). */
  values?(a: Float64Array, b: Float64Array): Float64Array;
  /**
   * The partial derivatives of f with respect to a and to b, given y = f(a, b): functions, numbers that they are everywhere, or `other` where each
   * is the other operand. Always 0, and absent, where f is `flat`.
   */
  readonly derivatives?: readonly [PartialDerivative, PartialDerivative];
  /** The element type of the output, if it is not that of the operands. */
  readonly type?: ElementType;
  /** Whether f is affine in the active operands. */
  linear(active: readonly boolean[]): boolean;
  /** Its variant of the kernels binary_forward and binary_backward. */
  readonly kernel: BinaryFunction;
  /** The backward dispatch for the operand at `position`, where it is not one of binary_backward. */
  backward?(lowering: Lowering<unknown>, position: 0 | 1): Dispatch;
}

type PartialDerivative = ((a: number, b: number, y: number) => number) | number | 'other';

/**
 * An operator on two tensors with multidirectional broadcasting: y[i] = f(a[i'], b[i"]). The cotangent of an operand sums over all
 * elements of y that it was stretched to: da[j] = sum over i with i' = j of df/da dy[i].
 */
export function binary(rule: Binary) {
  const {
    value: f,
    values = (a, b) => mapPairs(a, b, (left, right) => f(left, right)),
    derivatives = [0, 0],
    type,
    linear,
    kernel,
    backward,
    ...facts
  } = rule;
  return {
    ...facts,
    read: (node): Reading<NoAttributes> => ({ attributes: {}, shape: readBroadcast(node), ...(type && { type }) }),
    forward({ inputs, shape }) {
      const [a, b] = twoOf(inputs);
      return values(stretch(a, shape), stretch(b, shape));
    },
    backward({ inputs, shape, output, cotangent, wanted }) {
      const [a, b] = twoOf(inputs);
      const products = (derivative: PartialDerivative, other: Operand) => {
        if (derivative === 'other') return productOf(stretch(other, shape), cotangent);
        if (typeof derivative === 'number') return derivative === 1 ? cotangent : scaled(cotangent, derivative);
        return mapPairs(stretch(a, shape), stretch(b, shape), (one, two, i) => derivative(one, two, output[i]!) * cotangent[i]!);
      };
      const [toA, toB] = derivatives;
      return [
        wanted[0] ? sumStretched(a.shape, shape, products(toA, b)) : undefined,
        wanted[1] ? sumStretched(b.shape, shape, products(toB, a)) : undefined,
      ];
    },
    linear: (_, active) => linear(active),
    lower: lowerPair({ kernel, ...(facts.flat && { flat: facts.flat }), ...(backward && { backward }) }),
  } satisfies Operator;
}

/** Both directions of a function of these kernels. A `flat` one has none backward. */
export function lowerPair({
  kernel,
  flat,
  backward,
}: Pick<Binary, 'kernel' | 'flat' | 'backward'>): (lowering: Lowering<unknown>) => Lowered {
  const FUNCTION = numberOfFunction(kernel);
  const backwardOf = backward ?? ((lowering, position) => weightedSum(kernel, lowering, position));
  return (lowering) => {
    const { inputs, output } = lowering;
    return {
      forward: [
        {
          kernel: 'binary_forward',
          bindings: [...inputs.map((input) => value(input.name)), value(output.name)],
          parameters: binaryForwardParameters(twoOf(inputs), output.shape),
          constants: { FUNCTION },
          tiles: sizeOf(output.shape),
        },
      ],
      backward: flat ? [] : [backwardOf(lowering, 0), backwardOf(lowering, 1)],
    };
  };
}

/** The sum of df/da dy over the elements that an operand was stretched to. */
function weightedSum(kernel: BinaryFunction, lowering: Lowering<unknown>, position: 0 | 1): Dispatch {
  const { operand, other } = operands(lowering, position);
  // Whether the derivative depends on the operand itself (OWN in the kernel).
  const own = kernel !== 'MUL' && (kernel !== 'DIV' || position === 1);
  return {
    kernel: 'binary_backward',
    bindings: [...(own ? [value(operand.name)] : []), value(other.name), cotangent(lowering.output.name), cotangent(operand.name)],
    parameters: reductionParameters(operand.shape, lowering.output.shape, other.shape),
    constants: { FUNCTION: numberOfFunction(kernel), POSITION: position },
    tiles: sizeOf(operand.shape),
  };
}

/** The operand at a position, and the other one. */
export function operands({ inputs }: Lowering<unknown>, position: 0 | 1): { operand: NodeInput; other: NodeInput } {
  const [a, b] = twoOf(inputs);
  return position === 0 ? { operand: a, other: b } : { operand: b, other: a };
}

/**
 * Functions of the kernels binary_forward and binary_backward, by their numbers there. The comparisons have no backward. CHOSEN and UNCHOSEN
 * have no forward: they are the derivatives of Where.
 */
const FUNCTIONS = [
  'ADD',
  'DIV',
  'MAX',
  'MIN',
  'MUL',
  'POW',
  'SUB',
  'MOD',
  'FMOD',
  'EQUAL',
  'GREATER',
  'GREATER_OR_EQUAL',
  'LESS',
  'LESS_OR_EQUAL',
  'CHOSEN',
  'UNCHOSEN',
] as const;

export type BinaryFunction = (typeof FUNCTIONS)[number];

/** The number of a function in the kernels binary_forward and binary_backward. */
export function numberOfFunction(name: BinaryFunction): number {
  return FUNCTIONS.indexOf(name);
}

/** Parameters of a forward kernel that visits every element of the output and, for it, an element of each stretched operand. */
export function binaryForwardParameters([a, b]: readonly [NodeInput, NodeInput], shape: Shape): Dispatch['parameters'] {
  const layout = collapse({ shape, strides: [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)] });
  const [ofA, ofB] = twoOf(layout.strides);
  return {
    rank: layout.shape.length,
    elements_a: sizeOf(a.shape),
    elements_b: sizeOf(b.shape),
    ...axisParameters('shape', layout.shape),
    ...axisParameters('strides_a', ofA),
    ...axisParameters('strides_b', ofB),
  };
}

/**
 * Parameters of a kernel that sums over the elements that an operand was stretched to. The stretched axes of the output are innermost in
 * the sum, and element j of the operand sums its steps j * reduced to (j + 1) * reduced - 1. `other` adds that operand's strides along the
 * axes.
 */
export function reductionParameters(operand: Shape, output: Shape, other?: Shape): Dispatch['parameters'] {
  const own = broadcastStrides(operand, output);
  const axes = output.map((_, axis) => axis);
  const order = [...axes.filter((axis) => own[axis] !== 0), ...axes.filter((axis) => own[axis] === 0)];
  const pick = (numbers: readonly number[]): number[] => order.map((axis) => itemAt(numbers, axis));
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
    ...axisParameters('strides_out', firstOf(layout.strides)),
    ...(other !== undefined && { elements_other: sizeOf(other), ...axisParameters('strides_other', itemAt(layout.strides, 1)) }),
  };
}
