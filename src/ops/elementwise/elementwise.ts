import { sizeOf } from '../../tensor/tensor.js';
import type { NodeReader, Reading } from '../node_reader.js';
import type { Lowered, Lowering, Operator } from '../operator.js';
import { type Kinks, kinked, uniformBelow } from '../shared/piecewise.js';
import { type PointwiseFunction, pointwiseConstants } from './pointwise.js';

/** What distinguishes one elementwise operator of one input from another. */
export interface Elementwise<A> {
  /** Attributes of any opset; none by default. */
  read?(node: NodeReader): A;
  /** f(x). */
  value(x: number, attributes: A): number;
  /** f'(x), given x and y = f(x). */
  derivative(x: number, y: number, attributes: A): number;
  /** Whether f is affine with these attributes; it is not by default. */
  linear?(attributes: A): boolean;
  /** Where f bends, if it is affine in pieces, and its slope below the lower kink. */
  readonly pieces?: { kinks(attributes: A): Kinks; below(attributes: A): number };
  /** The function of the kernel `pointwise` that this is; absent where the operator has kernels of its own. */
  readonly kernel?: PointwiseFunction;
  /** Members of its parameter struct. */
  parameters?(attributes: A): Record<string, number>;
}

/** An operator that applies one function to every element: y = f(x), dx = f'(x) dy. */
export function elementwise<A>(rule: Elementwise<A>): Operator<A> {
  return {
    read(node): Reading<A> {
      return { attributes: rule.read?.(node) ?? ({} as A), shape: node.input(0).shape, inputs: [0] };
    },
    forward({ inputs, attributes }) {
      return inputs[0]!.data.map((x) => rule.value(x, attributes));
    },
    backward({ inputs, output, cotangent, attributes }) {
      const x = inputs[0]!.data;
      return [cotangent.map((dy, i) => dy * rule.derivative(x[i]!, output[i]!, attributes))];
    },
    linear: (attributes) => rule.linear?.(attributes) ?? false,
    ...(rule.pieces && { piecewise: kinked(rule.pieces.kinks, uniformBelow(rule.pieces.below)) }),
    ...(rule.kernel && { lower: lowerElementwise(rule.kernel, rule.parameters) }),
  };
}

/** Both directions of a function of the kernel `pointwise`. */
export function lowerElementwise<A>(
  name: PointwiseFunction,
  parameters?: (attributes: A) => Record<string, number>,
): (lowering: Lowering<A>) => Lowered {
  return ({ inputs, output, attributes }) => {
    const x = inputs[0]!.name;
    const constants = pointwiseConstants(name);
    const common = { kernel: 'pointwise', parameters: parameters?.(attributes) ?? {}, tiles: sizeOf(output.shape) };
    return {
      forward: [
        {
          ...common,
          constants,
          bindings: [
            { kind: 'value', name: x },
            { kind: 'value', name: output.name },
          ],
        },
      ],
      backward: [
        {
          ...common,
          constants: { ...constants, BACKWARD: 1 },
          bindings: [
            { kind: 'value', name: x },
            { kind: 'cotangent', name: output.name },
            { kind: 'cotangent', name: x },
          ],
        },
      ],
    };
  };
}
