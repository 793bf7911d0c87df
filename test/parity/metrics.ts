import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attributeTasks } from '../../src/attribution/tasks.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import type { Explainer } from '../../src/evaluation/explainer.js';
import { infidelityOver } from '../../src/evaluation/infidelity.js';
import { sensitivityTo } from '../../src/evaluation/max_sensitivity.js';
import { measuredOf } from '../../src/evaluation/measured.js';
import { randomisation, randomisationBySsim } from '../../src/evaluation/randomisation.js';
import { removalCurves } from '../../src/evaluation/removal.js';
import { entropyOfShares, giniIndex, spearman } from '../../src/evaluation/statistics.js';
import { pixelMap, type Subject, strongestFirst } from '../../src/evaluation/subject.js';
import { gridPatches } from '../../src/image/patches.js';
import { importModel } from '../../src/onnx/import.js';
import { itemAt } from '../../src/tensor/items.js';
import type { ImageSpace } from '../../src/tensor/pixels.js';

/** What test/parity/quantus_metrics.py says of a map: a number, or the points of a curve but for its first, where nothing was changed. */
export type ReferenceMetrics = Readonly<Record<string, number | readonly number[]>>;

/** Side of the blocks that curves remove. */
const SIDE = 4;

interface Given {
  readonly executor: CpuExecutor;
  readonly image: Float32Array;
  readonly baseline: Float32Array;
  readonly target: number;
  readonly space: ImageSpace;
  readonly read: (file: string) => Float32Array;
}

/** The same measures of the same map, on the same perturbations, and how far each is from the reference, relative to its largest number. */
export async function metricDistances(folder: string, given: Given, reference: ReferenceMetrics): Promise<Map<string, number>> {
  const { executor, image, baseline, target, space, read } = given;
  const { elements } = executor;
  const fileOf = (name: string) => read(join(folder, `metrics-${name}.npy`));
  const imagesOf = (name: string) => {
    const all = fileOf(name);
    return Array.from({ length: all.length / elements }, (_, k) => all.subarray(k * elements, (k + 1) * elements));
  };
  const [own, other] = [fileOf('own'), fileOf('other')];
  const subject: Subject = {
    executor,
    image,
    target,
    space,
    units: gridPatches(space.width, space.height, SIDE),
    cover: baseline,
    seed: 0,
    randomised: async () => copiesIn(folder),
    piecewise: false,
    run: {},
  };
  const explainer: Explainer = {
    name: 'saliency',
    explain: async (on, images, of) => {
      const tasks = images.map((each) => ({ image: each, baseline, target: of }));
      const { attributions } = await attributeTasks(on, tasks, { steps: 1, method: 'saliency' });
      return attributions.map(({ values }) => ({ values, relativeDelta: null }));
    },
  };
  const explanation = { values: own, relativeDelta: null };
  const map = pixelMap(own, space);
  const { deletion, insertion } = await removalCurves(subject, strongestFirst(map, subject.units));
  const measured = measuredOf(subject, explainer, explanation);
  const sizes = (values: ArrayLike<number>) => Float64Array.from(values, Math.abs);
  const found: Readonly<Record<string, ArrayLike<number>>> = {
    deletion: deletion.subarray(1),
    insertion: insertion.subarray(1),
    infidelity: [await infidelityOver({ subject, explanation }, imagesOf('versions'))],
    'max-sensitivity': [(await sensitivityTo({ subject, explainer, explanation }, imagesOf('neighbours'))) ?? Number.NaN],
    randomisation: [spearman(sizes(map), sizes(pixelMap(other, space)))],
    'randomisation, of the same copies': [(await randomisation(measured)) ?? Number.NaN],
    'randomisation-ssim, of the same copies': [(await randomisationBySsim(measured)) ?? Number.NaN],
    sparseness: [giniIndex(map)],
    complexity: [entropyOfShares(map)],
  };
  return new Map(Object.entries(reference).map(([name, value]) => [name, distance(found[name] ?? [], [value].flat())]));
}

/** The copies of the network whose layers Quantus drew anew. */
function copiesIn(folder: string): CpuExecutor[] {
  const names = readdirSync(folder).filter((name) => /^copy-\d+\.onnx$/.test(name));
  return names.map((name) => new CpuExecutor(importModel(readFileSync(join(folder, name))).graph));
}

function distance(a: ArrayLike<number>, b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers, and ${b.length} of the reference`);
  const largest = Math.max(...b.map(Math.abs));
  return Math.max(...b.map((value, i) => Math.abs(itemAt(a, i) - value))) / largest;
}
