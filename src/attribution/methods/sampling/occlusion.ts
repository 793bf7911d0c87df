import { PathlightError } from '../../../errors.js';
import type { Cost, Executor, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';

import { elementOf } from '../../../tensor/pixels.js';
import { imagesAtOnce, partOf } from '../../batches.js';
import type { Paths } from '../../integral/integral.js';
import { type Maps, outputsAtEnds, partAt, shareAmongChannels } from '../../maps.js';
import { type AttributionMethod, type MethodContext, MOST, spaceOf } from '../../method.js';
import { type PatchOptions, patchOption } from './coalitions.js';
import { overPatches } from './over_patches.js';

/** Default side of a window, as a share of the image's shorter side: 32 pixels of 224, 4 of 28. */
const WINDOW_SHARE = 1 / 7;

export interface OcclusionOptions extends PatchOptions {
  /** Side of the square window, in pixels; a seventh of the image's shorter side by default. */
  readonly window?: number;
  /** Pixels from one window to the next, at most the window's side; half of it by default. */
  readonly stride?: number;
}

/** The windows, in the form that `result.json` has. */
export interface OcclusionParameters {
  readonly size: number;
  readonly stride: number;
  /** How many windows there are. */
  readonly count: number;
}

/** Windows, or how many patches there are. */
type CoveredParameters = { readonly window?: OcclusionParameters; readonly patches?: number };

const PIXELS = { kind: 'whole', least: 1, most: MOST } as const;

/**
 * How much the output falls when a window of the image is covered with the baseline. The value of a pixel is the mean of f(x) - f(x with
 * the window covered) over all windows that contain the pixel. Zeiler and Fergus: Visualizing and understanding convolutional networks,
 * 2014 (arXiv:1311.2901). Overlapping windows are averaged as in Captum.
 *
 * The first window begins at the first row and column, the next ones a stride apart, and the last ones reach the last row and column. What
 * would lie outside the image is cut off. All channels of a pixel are covered together and share its value equally. No gradients are
 * needed.
 */
export const occlusion: AttributionMethod<'occlusion', OcclusionOptions, CoveredParameters> = {
  name: 'occlusion',
  title: 'Occlusion',
  path: 'none',
  baseline: 'cover',
  options: {
    ...patchOption,
    window: { values: PIXELS, placeholder: 'pixels', help: 'side of the window (default: 1/7 of the shorter side)' },
    stride: { values: PIXELS, placeholder: 'pixels', help: 'from one window to the next (default: half the window)' },
  },
  needs: { requests: ['forward'], pixels: true },
  complete: false,
  summary: { when: 'a check of the others, without gradients', gradients: '0', forwards: 'windows + 2', sums: 'no' },
  words: ({ window, patches }, { plural }) =>
    window
      ? [`${plural(window.count, 'window')} of ${window.size}x${window.size}, stride ${window.stride}`]
      : patches === undefined
        ? []
        : [plural(patches, 'patch', 'patches')],
  maps: (executor, paths, options, run) =>
    options.patch === undefined ? maps(executor, paths, options, run) : coverPatches(executor, paths, options, run),
};

/** The value of a patch is f(x) - f(x with the patch covered), spread evenly over its pixels. */
const coverEach = overPatches(async (game, patches, _, __, run) => {
  const scores = await game.scores(patches + 1, (k, patch) => patch !== k, run);
  const whole = itemAt(scores, patches);
  return { values: scores.subarray(0, patches).map((score) => whole - score), exact: true };
});

async function coverPatches(
  executor: Executor,
  paths: Paths,
  options: OcclusionOptions & MethodContext,
  run: RunOptions,
): Promise<Maps<CoveredParameters>> {
  const { window, stride } = options;
  if (window !== undefined || stride !== undefined) throw new PathlightError('method.window-and-patch');
  const { accounts, ...made } = await coverEach(executor, paths, options, run);
  return { ...made, accounts: accounts.map(({ steps, parameters }) => ({ steps, parameters: { patches: parameters?.patches ?? 0 } })) };
}

async function maps(
  executor: Executor,
  paths: Paths,
  options: OcclusionOptions & MethodContext,
  run: RunOptions,
): Promise<Maps<{ readonly window: OcclusionParameters }>> {
  const space = spaceOf(options);
  const { window, stride } = options;
  const { elements, classes } = executor;
  const { width, height, pixels } = space;
  const { count } = paths;
  const shorter = Math.min(width, height);
  const size = whole(window ?? Math.max(1, Math.round(WINDOW_SHARE * shorter)), 'a window', shorter);
  const step = whole(stride ?? Math.ceil(size / 2), 'a stride', size);
  const rows = spans(height, size, step);
  const windows = rows.flatMap((row) => spans(width, size, step).map((column) => ({ row, column })));
  const { ends, cost } = await outputsAtEnds(executor, paths, run.signal ? { signal: run.signal } : {});
  const costs: Cost[] = [cost];
  const values = new Float64Array(count * elements);
  const atOnce = imagesAtOnce(elements);
  for (let index = 0; index < count; index++) {
    const [input, baseline] = [partAt(paths.inputs, index, elements), partAt(paths.baselines, index, elements)];
    const seed = partAt(paths.seeds, index, classes);
    const score = (outputs: ArrayLike<number>, first: number) =>
      seed.reduce((sum, weight, c) => sum + weight * itemAt(outputs, first + c), 0);
    const whole = score(ends.outputsAtInput, index * classes);
    const sums = new Float64Array(pixels.pixels);
    const covers = new Uint32Array(pixels.pixels);
    for (let first = 0; first < windows.length; first += atOnce) {
      const batch = windows.slice(first, first + atOnce);
      const images = new Float32Array(batch.length * elements);
      batch.forEach((own, k) => {
        const image = partAt(images, k, elements);
        image.set(input);
        eachPixel(own, width, (pixel) => {
          for (let channel = 0; channel < pixels.channels; channel++) {
            const element = elementOf(pixels, pixel, channel);
            image[element] = itemAt(baseline, element);
          }
        });
      });
      const part = partOf(run, index * windows.length + first, batch.length, count * windows.length);
      const covered = await executor.forward(images, batch.length, part);
      costs.push(covered.cost);
      batch.forEach((own, k) => {
        const loss = whole - score(covered.outputs, k * classes);
        eachPixel(own, width, (pixel) => {
          sums[pixel] = itemAt(sums, pixel) + loss;
          covers[pixel] = itemAt(covers, pixel) + 1;
        });
      });
    }
    const map = sums.map((sum, pixel) => sum / itemAt(covers, pixel));
    values.set(shareAmongChannels(map, space), index * elements);
  }
  const account = { steps: 1, parameters: { window: { size, stride: step, count: windows.length } } };
  return { values, accounts: new Array(count).fill(account), ends, costs };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where windows begin and end along an axis. Every pixel is in at least one window. */
function spans(length: number, size: number, stride: number): Span[] {
  const count = Math.ceil(Math.max(0, length - size) / stride) + 1;
  return Array.from({ length: count }, (_, k) => ({ start: k * stride, end: Math.min(length, k * stride + size) }));
}

function eachPixel({ row, column }: { readonly row: Span; readonly column: Span }, width: number, visit: (pixel: number) => void): void {
  for (let y = row.start; y < row.end; y++) {
    for (let x = column.start; x < column.end; x++) visit(y * width + x);
  }
}

function whole(value: number, name: string, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new PathlightError('method.pixels', { option: name, pixels: value, most });
}
