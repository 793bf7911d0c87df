import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { useDevice } from '../support/gpu.js';
import { measureNetwork } from '../support/networks/measure.js';
import { generatedNetworks } from '../support/networks/network.js';
import { needsOnnxRuntime } from '../support/oracle.js';
import { keepRow, writeTable } from './table.js';

/** Logits against onnxruntime and float64: float32 rounds in each of up to 120 layers, whose sums have up to 4,608 terms. */
const OUTPUTS = 1e-4;
const STEPS = 8;
/**
 * Of 8 steps from zeros the error is that of the integral: of MobileNetV2 it was 56% of the outputs' difference, with a gradient that is right to
 * 1e-6. On a path of L the errors of kinks at random places are as sqrt(L); one of 1/256 leaves float32 outputs that differ enough.
 */
const SHARE = 255 / 256;
const COMPLETENESS = 0.1;
/** A gate of a ReLU within rounding of 0 may be on the other side in float64, and the gradient jumps (bench/README.md): ResNet-50's 8e-4, the others' 1e-6. */
const GRADIENT = 1e-2;
/** Of networks without ReLUs: SiLU, GELU. */
const SMOOTH_GRADIENT = 1e-4;
const SMOOTH = ['EfficientNet-B0', 'ConvNeXt-Tiny', 'ViT-Ti/16'];

describe('networks at full size, with seeded weights', () => {
  beforeEach(needsOnnxRuntime);
  const shared = useDevice();
  afterAll(writeTable);

  test.each(generatedNetworks)('$name: parameters, outputs, gradient, completeness', async ({ name, parameters, full }) => {
    const composed = full();
    expect(composed.parameters).toBe(parameters);
    const found = await measureNetwork(composed.bytes, shared.source, STEPS, SHARE);
    keepRow({ name, parameters, limits: shared.limits, steps: STEPS, ...found });
    expect(found.fromOnnxRuntime).toBeLessThan(OUTPUTS);
    expect(found.fromFloat64).toBeLessThan(OUTPUTS);
    expect(found.gradient).toBeLessThan(SMOOTH.includes(name) ? SMOOTH_GRADIENT : GRADIENT);
    expect(found.completeness).toBeLessThan(COMPLETENESS);
  });
});
