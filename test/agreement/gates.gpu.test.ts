import { describe, expect, test } from 'vitest';
import { explainPoints } from '../../bench/harness/points.js';
import { endInLogits } from '../../bench/networks/logits.js';
import { NETWORKS, seededImages, targetOf } from '../../bench/networks/network.js';
import { toOnnx } from '../../bench/networks/onnx.js';
import { sizeOf } from '../../src/app.js';
import { createSession } from '../../src/index.js';
import { useDevice } from '../support/gpu.js';
import { needsShared, readShared } from '../support/shared.js';

/**
 * A gradient is a chain of at most nine sums of up to 1,568 float32 products. Errors of random sign grow with the square roots of both:
 * sqrt(9 * 1,568) * 2^-24 = 7e-6 of the typical element, and the largest value, to which they are compared, is several times that.
 */
const ROUNDING = 1e-5;

const midpoints = (steps: number) => Float64Array.from({ length: steps }, (_, k) => (k + 0.5) / steps);

/**
 * Networks whose float32 maps differ from float64's by up to 1% at 64 steps: this says that all of it is gates within rounding. By the layered
 * plan, of which the fused one differs by 2e-6 (gpu/fused/recording.gpu.test.ts).
 */
describe('gradients are those of float64, but for gates within rounding of their kink', () => {
  const shared = useDevice();

  const check = async (bytes: Uint8Array, steps: number) => {
    const session = await createSession(bytes, { gpu: shared.gpu, limits: shared.limits });
    const { input, output } = session.graph;
    const target = targetOf(0, sizeOf(output.shape));
    const points = await explainPoints(session, seededImages(input.shape, 1), target, midpoints(steps), ROUNDING);
    await session.destroy();
    const certain = points.filter(({ uncertain }) => uncertain.length === 0);
    // The test must not be empty.
    expect(certain.length).toBeGreaterThan(steps / 8);
    expect(Math.max(...certain.map(({ asIs }) => asIs))).toBeLessThan(ROUNDING);
    expect(Math.max(...points.map(({ rest }) => rest))).toBeLessThan(ROUNDING);
  };

  test.each(['M1', 'M2'])('%s, at 64 points', async (name) => check(toOnnx(NETWORKS[name]!()), 64));

  test('a residual network, at 16 points', async (context) => {
    needsShared(context);
    await check(endInLogits(readShared('models', 'pretrainedResnet.onnx')), 16);
  });
});
