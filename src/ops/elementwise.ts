import { sizeOf } from '../tensor/tensor.js';
import type { Lowered, Lowering, NodeReader, Operator, Reading } from './operator.js';
import { type Kinks, kinked, uniformBelow } from './piecewise.js';

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
  /** The kernels' names are `<kernel>_forward` and `<kernel>_backward`. */
  readonly kernel: string;
  /** What the backward kernel reads besides dy: the node's input or its output. */
  readonly reads: 'input' | 'output';
  /** Template constants of both kernels. */
  constants?(attributes: A): Record<string, number>;
  /** Members of the kernels' parameter struct. */
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
    lower({ inputs, output, attributes }: Lowering<A>): Lowered {
      const x = inputs[0]!.name;
      const tiles = sizeOf(output.shape);
      const constants = rule.constants?.(attributes);
      const common = { parameters: rule.parameters?.(attributes) ?? {}, tiles, ...(constants && { constants }) };
      return {
        forward: [
          {
            kernel: `${rule.kernel}_forward`,
            bindings: [
              { kind: 'value', name: x },
              { kind: 'value', name: output.name },
            ],
            ...common,
          },
        ],
        backward: [
          {
            kernel: `${rule.kernel}_backward`,
            bindings: [
              { kind: 'value', name: rule.reads === 'input' ? x : output.name },
              { kind: 'cotangent', name: output.name },
              { kind: 'cotangent', name: x },
            ],
            ...common,
          },
        ],
      };
    },
  };
}
