import { beforeEach, describe, expect, test } from 'vitest';
import { useDevice } from '../support/gpu.js';
import { measureNetwork } from '../support/networks/measure.js';
import { generatedNetworks } from '../support/networks/network.js';
import { needsOnnxRuntime } from '../support/oracle.js';

/**
 * Sums of up to 600 terms in 10 to 40 layers: float32 rounding (6e-8 a term) grows as the square root of their number, to less than 1e-5 in
 * the Euclidean norm.
 */
const TOLERANCE = 1e-5;
/** Of smooth networks 32 midpoint steps leave an error of the second order of a step, which was 7e-5 to 1.1e-2 of the outputs' difference. */
const COMPLETENESS = 2e-2;

/**
 * The others' blocks are those of models in test/agreement/models.gpu.test.ts and cases.gpu.test.ts; `npm run test:large` has all of them, at full size.
 * Theirs would take a minute to compile.
 */
const SMOOTH = generatedNetworks.filter(({ name }) => ['EfficientNet-B0', 'ConvNeXt-Tiny', 'ViT-Ti/16'].includes(name));

describe('networks with seeded weights, tiny', () => {
  beforeEach(needsOnnxRuntime);
  const shared = useDevice();

  test.each(SMOOTH)('$name: outputs, gradient, completeness', async ({ tiny }) => {
    const found = await measureNetwork(tiny().bytes, shared.source, 32);
    expect(found.fromOnnxRuntime).toBeLessThan(TOLERANCE);
    expect(found.fromFloat64).toBeLessThan(TOLERANCE);
    expect(found.gradient).toBeLessThan(TOLERANCE);
    expect(found.completeness).toBeLessThan(COMPLETENESS);
  });
});
