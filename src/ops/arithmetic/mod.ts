import type { NodeReader, Reading } from '../node_reader.js';
import type { Operator } from '../operator.js';
import { binary } from './binary.js';

export interface ModAttributes {
  /** Whether the remainder has the sign of the dividend. Otherwise it has that of the divisor. */
  readonly truncated: boolean;
}

const facts = { since: 10, inputs: [2, 2], jumps: true, linear: () => false } as const;

const floored = binary({
  ...facts,
  value: (a, b) => a - Math.floor(a / b) * b,
  derivatives: [() => 1, (a, b) => -Math.floor(a / b)],
  kernel: 'MOD',
});

const truncated = binary({ ...facts, value: (a, b) => a % b, derivatives: [() => 1, (a, b) => -Math.trunc(a / b)], kernel: 'FMOD' });

const ruleOf = ({ attributes }: { readonly attributes: ModAttributes }) => (attributes.truncated ? truncated : floored);

/**
 * Mod: y = a - b floor(a / b), or with `fmod` a - b trunc(a / b), broadcast; da = dy and db = -floor(a / b) dy, or the same with trunc.
 * It jumps where a is a multiple of b. https://onnx.ai/onnx/operators/onnx__Mod.html
 */
export const mod: Operator<ModAttributes> = {
  since: 10,
  inputs: [2, 2],
  jumps: true,
  read(node: NodeReader): Reading<ModAttributes> {
    return { ...floored.read(node), attributes: { truncated: node.int('fmod', 0) === 1 } };
  },
  forward: (evaluation) => ruleOf(evaluation).forward({ ...evaluation, attributes: {} }),
  backward: (evaluation) => ruleOf(evaluation).backward({ ...evaluation, attributes: {} }),
  lower: (lowering) => ruleOf(lowering).lower(lowering),
};
