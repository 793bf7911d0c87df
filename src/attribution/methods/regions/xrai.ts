import type { Executor, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { elementOf, type ImageSpace, type Patches } from '../../../tensor/pixels.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import { type Maps, partAt, shareAmongChannels } from '../../maps.js';
import { type AttributionMethod, cutterOf, type MethodContext, pointsOf, spaceOf } from '../../method.js';
import { integratedGradients } from '../gradients/ig.js';

export interface XraiParameters {
  /** How many overlapping segments there are, of all scales together. */
  readonly segments: number;
}

/** About how many segments each scale has: the numbers of the paper. Those with fewer than 9 pixels a segment are left out. */
const SCALES = [50, 100, 150, 250, 500, 1200];
const LEAST_PIXELS = 9;
/** Of images of 224 x 224: segments grow by 5 pixels, and a segment that adds fewer than 50 pixels is not taken. Both as in the authors' code. */
const [GROWN, LEAST_ADDED, SIDE] = [5, 50, 224];

/**
 * XRAI: integrated gradients from black and from white, averaged, and gathered in regions. Segments of several scales overlap. One after the other, the
 * segment is taken whose pixels that are not covered yet have the largest mean; each of these pixels gets this mean. Kapishnikov, Bolukbasi,
 * Viegas, Terry: XRAI: better attributions through regions, 2019 (arXiv:1906.02825).
 *
 * Two things are other than in the authors' code: segments are SLIC superpixels (src/image/superpixels.ts), there Felzenszwalb's; and the channels of a
 * pixel are summed, of which there the largest is taken, so that maps sum to f(x) minus the mean of f at black and at white.
 */
export const xrai: AttributionMethod<'xrai', object, XraiParameters> = {
  name: 'xrai',
  title: 'XRAI',
  path: 'points',
  baseline: 'own',
  options: {},
  needs: { requests: ['pathGradient'], pixels: true, patches: true },
  complete: true,
  summary: { when: 'which regions of a photograph, along its edges', gradients: '2 n', forwards: '4', sums: 'yes' },
  words: ({ segments }, { plural }) => (segments === undefined ? [] : [plural(segments, 'segment')]),
  maps,
};

async function maps(executor: Executor, paths: Paths, options: MethodContext, run: RunOptions): Promise<Maps<XraiParameters>> {
  const steps = pointsOf(xrai, options);
  const [space, cut] = [spaceOf(options), cutterOf(options)];
  const { elements, classes } = executor;
  const { pixels } = space;
  const { count } = paths;
  // Every image twice: from black, and from white.
  const twice = selectPaths(
    paths,
    Array.from({ length: 2 * count }, (_, k) => Math.floor(k / 2)),
  );
  const baselines = new Float32Array(twice.inputs.length);
  for (let k = 0; k < 2 * count; k++) {
    const own = partAt(baselines, k, elements);
    const colour = k % 2 === 0 ? space.black : space.white;
    for (let pixel = 0; pixel < pixels.pixels; pixel++) {
      for (let channel = 0; channel < pixels.channels; channel++) own[elementOf(pixels, pixel, channel)] = itemAt(colour, channel);
    }
  }
  const made = await integratedGradients.maps(executor, { ...twice, baselines }, { steps }, run);
  const values = new Float64Array(count * elements);
  const accounts: Maps<XraiParameters>['accounts'][number][] = [];
  for (let index = 0; index < count; index++) {
    const map = new Float64Array(pixels.pixels);
    for (const own of [2 * index, 2 * index + 1].map((k) => partAt(made.values, k, elements))) {
      map.forEach((sum, pixel) => {
        let total = sum;
        for (let channel = 0; channel < pixels.channels; channel++) total += itemAt(own, elementOf(pixels, pixel, channel)) / 2;
        map[pixel] = total;
      });
    }
    const image = partAt(paths.inputs, index, elements);
    const segments = scalesFor(pixels.pixels).flatMap((superpixels) => grownSegments(cut(image, { superpixels }), space));
    const least = Math.max(1, Math.round((LEAST_ADDED * pixels.pixels) / SIDE ** 2));
    values.set(shareAmongChannels(gatherRegions(map, segments, least), space), index * elements);
    accounts.push({ steps, parameters: { segments: segments.length } });
  }
  return { values, accounts, ...(made.ends && { ends: meanEnds(made.ends, count, classes) }), costs: made.costs };
}

function scalesFor(pixels: number): number[] {
  const fitting = SCALES.filter((segments) => segments * LEAST_PIXELS <= pixels);
  return fitting.length > 0 ? fitting : [Math.max(1, Math.floor(pixels / LEAST_PIXELS))];
}

/** The pixels of every segment, with those around it. */
function grownSegments({ labels, count }: Patches, { width, height }: ImageSpace): Uint32Array[] {
  const radius = Math.round((GROWN * Math.min(width, height)) / SIDE);
  const members = Array.from({ length: count }, () => new Set<number>());
  labels.forEach((label, pixel) => {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const own = itemAt(members, label);
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
      for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) {
        if ((u - x) ** 2 + (v - y) ** 2 <= radius ** 2) own.add(v * width + u);
      }
    }
  });
  return members.map((own) => Uint32Array.from(own));
}

/**
 * Takes the segment with the largest mean over its pixels that no other has covered yet, again and again; each of these pixels gets the mean. Segments
 * that would add fewer than `least` pixels are dropped. What is left over gets its own mean.
 */
export function gatherRegions(map: Float64Array, segments: readonly Uint32Array[], least: number): Float64Array {
  const gathered = new Float64Array(map.length);
  const covered = new Uint8Array(map.length);
  const holders = Array.from(map, (): number[] => []);
  const left = segments.map((pixels, segment) => {
    for (const pixel of pixels) itemAt(holders, pixel).push(segment);
    return { sum: pixels.reduce((sum, pixel) => sum + itemAt(map, pixel), 0), count: pixels.length };
  });
  const cover = (pixels: Iterable<number>, value: number) => {
    for (const pixel of pixels) {
      gathered[pixel] = value;
      covered[pixel] = 1;
      for (const holder of itemAt(holders, pixel)) {
        const own = itemAt(left, holder);
        own.sum -= itemAt(map, pixel);
        own.count -= 1;
      }
    }
  };
  for (;;) {
    let best = -1;
    let largest = Number.NEGATIVE_INFINITY;
    left.forEach(({ sum, count }, segment) => {
      if (count >= least && sum / count > largest) [best, largest] = [segment, sum / count];
    });
    const pixels = segments[best];
    if (pixels === undefined) break;
    // The mean is summed anew, because differences of many sums round.
    const fresh = pixels.filter((pixel) => covered[pixel] === 0);
    cover(fresh, fresh.reduce((sum, pixel) => sum + itemAt(map, pixel), 0) / fresh.length);
  }
  const rest = Uint32Array.from(map.keys()).filter((pixel) => covered[pixel] === 0);
  cover(rest, rest.reduce((sum, pixel) => sum + itemAt(map, pixel), 0) / rest.length);
  return gathered;
}

function meanEnds(
  { outputsAtInput, outputsAtBaseline }: NonNullable<Maps['ends']>,
  count: number,
  classes: number,
): NonNullable<Maps['ends']> {
  const mean = (outputs: typeof outputsAtInput) =>
    Float64Array.from({ length: count * classes }, (_, i) => {
      const at = 2 * Math.floor(i / classes) * classes + (i % classes);
      return (itemAt(outputs, at) + itemAt(outputs, at + classes)) / 2;
    });
  return { outputsAtInput: mean(outputsAtInput), outputsAtBaseline: mean(outputsAtBaseline) };
}
