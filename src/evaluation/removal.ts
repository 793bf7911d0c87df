import { rankOrder } from '../edit/candidates.js';
import { NO_PATCH } from '../executor.js';
import { itemAt } from '../tensor/items.js';
import { probabilitiesOf } from '../tensor/softmax.js';
import { roadImputer } from './road.js';
import { covered, type Subject } from './subject.js';

/** What removing asks of a subject. */
type Removing = Pick<Subject, 'executor' | 'image' | 'target' | 'space' | 'units' | 'cover' | 'seed' | 'run'>;

/** The target's probability while units are removed. */
export interface RemovalCurves {
  /** [units + 1] With the k strongest units removed, for k = 0, 1, ... */
  readonly deletion: Float64Array;
  /** [units + 1] With only the k strongest units left. */
  readonly insertion: Float64Array;
}

/**
 * Removes the units of an image in an order, and puts them back into the image without any. Petsiuk, Das and Saenko: RISE, 2018 (arXiv:1806.07421).
 * What removed units become is the subject's `cover`. All versions of the image are one request where they are mixtures of two images.
 */
export function removalCurves(subject: Removing, order: Uint32Array): Promise<RemovalCurves> {
  return subject.cover === 'road' ? byImputation(subject, order) : byCover(subject, subject.cover, order);
}

async function byCover(
  { executor, image, target, space, units, run }: Removing,
  cover: Float32Array,
  order: Uint32Array,
): Promise<RemovalCurves> {
  const { count } = units;
  // The first sequence removes the strongest units first. The second removes the weakest first: with all but k removed, k are left.
  const ranks = new Uint32Array(2 * count);
  ranks.set(rankOrder(order, count));
  ranks.set(rankOrder(order.slice().reverse(), count), count);
  const rows: number[] = [];
  for (let k = 0; k <= count; k++) rows.push(0, k, NO_PATCH, NO_PATCH);
  for (let k = 0; k <= count; k++) rows.push(1, count - k, NO_PATCH, NO_PATCH);
  const batch = { image, paint: cover, pixels: space.pixels, patches: units, ranks, candidates: Uint32Array.from(rows) };
  const { probability } = await executor.evaluate(batch, target, run);
  const all = Float64Array.from(probability);
  return { deletion: all.subarray(0, count + 1), insertion: all.subarray(count + 1) };
}

/** Images in one request, whose memory this bounds: numbers. */
const NUMBERS_AT_ONCE = 2 ** 22;

async function byImputation(subject: Removing, order: Uint32Array): Promise<RemovalCurves> {
  const { space, units, image, seed } = subject;
  const removedIn = (sequence: Uint32Array): Iterable<Float32Array> => ({
    *[Symbol.iterator]() {
      const impute = roadImputer(image, space, seed);
      const gone = new Uint8Array(units.count);
      yield image;
      for (const unit of sequence) {
        gone[unit] = 1;
        const removed = Uint8Array.from(units.labels, (label) => itemAt(gone, label));
        yield covered(image, impute(removed), removed, space);
      }
    },
  });
  const deletion = await probabilities(subject, removedIn(order));
  const leaving = await probabilities(subject, removedIn(order.slice().reverse()));
  return { deletion, insertion: leaving.reverse() };
}

/** The target's probability at images that are made as they are needed. */
async function probabilities(
  { executor, target, run }: Pick<Subject, 'executor' | 'target' | 'run'>,
  images: Iterable<Float32Array>,
): Promise<Float64Array> {
  const found: number[] = [];
  const atOnce = Math.max(1, Math.floor(NUMBERS_AT_ONCE / executor.elements));
  let waiting: Float32Array[] = [];
  const flush = async () => {
    const outputs = await outputsAt({ executor, run }, waiting);
    for (const each of outputs) found.push(itemAt(probabilitiesOf(each, executor.bySigmoid), target));
    waiting = [];
  };
  for (const image of images) {
    waiting.push(image);
    if (waiting.length === atOnce) await flush();
  }
  if (waiting.length > 0) await flush();
  return Float64Array.from(found);
}

/** The outputs [classes] at each image, in one request. */
export async function outputsAt({ executor, run }: Pick<Subject, 'executor' | 'run'>, images: readonly Float32Array[]) {
  const batch = new Float32Array(images.length * executor.elements);
  images.forEach((image, k) => {
    batch.set(image, k * executor.elements);
  });
  const { outputs } = await executor.forward(batch, images.length, run);
  return images.map((_, k) => outputs.subarray(k * executor.classes, (k + 1) * executor.classes));
}
