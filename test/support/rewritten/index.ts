import { attentionCases, microsoftAttentionCases } from './attention.js';
import type { RewrittenCase } from './case.js';
import { computedParameterCases } from './computed_parameters.js';
import { cropCases } from './crops.js';
import { deformableCases } from './deformable.js';
import { dynamicConvolutionCases } from './dynamic_convolution.js';
import { einsumCases } from './einsum.js';
import { gridCases } from './grids.js';
import { learnerCases } from './machine_learning.js';
import { microsoftCases } from './microsoft.js';
import { newOperatorCases, trainingCases } from './new_operators.js';
import { recurrentCases } from './recurrent.js';
import { choiceCases, normCases, reductionCases } from './reductions.js';
import { columnCases, scatteredCases } from './scattered.js';
import { emptyCases, sequenceCases } from './sequences.js';
import { stackedCases } from './stacks.js';
import { subgraphCases } from './subgraphs.js';
import { transformCases } from './transforms.js';
import { placeCases, windowCases } from './windows.js';

export const rewrittenCases: readonly RewrittenCase[] = [
  ...learnerCases,
  ...newOperatorCases,
  ...trainingCases,
  ...stackedCases,
  ...transformCases,
  ...scatteredCases,
  ...columnCases,
  ...cropCases,
  ...gridCases,
  ...deformableCases,
  ...subgraphCases,
  ...sequenceCases,
  ...emptyCases,
  ...windowCases,
  ...placeCases,
  ...einsumCases,
  ...attentionCases,
  ...microsoftAttentionCases,
  ...microsoftCases,
  ...recurrentCases,
  ...dynamicConvolutionCases,
  ...computedParameterCases,
  ...reductionCases,
  ...normCases,
  ...choiceCases,
];
