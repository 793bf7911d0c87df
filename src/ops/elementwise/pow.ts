import { sameShape } from '../../tensor/tensor.js';
import { binary } from '../arithmetic/binary.js';
import type { Evaluation, Lowering, Operator } from '../operator.js';
import { readBroadcast } from '../shared/broadcast.js';
import { elementwise, lowerElementwise } from './elementwise.js';

export interface PowAttributes {
  /** Where it is the same constant for all elements: then the exponent is no input. */
  readonly exponent?: number;
}

interface Uniform {
  readonly exponent: number;
}

/** x^b. Negative x have powers of whole b only. The derivative b x^(b-1) at x = 0, where it may be infinite, is 0 (as in Sqrt), except of b = 1. */
const uniform = elementwise<Uniform>({
  value: (x, { exponent }) => x ** exponent,
  derivative: (x, _, { exponent }) => (x === 0 && exponent !== 1 ? 0 : exponent * x ** (exponent - 1)),
  linear: ({ exponent }) => exponent === 0 || exponent === 1,
  parameters: ({ exponent }) => ({ exponent }),
  kernel: 'pow',
});

/** Exponents with kernels that are faster and more exact. */
const SPECIAL: ReadonlyMap<number, string> = new Map([
  [-1, 'reciprocal'],
  [0.5, 'sqrt'],
  [2, 'square'],
  [3, 'cube'],
]);

/** The derivative with respect to b, log(a) a^b, is taken as 0 where a <= 0 and the logarithm has no value. */
const general = binary({
  value: (a, b) => a ** b,
  derivatives: [(a, b) => (a === 0 && b !== 1 ? 0 : b * a ** (b - 1)), (a, _, y) => (a > 0 ? Math.log(a) * y : 0)],
  linear: () => false,
  kernel: 'POW',
});

/**
 * Pow: y = a^b, broadcast; da = b a^(b-1) dy and db = log(a) y dy, each summed over the axes along which the operand was stretched.
 * https://onnx.ai/onnx/operators/onnx__Pow.html
 */
export const pow: Operator<PowAttributes> = {
  read(node) {
    const [a, b] = [node.input(0), node.input(1)];
    const shape = readBroadcast(node);
    const exponent = b.constant?.data[0];
    const same = exponent !== undefined && sameShape(a.shape, shape) && b.constant!.data.every((each) => each === exponent);
    return same ? { attributes: { exponent }, shape, inputs: [0] } : { attributes: {}, shape };
  },
  linear: (attributes, active) => isUniform(attributes) && uniform.linear!(attributes, active),
  forward: (evaluation) => operatorOf(evaluation).forward(evaluation),
  backward: (evaluation) => operatorOf(evaluation).backward!(evaluation),
  lower(lowering) {
    const { attributes } = lowering;
    if (!isUniform(attributes)) return general.lower!(lowering);
    const special = SPECIAL.get(attributes.exponent);
    return special === undefined ? uniform.lower!(lowering as Lowering<Uniform>) : lowerElementwise(special)(lowering);
  },
};

function isUniform(attributes: PowAttributes): attributes is Uniform {
  return attributes.exponent !== undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: the attributes say which of the two it is.
function operatorOf({ attributes }: Evaluation<PowAttributes>): Operator<any> {
  return isUniform(attributes) ? uniform : general;
}
