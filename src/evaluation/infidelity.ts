import { itemAt } from '../tensor/items.js';
import { Xoshiro128 } from '../tensor/random.js';
import type { Measured } from './measured.js';
import { outputsAt } from './removal.js';
import { roadImputer } from './road.js';
import { covered } from './subject.js';

const PERTURBATIONS = 64;
/** The share of units that a perturbation removes lies between these. */
const SHARES = [0.05, 0.5] as const;

/**
 * E[(s I . map - (f(x) - f(x - I)))^2] over perturbations I, where f is the target's logit, and s the factor for which the error is least. Yeh et al.:
 * On the (in)fidelity and sensitivity of explanations, 2019 (arXiv:1901.09392). A perturbation removes random units, each with the same chance, which
 * is drawn first.
 */
export async function infidelity(measured: Pick<Measured, 'subject' | 'explanation'>): Promise<number> {
  const { image, space, units, cover, seed } = measured.subject;
  const random = Xoshiro128.fromSeed(seed);
  const versions = Array.from({ length: PERTURBATIONS }, () => {
    const share = SHARES[0] + (SHARES[1] - SHARES[0]) * random.uniform();
    const gone = Uint8Array.from({ length: units.count }, () => (random.uniform() < share ? 1 : 0));
    const removed = Uint8Array.from(units.labels, (unit) => itemAt(gone, unit));
    return covered(image, cover === 'road' ? roadImputer(image, space, seed)(removed) : cover, removed, space);
  });
  return infidelityOver(measured, versions);
}

/** The same over given versions x - I of the image. */
export async function infidelityOver(
  { subject, explanation }: Pick<Measured, 'subject' | 'explanation'>,
  versions: readonly Float32Array[],
): Promise<number> {
  const { image, target } = subject;
  const [own, ...others] = await outputsAt(subject, [image, ...versions]);
  const foretold = versions.map((version) =>
    image.reduce((sum, x, i) => sum + (x - itemAt(version, i)) * itemAt(explanation.values, i), 0),
  );
  const happened = others.map((outputs) => itemAt(own ?? [], target) - itemAt(outputs, target));
  return scaledError(foretold, happened);
}

/** The mean of (s a - b)^2 for the best s. */
export function scaledError(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * itemAt(y, i), 0);
  const squares = dot(a, a);
  const scale = squares === 0 ? 0 : dot(a, b) / squares;
  return a.reduce((sum, value, i) => sum + (scale * value - itemAt(b, i)) ** 2, 0) / a.length;
}
