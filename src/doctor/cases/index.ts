import { constantCases } from './constant.js';
import { linearCases } from './linear.js';
import type { OperatorCase } from './operator_case.js';
import { operatorCases } from './operators.js';
import { reductionCases } from './reductions.js';

/**
 * All cases but those of Replicate, whose input does not depend on the image. Replicate occurs in every case with a constant that a kernel
 * cannot read.
 */
export const comparableCases: readonly OperatorCase[] = [...operatorCases, ...linearCases, ...reductionCases, ...constantCases].filter(
  ({ op }) => op !== 'Replicate',
);
