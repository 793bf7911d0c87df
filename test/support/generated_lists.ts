import type { Generator } from './generated_cases.js';
import { pointwiseGenerators } from './generated_pointwise.js';
import { quantisedGenerators } from './generated_quantised.js';
import { reductionGenerators } from './generated_reductions.js';

/** Every operator that is tested on generated shapes. */
export const generators: readonly Generator[] = [...pointwiseGenerators, ...reductionGenerators, ...quantisedGenerators];
