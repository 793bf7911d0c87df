import type { OperatorAttributes, OpType } from '../../ops/index.js';
import type { Shape } from '../../tensor/tensor.js';

/** A case of an operator. The gradient checks on the CPU and the comparison of GPU with CPU loop over these. */
export type OperatorCase<Op extends OpType = OpType> = { readonly [Each in Op]: CaseOf<Each> }[Op];

interface CaseOf<Op extends OpType> {
  /** Unique among all cases. */
  readonly name: string;
  readonly op: Op;
  readonly attributes: OperatorAttributes[Op];
  readonly inputShapes: readonly Shape[];
  /** Positions of the inputs that are constants. */
  readonly constants?: readonly number[];
  readonly outputShape: Shape;
  /** Range of the random inputs; [-2, 2] by default. */
  readonly range?: readonly [number, number];
}

export const DEFAULT_RANGE: readonly [number, number] = [-2, 2];

type Extra = Pick<OperatorCase, 'constants' | 'range'>;

export function caseOf<Op extends OpType>(
  op: Op,
  what: string,
  attributes: OperatorAttributes[Op],
  inputShapes: readonly Shape[],
  outputShape: Shape,
  extra: Extra = {},
): OperatorCase<Op> {
  return { name: `${op}, ${what}`, op, attributes, inputShapes, outputShape, ...extra };
}
