import { explain } from './explain.js';
import type { Reference } from './reference.js';

/** A contender whose map is not the others'. Ends the run: no time of a wrong result is worth knowing. */
export class WrongMap extends Error {}

/** When maps [images][elements] of the same job count as the same. */
export interface Agreement {
  /** Largest difference of two maps of an image relative to the largest absolute value. */
  readonly tolerance: number;
  readonly images: number;
  /** Who judges images on which contenders differ by more. Without it they must not. */
  readonly reference?: Reference;
  /** Whether it judges all images. */
  readonly judgeAll?: boolean;
}

/** What a comparison of all contenders found; distances are the largest of any image. */
export interface Comparison {
  /** Of any two maps, as they are. */
  readonly apart: number;
  /** The same, but on images that were judged of each map from float64's, once the gates within rounding of their kink are where the map has them. */
  readonly rest: number;
  /** Images that were judged. */
  readonly judged: number;
  /** Gates that some contender has on the other side of their kink. */
  readonly flips: number;
}

/** Largest difference of two maps relative to the largest absolute value of both; Infinity where one holds what is no finite number. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
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

/**
 * Compares the maps of all contenders with each other, image by image. The gradient of a piecewise-linear network jumps where a gate changes
 * sides, and two correct float32 programs have a gate on different sides where its pre-activation is within rounding of 0: one point of n
 * then differs by a jump J, the map by J / n, which may well be above any tolerance. So images on which two contenders differ are judged:
 * float64 computes the map, the gates within rounding and what each of them would change (reference.ts), and every contender's map must be
 * float64's with some of these gates on the other side, within half the tolerance, so that two maps that agree on the gates agree within the
 * tolerance. There are some tens of such gates an image among thousands of elements: a map that is wrong has nothing to hide behind.
 *
 * @throws WrongMap that names the contender which differs from float64 or, where there is no reference, from most of the others.
 */
export async function compareAll(
  maps: ReadonlyMap<string, Float32Array>,
  agreement: Agreement,
  job: string,
  log: (text: string) => void = () => {},
): Promise<Comparison> {
  const { tolerance, images, reference, judgeAll } = agreement;
  const names = [...maps.keys()];
  const elements = Math.max(0, ...[...maps.values()].map((map) => map.length)) / images;
  const slice = (name: string, image: number) => maps.get(name)!.subarray(image * elements, (image + 1) * elements);
  const apart = Array.from({ length: images }, (_, image) =>
    names.map((a) => names.map((b) => distance(slice(a, image), slice(b, image)))),
  );
  const worst = apart.map((pairs) => Math.max(0, ...pairs.flat()));
  const disputed = worst.flatMap((each, image) => (judgeAll || each > tolerance ? [image] : []));
  const agreed = Math.max(0, ...worst.filter((_, image) => !disputed.includes(image)));
  const found = { apart: Math.max(0, ...worst), rest: agreed, judged: disputed.length, flips: 0 };
  if (disputed.length === 0) return found;
  if (reference === undefined) throw outvoted(names, apart, tolerance, job);
  if (!judgeAll)
    log(`${job}: contenders differ by up to ${found.apart.toExponential(1)} on ${disputed.length} of ${images}; asking float64`);
  for (const image of disputed) {
    const truth = await reference.mapOf(image);
    for (const name of names) {
      const { asIs, rest, flips } = explain(slice(name, image), truth, tolerance / 2);
      if (!(rest <= tolerance / 2)) {
        throw new WrongMap(
          `${job}: the map of ${name} differs from that of float64 by ${asIs.toExponential(2)} of the largest value in image ${image + 1}, and by ` +
            `${rest.toExponential(2)} at best with gates within rounding on the other side (tolerance ${tolerance / 2}, ${truth.uncertain.length} such gates)`,
        );
      }
      found.rest = Math.max(found.rest, rest);
      found.flips += flips.length;
    }
  }
  return found;
}

/** Between two contenders nobody can tell which one is wrong; both are named. */
function outvoted(names: readonly string[], apart: readonly (readonly (readonly number[])[])[], tolerance: number, job: string): WrongMap {
  const largest = names.map((_, a) => names.map((_, b) => Math.max(...apart.map((pairs) => pairs[a]![b]!))));
  const votes = largest.map((row) => row.filter((each) => each > tolerance).length);
  const most = Math.max(...votes);
  const worst = votes.indexOf(most);
  const against = largest[worst]!;
  const other = against.indexOf(Math.max(...against));
  return new WrongMap(
    `${job}: the map of ${names[worst]} differs from that of ${names[other]} by ${against[other]!.toExponential(2)} of the largest value, ` +
      `and is not that of ${most} of ${names.length - 1} others (tolerance ${tolerance})`,
  );
}
