import type { Generator } from './generated_cases.js';
import { indexingGenerators } from './generated_indexing.js';
import { movementGenerators } from './generated_movements.js';
import { planeGenerators } from './generated_planes.js';
import { pointwiseGenerators } from './generated_pointwise.js';
import { productGenerators } from './generated_products.js';
import { quantisedGenerators } from './generated_quantised.js';
import { reductionGenerators } from './generated_reductions.js';
import { stepGenerators } from './generated_steps.js';
import { windowGenerators } from './generated_windows.js';

/** Every operator that is tested on generated shapes. */
export const generators: readonly Generator[] = [
  ...pointwiseGenerators,
  ...stepGenerators,
  ...reductionGenerators,
  ...quantisedGenerators,
  ...movementGenerators,
  ...indexingGenerators,
  ...productGenerators,
  ...windowGenerators,
  ...planeGenerators,
];
