import { sameShape } from '../../tensor/tensor.js';
import { binary } from '../arithmetic/binary.js';
import type { KernelName } from '../kernel_name.js';
import type { Operator } from '../operator.js';
import { readBroadcast } from '../shared/broadcast.js';
import { rescaling } from '../shared/rescale.js';
import { elementwise, lowerElementwise } from './elementwise.js';

export interface PowAttributes {
  /** Present where it is the same constant for all elements. Then the node has no input for it. */
  readonly exponent?: number;
}

interface Uniform {
  readonly exponent: number;
}

/**
 * x^b. Negative x have powers only for whole b. The derivative b x^(b-1) at x = 0 may be infinite; it counts as 0 (as in Sqrt), unless b =
 * 1.
 */
const uniform = elementwise<Uniform>({
  since: 1,
  value: (x, { exponent }) => x ** exponent,
  derivative: (x, _, { exponent }) => (x === 0 && exponent !== 1 ? 0 : exponent * x ** (exponent - 1)),
  linear: ({ exponent }) => exponent === 0 || exponent === 1,
  parameters: ({ exponent }) => ({ exponent }),
  kernel: 'pow',
});

/** Exponents that have faster and more exact kernels. */
const SPECIAL: ReadonlyMap<number, KernelName> = new Map([
  [-1, 'reciprocal'],
  [0.5, 'sqrt'],
  [2, 'square'],
  [3, 'cube'],
]);

/** The derivative with respect to b is log(a) a^b, or 0 where a <= 0 and the logarithm has no value. */
const general = binary({
  since: 1,
  value: (a, b) => a ** b,
  derivatives: [(a, b) => (a === 0 && b !== 1 ? 0 : b * a ** (b - 1)), (a, _, y) => (a > 0 ? Math.log(a) * y : 0)],
  linear: () => false,
  kernel: 'POW',
});

const directions: Required<Pick<Operator<PowAttributes>, 'backward' | 'lower'>> = {
  backward: (evaluation) => (isUniform(evaluation) ? uniform.backward(evaluation) : general.backward!({ ...evaluation, attributes: {} })),
  lower(lowering) {
    if (!isUniform(lowering)) return general.lower!({ ...lowering, attributes: {} });
    const special = SPECIAL.get(lowering.attributes.exponent);
    return special === undefined ? uniform.lower!(lowering) : lowerElementwise(special)(lowering);
  },
};

/**
 * Pow: y = a^b, broadcast; da = b a^(b-1) dy and db = log(a) y dy, each summed over the axes along which the operand was stretched.
 * https://onnx.ai/onnx/operators/onnx__Pow.html
 */
export const pow: Operator<PowAttributes> = {
  since: 1,
  inputs: [2, 2],
  notes: { exact: 'of the exponents 0 and 1', note: 'negative bases to whole exponents only' },
  read(node) {
    const [a, b] = [node.input(0), node.input(1)];
    const shape = readBroadcast(node);
    const exponent = b.constant?.data[0];
    const same = exponent !== undefined && sameShape(a.shape, shape) && b.constant!.data.every((each) => each === exponent);
    return same ? { attributes: { exponent }, shape, inputs: [0] } : { attributes: {}, shape };
  },
  linear: ({ exponent }, active) => exponent !== undefined && uniform.linear!({ exponent }, active),
  forward: (evaluation) => (isUniform(evaluation) ? uniform.forward(evaluation) : general.forward({ ...evaluation, attributes: {} })),
  ...directions,
  rules: { rescale: { serves: ({ exponent }) => exponent !== undefined, ...rescaling(directions) } },
};

function isUniform<T extends { readonly attributes: PowAttributes }>(given: T): given is T & { readonly attributes: Uniform } {
  return given.attributes.exponent !== undefined;
}
