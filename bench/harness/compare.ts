import { explain } from './explain.js';
import type { Reference } from './reference.js';

/** A contender's map differs from the others'. Ends the run, because the time of a wrong result is worth nothing. */
export class WrongMap extends Error {}

/** The conditions under which maps [images][elements] of the same job count as the same. */
export interface Agreement {
  /** The largest allowed difference of two maps of an image, relative to the largest absolute value. */
  readonly tolerance: number;
  readonly images: number;
  /** Judges images on which contenders differ by more than the tolerance. Without a reference they must not. */
  readonly reference?: Reference;
  /** Whether the reference judges all images. */
  readonly judgeAll?: boolean;
}

/** The result of comparing all contenders. Distances are the largest of any image. */
export interface Comparison {
  /** The distance of any two maps, before any gate is flipped. */
  readonly apart: number;
  /** The same, but for judged images the distance of each map from float64's, after float64's uncertain gates are set as the map has them. */
  readonly rest: number;
  /** How many images were judged. */
  readonly judged: number;
  /** How many gates some contender has on the other side of their kink. */
  readonly flips: number;
}

/** Largest difference of two maps, relative to the largest absolute value of both; Infinity if one holds a value that is not finite. */
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
 * Compares the maps of all contenders with one another, image by image.
 *
 * The gradient of a piecewise-linear network jumps where a gate changes sides. Two correct float32 programs may have a gate on different
 * sides if its pre-activation is within rounding of 0. One of n points then differs by a jump J, and the map by J / n, which may well
 * exceed any tolerance. So images on which two contenders differ are judged. float64 computes the map, the gates within rounding, and the
 * jump of each gate (reference.ts). Every contender's map must equal float64's with some of these gates on the other side, within half the
 * tolerance; then two maps that agree on the gates agree within the tolerance. An image has some tens of such gates and thousands of
 * elements, so a wrong map cannot be explained by them.
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

/** The error without a reference. Of two contenders, nobody can tell which is wrong, so both are named. */
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
