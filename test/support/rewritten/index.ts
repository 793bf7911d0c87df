import type { RewrittenCase } from './case.js';
import { newOperatorCases, trainingCases } from './new_operators.js';

export const rewrittenCases: readonly RewrittenCase[] = [...newOperatorCases, ...trainingCases];
