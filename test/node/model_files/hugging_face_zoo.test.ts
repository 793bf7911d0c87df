import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { saliency } from '../../../src/index.js';
import { readInput, readModel } from '../../../src/node/index.js';
import { readNpy } from '../../../src/tensor/npy.js';

// Reads ../shared: folders that Optimum wrote, with gradients by PyTorch in float64. Skipped where they are missing.

const ZOO = '../shared/faults/zoo';

test.skipIf(!existsSync(ZOO)).each(['hf_vit', 'hf_poolformer'])(
  'the map of %s, given as its folder, is the gradient of PyTorch',
  async (name) => {
    const folder = join(ZOO, name);
    const { session } = await readModel(folder);
    const { data } = await readInput(join(folder, 'x.npy'), session.preprocessing);
    const { scores, target } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
    const [result] = await saliency(session, data, { target, output: 'raw' });
    const wanted = Array.from(readNpy(readFileSync(join(folder, 'gradient.npy'))).data);
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const furthest = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - (result.values[i] ?? Number.NaN))), 0);
    // The exporter rounds weights that it folds to float32, and maps are float32.
    expect(furthest).toBeLessThan(1e-6 * largest);
    expect(result.outputAtInput).toBeCloseTo(scores[target], 6);
    expect(session.label(target)).toBe(`LABEL_${target}`);
  },
);
