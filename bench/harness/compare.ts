/** A contender whose map is not the others'. Ends the run: no time of a wrong result is worth knowing. */
export class WrongMap extends Error {}

/** When maps [images][elements] of the same job count as the same. */
export interface Agreement {
  /** Largest difference relative to the largest absolute value. */
  readonly tolerance: number;
  readonly images: number;
  /** Points of each path; Infinity for what is no path integral. */
  readonly steps: number;
}

/**
 * A pre-activation within rounding of 0 opens its gate in one framework and not in another, which changes the gradient at one of n points:
 * seen were 0.07/n (pretrainedResnet, 16 steps) and 0.11/n (M1, 64 images with 64 steps, PyTorch against two others that agreed to 4e-5) of
 * the largest value. An image may differ by this share of one point; but where a job has several images, three quarters of them must agree
 * strictly: of a wrong map, all images differ.
 */
const SHARE_OF_A_POINT = 0.5;
const EXCEPTIONS = 1 / 4;

/** Largest difference of two maps relative to the largest absolute value of both; Infinity where one holds what is no finite number. */
export function distance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const gap = Math.abs(a[i]! - b[i]!);
    if (!Number.isFinite(gap)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, gap);
    largest = Math.max(largest, Math.abs(a[i]!), Math.abs(b[i]!));
  }
  return largest === 0 ? 0 : difference / largest;
}

/** Whether two maps are the same but for rounding, and the largest distance of any image. */
export function compare(a: Float32Array, b: Float32Array, { tolerance, images, steps }: Agreement): { same: boolean; apart: number } {
  const elements = a.length / images;
  const image = (map: Float32Array, index: number) => map.subarray(index * elements, (index + 1) * elements);
  const apart =
    a.length === b.length ? Array.from({ length: images }, (_, i) => distance(image(a, i), image(b, i))) : [Number.POSITIVE_INFINITY];
  const exceptions = apart.filter((each) => each > tolerance).length;
  const largest = Math.max(...apart);
  const few = images === 1 || exceptions <= images * EXCEPTIONS;
  return { same: largest <= Math.max(tolerance, SHARE_OF_A_POINT / steps) && few, apart: largest };
}

/**
 * Compares the maps of all contenders with each other, and returns the largest distance of any image of any two.
 * @throws WrongMap that names the contender which differs from most of the others.
 */
export function compareAll(maps: ReadonlyMap<string, Float32Array>, agreement: Agreement, job: string): number {
  const names = [...maps.keys()];
  const pairs = names.map((a) => names.map((b) => compare(maps.get(a)!, maps.get(b)!, agreement)));
  const votes = pairs.map((row) => row.filter(({ same }) => !same).length);
  const most = Math.max(0, ...votes);
  if (most === 0) return Math.max(0, ...pairs.flat().map(({ apart }) => apart));
  // Between two contenders nobody can tell which one is wrong; both are named.
  const worst = votes.indexOf(most);
  const against = pairs[worst]!.map(({ same, apart }) => (same ? -1 : apart));
  const other = against.indexOf(Math.max(...against));
  throw new WrongMap(
    `${job}: the map of ${names[worst]} differs from that of ${names[other]} by ${against[other]!.toExponential(2)} of the largest value, ` +
      `and is not that of ${most} of ${names.length - 1} others (tolerance ${agreement.tolerance})`,
  );
}
