import { backgroundColour, type Executor, imageSpace, makeBaseline, scaleOf } from '../../../src/app.js';
import { PathlightError, type Session, sumChannels, toPicture } from '../../../src/index.js';
import type { PathAnswer, PathRequest } from '../contract/maps.js';

/**
 * Integrated Gradients along the path p(a) = b + a (x - b), at `count` evenly spaced alphas a: the outputs at p(a), the integrand
 * (x - b) grad f(p(a)), and its integral from 0 to a by the trapezoidal rule. The last integral is the map that the rule `trapezoid` gives with
 * `count` steps.
 */
export async function followPath(session: Session, request: PathRequest, signal: AbortSignal): Promise<PathAnswer> {
  const { image, target, runnerUp, count, output } = request;
  if (!(Number.isInteger(count) && count >= 2)) throw new PathlightError('page.alphas', { alphas: count });
  const { preprocessing } = session;
  const executor = await session.executor(output);
  const space = imageSpace(preprocessing);
  const baseline = makeBaseline(request.baseline, image, space, { background: () => backgroundColour(image, preprocessing) });
  const alphas = Float64Array.from({ length: count }, (_, k) => k / (count - 1));
  const { elements } = executor;
  const images = new Float32Array(count * elements);
  alphas.forEach((alpha, k) => {
    for (let i = 0; i < elements; i++) images[k * elements + i] = baseline[i]! + alpha * (image[i]! - baseline[i]!);
  });
  // The last point is exactly the input: b + 1 (x - b) may differ from it by rounding.
  images.set(image, (count - 1) * elements);

  const { outputs } = await executor.forward(images, count, { signal });
  const { gradients } = await executor.gradients({ images, seed: seedOf(target, executor) }, { signal });
  const pixels = space.pixels.pixels;
  const maps = new Float32Array(count * pixels);
  for (let k = 0; k < count; k++) {
    const gradient = gradients.subarray(k * elements, (k + 1) * elements);
    const products = Float32Array.from(gradient, (g, i) => g * (image[i]! - baseline[i]!));
    maps.set(sumChannels(products, space.pixels), k * pixels);
  }
  const cumulative = accumulate(maps, pixels, alphas);
  const outputsOf = (target: number) => Float64Array.from(alphas, (_, k) => outputs[k * executor.classes + target]!);
  return {
    alphas,
    target: outputsOf(target),
    runnerUp: runnerUp === null ? null : outputsOf(runnerUp),
    gradients: maps,
    cumulative,
    sums: Float64Array.from(alphas, (_, k) => cumulative.subarray(k * pixels, (k + 1) * pixels).reduce((sum, value) => sum + value, 0)),
    scale: scaleOf(maps, scaleOf(maps.subarray(0, pixels)).percentile).scale,
    from: toPicture(baseline, preprocessing),
    to: toPicture(image, preprocessing),
  };
}

function seedOf(target: number, { classes }: Executor): Float32Array {
  if (!(Number.isInteger(target) && target >= 0 && target < classes)) {
    throw new PathlightError('class.unknown', { role: 'target', class: target, classes, labels: false });
  }
  const seed = new Float32Array(classes);
  seed[target] = 1;
  return seed;
}

/** The integrals [count][pixels] of `maps` [count][pixels] from alpha 0 to each alpha, summed in float64. */
function accumulate(maps: Float32Array, pixels: number, alphas: Float64Array): Float32Array {
  const sums = new Float64Array(pixels);
  const cumulative = new Float32Array(maps.length);
  for (let k = 1; k < alphas.length; k++) {
    const width = alphas[k]! - alphas[k - 1]!;
    for (let p = 0; p < pixels; p++) {
      sums[p]! += (width / 2) * (maps[(k - 1) * pixels + p]! + maps[k * pixels + p]!);
      cumulative[k * pixels + p] = sums[p]!;
    }
  }
  return cumulative;
}
