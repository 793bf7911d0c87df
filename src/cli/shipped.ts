import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PathlightError } from '../index.js';

/** The folder `models` of the package, found upwards from this file's place in the build. */
export function findModels(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'models', 'study', 'digits.json'))) return join(folder, 'models');
    if (dirname(folder) === folder) throw new PathlightError('cli.no-digits');
  }
}
