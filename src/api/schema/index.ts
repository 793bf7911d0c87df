import { attributionSchema } from './attribution.js';
import { evaluationSchema } from './evaluation.js';
import type { Field } from './json_schema.js';
import { repairSchema } from './repair.js';

/** The schemas of all files named `result.json`, by the command that writes them. */
export const resultSchemas: Readonly<Record<'attribute' | 'repair', Field>> = { attribute: attributionSchema, repair: repairSchema };

/** The schema of `evaluation.json`. */
export { evaluationSchema };
