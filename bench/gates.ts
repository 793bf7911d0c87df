import { parseArgs } from 'node:util';
import { sizeOf } from '../src/app.js';
import { grid } from '../src/cli/console.js';
import { createSession } from '../src/index.js';
import { openDawn } from '../src/node/dawn.js';
import { createNodeContender } from './contenders/node.js';
import { openTorch } from './contenders/pytorch.js';
import { compareAll } from './harness/compare.js';
import { CannotRun, type Contender } from './harness/contender.js';
import { type Explanation, explain } from './harness/explain.js';
import { explainPoints, type PointReport } from './harness/points.js';
import { createReference } from './harness/reference.js';
import { seededImages, targetOf } from './networks/network.js';
import { presentModels, toNetworkFile } from './sections/section.js';

/**
 * Shows why float32 maps differ: compares gradients and maps in float32 with those in float64, and finds the gates on the other side of
 * their kink.
 *
 *   node bench/run.mjs gates.ts [--models M1,M2,M3] [--images 8] [--steps 64]
 *
 * First every point of every path by itself, with Pathlight on the GPU; then the maps of Pathlight and, where it is installed, PyTorch.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      models: { type: 'string', default: 'M1,M2,M3' },
      images: { type: 'string', default: '8' },
      steps: { type: 'string', default: '64' },
    },
  });
  const job = { images: Number(values.images), steps: Number(values.steps) };
  const nodes = Float64Array.from({ length: job.steps }, (_, k) => (k + 0.5) / job.steps);
  const dawn = await openDawn({ adapter: 'auto' });
  if (!('gpu' in dawn)) throw new Error(dawn.reason);
  const models = presentModels(values.models.split(','), console.error);
  const files = new Map(await Promise.all(models.map(async ({ name, bytes }) => [name, await toNetworkFile(name, bytes)] as const)));
  const contenders: Contender[] = [createNodeContender(dawn, (name) => models.find((model) => model.name === name)!.bytes)];
  const torch = await openTorch((name) => files.get(name), console.error);
  if (torch) contenders.push(torch);
  for (const { name, bytes } of models) {
    const session = await createSession(bytes, { gpu: dawn.gpu });
    const { input, output } = session.graph;
    const images = seededImages(input.shape, job.images);
    const classOf = (image: number) => targetOf(image, sizeOf(output.shape));
    const elements = sizeOf(input.shape);
    const imageAt = (data: Float32Array, index: number) => data.subarray(index * elements, (index + 1) * elements);

    const points: PointReport[] = [];
    for (let i = 0; i < job.images; i++) points.push(...(await explainPoints(session, imageAt(images, i), classOf(i), nodes, ENOUGH)));
    await session.destroy();
    console.log(`\n${name}, Pathlight on the GPU: gradients at ${job.steps} points of ${job.images} images against float64`);
    console.log(pointTable(points));

    const reference = createReference(session.graph, { images, targetOf: classOf, nodes });
    const truths = await Promise.all(Array.from({ length: job.images }, (_, i) => reference.mapOf(i)));
    const rows: string[][] = [];
    const maps = new Map<string, Float32Array>();
    for (const contender of contenders) {
      try {
        await contender.load(name);
        const { map } = await contender.attribute(job);
        maps.set(contender.name, map);
        rows.push([contender.name, ...mapCells(truths.map((truth, i) => explain(imageAt(map, i), truth, ENOUGH)))]);
      } catch (error) {
        if (!(error instanceof CannotRun)) throw error;
        rows.push([contender.name, error.message]);
      }
    }
    console.log(`\n${name}: maps of ${job.images} images at ${job.steps} steps against float64`);
    console.log(grid(['', 'images > 1e-4>', 'median>', 'largest>', 'gates flipped>', 'largest rest>'], rows));
    const known = { mapOf: async (image: number) => truths[image]! };
    const { apart, rest, judged } = await compareAll(maps, { tolerance: 1e-4, images: job.images, reference: known }, name);
    console.log(`by the rule of the bench: apart by ${short(apart)}, ${judged} images judged, ${short(rest)} left`);
  }
  for (const contender of contenders) await contender.close();
  dawn.release();
}

/** A smaller remaining difference is float32's rounding. 1e-5 is about seven times the largest difference seen where no gate flipped. */
const ENOUGH = 1e-5;

function pointTable(points: readonly PointReport[]): string {
  const row = (title: string, of: readonly PointReport[]) => {
    const differences = of.map(({ asIs }) => asIs).sort((a, b) => a - b);
    const extremes =
      of.length === 0 ? ['', '', ''] : [differences[0]!, differences[differences.length >> 1]!, differences.at(-1)!].map(short);
    const flips = of.flatMap(({ uncertain, flips }) => flips.map((index) => uncertain[index]!));
    const rest = of.length === 0 ? '' : short(Math.max(...of.map((each) => each.rest)));
    return [title, String(of.length), ...extremes, String(flips.length), flips.length === 0 ? '' : short(Math.max(...flips)), rest];
  };
  const [certain, uncertain] = [points.filter((each) => each.uncertain.length === 0), points.filter((each) => each.uncertain.length > 0)];
  return grid(
    ['points with', 'points>', 'least>', 'median>', 'largest>', 'gates flipped>', 'distance at most>', 'largest rest>'],
    [
      row('no gate within rounding', certain),
      row(
        'some, all on their side',
        uncertain.filter(({ flips }) => flips.length === 0),
      ),
      row(
        'some on the other side',
        uncertain.filter(({ flips }) => flips.length > 0),
      ),
    ],
  );
}

function mapCells(images: readonly Explanation[]): string[] {
  const differences = images.map(({ asIs }) => asIs).sort((a, b) => a - b);
  return [
    String(differences.filter((each) => each > 1e-4).length),
    short(differences[differences.length >> 1]!),
    short(differences.at(-1)!),
    String(images.reduce((sum, { flips }) => sum + flips.length, 0)),
    short(Math.max(...images.map(({ rest }) => rest))),
  ];
}

const short = (value: number) => value.toExponential(1);
