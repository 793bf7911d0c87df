import { itemAt } from '../tensor/items.js';
import { elementOf } from '../tensor/pixels.js';
import { Xoshiro128 } from '../tensor/random.js';
import type { Measured } from './measured.js';

const NEIGHBOURS = 10;
/** How far each element of a neighbour may be from the image, as a share of the range from black to white. */
const RADIUS = 0.02;

/**
 * max |map(x + d) - map(x)| / |map(x)| over seeded d in a small cube, in the Euclidean norm over pixels. Yeh et al., 2019 (arXiv:1901.09392), with
 * the radius and the number of neighbours of Captum. Null where the map is 0 everywhere.
 */
export async function maxSensitivity(measured: Measured): Promise<number | null> {
  const { image, space, seed } = measured.subject;
  const random = Xoshiro128.fromSeed(seed);
  const { pixels, black, white } = space;
  const neighbours = Array.from({ length: NEIGHBOURS }, () => {
    const near = image.slice();
    for (let pixel = 0; pixel < pixels.pixels; pixel++) {
      for (let channel = 0; channel < pixels.channels; channel++) {
        const element = elementOf(pixels, pixel, channel);
        const range = Math.abs(itemAt(white, channel) - itemAt(black, channel));
        near[element] = itemAt(image, element) + RADIUS * range * (2 * random.uniform() - 1);
      }
    }
    return near;
  });
  return sensitivityTo(measured, neighbours);
}

/** The same over given neighbours of the image. */
export async function sensitivityTo(
  { subject, explainer, explanation }: Pick<Measured, 'subject' | 'explainer' | 'explanation'>,
  neighbours: readonly Float32Array[],
): Promise<number | null> {
  const { executor, target, run } = subject;
  const own = norm(explanation.values);
  if (own === 0) return null;
  const maps = await explainer.explain(executor, neighbours, target, run);
  return Math.max(...maps.map(({ values }) => norm(values.map((value, i) => value - itemAt(explanation.values, i))) / own));
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
