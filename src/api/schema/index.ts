import { attributionSchema } from './attribution.js';
import type { Field } from './json_schema.js';
import { repairSchema } from './repair.js';

/** The schemas of all files named `result.json`, by the command that writes them. */
export const resultSchemas: Readonly<Record<'attribute' | 'repair', Field>> = { attribute: attributionSchema, repair: repairSchema };
