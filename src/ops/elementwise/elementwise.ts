import { firstOf } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { type ElementType, sizeOf } from '../../tensor/tensor.js';
import type { KernelName } from '../kernel_name.js';
import type { NodeReader, Reading } from '../node_reader.js';
import type { Lowered, Lowering, NoAttributes, Operator, OperatorFacts } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { type Kinks, kinked, uniformBelow } from '../shared/piecewise.js';
import { rescaling } from '../shared/rescale.js';

/** What distinguishes one elementwise operator of one input from another. */
export interface Elementwise<A = NoAttributes> extends OperatorFacts {
  /** The element type of the output, if it is not that of the input. */
  readonly type?: ElementType;
  /** Reads the attributes of any opset. By default there are none. */
  read?(node: NodeReader): A;
  /** f(x). */
  value(x: number, attributes: A): number;
  /** f'(x), given x and y = f(x). Always 0, and absent, where f is `flat`. */
  derivative?(x: number, y: number, attributes: A): number;
  /** Whether f is affine with these attributes. By default it is not. */
  linear?(attributes: A): boolean;
  /** For a piecewise affine f, its kinks and its slope below the lower one. */
  readonly pieces?: { kinks(attributes: A): Kinks; below(attributes: A): number };
  /** The fragment `shaders/elementwise/<kernel>.wgsl` with f and f'. Absent where the operator has kernels of its own. */
  readonly kernel?: KernelName;
  /** Members of the fragment's parameter struct. */
  parameters?(attributes: A): Record<string, number>;
}

type Backward<A> = Required<Pick<Operator<A>, 'backward'>>;

/** An operator that applies one function to every element: y = f(x), dx = f'(x) dy. */
export function elementwise<A = NoAttributes>(rule: Elementwise<A>): Operator<A> & Backward<A> {
  const { type, read, value: f, derivative, linear, pieces, kernel, parameters, ...facts } = rule;
  const backward: Backward<A>['backward'] = ({ inputs, output, cotangent, attributes }) => {
    const x = firstOf(inputs).data;
    return [derivative ? mapPairs(x, output, (x, y, i) => cotangent[i]! * derivative(x, y, attributes)) : new Float64Array(x.length)];
  };
  const both = kernel && lowerElementwise(kernel, parameters);
  const lower = both && facts.flat ? (lowering: Lowering<A>) => ({ ...both(lowering), backward: [] }) : both;
  return {
    ...facts,
    read(node): Reading<A> {
      return { attributes: read?.(node) ?? ({} as A), shape: node.input(0).shape, inputs: [0], ...(type && { type }) };
    },
    forward({ inputs, attributes }) {
      const x = firstOf(inputs).data;
      const y = new Float64Array(x.length);
      for (let i = 0; i < y.length; i++) y[i] = f(x[i]!, attributes);
      return y;
    },
    backward,
    linear: (attributes) => linear?.(attributes) ?? false,
    ...(pieces && { piecewise: kinked(pieces.kinks, uniformBelow(pieces.below)) }),
    ...(lower && { lower, ...(!facts.flat && { rules: { rescale: rescaling({ backward, lower }) } }) }),
  };
}

/** Both directions of a function that is a fragment of the frame `pointwise`. */
export function lowerElementwise<A>(
  kernel: KernelName,
  parameters?: (attributes: A) => Record<string, number>,
): (lowering: Lowering<A>) => Lowered {
  return ({ inputs, output, attributes }) => {
    const x = firstOf(inputs);
    const common = { kernel, parameters: parameters?.(attributes) ?? {}, tiles: sizeOf(output.shape) };
    return {
      forward: [{ ...common, bindings: [value(x.name), value(output.name)] }],
      backward: [{ ...common, constants: { BACKWARD: 1 }, bindings: [value(x.name), cotangent(output.name), cotangent(x.name)] }],
    };
  };
}
