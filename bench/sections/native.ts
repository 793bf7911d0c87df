import { grid } from '../../src/cli/console.js';
import { createNodeContender } from '../contenders/node.js';
import { openTorch } from '../contenders/pytorch.js';
import { openServed } from '../contenders/served.js';
import { CannotRun, type Contender } from '../harness/contender.js';
import { formatMilliseconds } from '../harness/report.js';
import { measureContenders, type PeerRow } from './peers.js';
import { distanceOf, SAME } from './photograph.js';
import { presentModels, type Setting, toNetworkFile } from './section.js';

/** Networks of photographs of 224 x 224: float64 takes too long to judge their maps, so these are compared with one another alone. */
const PHOTOGRAPHS = ['squeezenet1.1', 'ResNet-18'];
const PHOTOGRAPH = { images: 1, steps: 32 };
const ROUNDS = 3;

/** The times of a contender on a photograph. */
interface PhotographTimes {
  readonly network: string;
  readonly name: string;
  /** Of each round. */
  readonly milliseconds: readonly number[];
  /** Relative distance of the map from that of the first contender, in the Euclidean norm. */
  readonly distance: number;
  readonly setting?: string;
  /** Why there are no times. */
  readonly reason?: string;
}

/**
 * The jobs of `peers` without a browser, and photographs: Pathlight on the adapter of this run and, where PATHLIGHT_BENCH_LAVAPIPE is a command that runs
 * another one on Mesa's lavapipe, on that; and PyTorch.
 */
export async function runNative(setting: Setting): Promise<PeerRow[]> {
  const { dawn, log, quick, save, print } = setting;
  const models = presentModels(setting.models, log);
  const photographs = quick ? [] : presentModels(PHOTOGRAPHS, log);
  const all = [...models, ...photographs];
  const files = new Map(await Promise.all(all.map(async ({ name, bytes }) => [name, await toNetworkFile(name, bytes)] as const)));
  const command = process.env.PATHLIGHT_BENCH_LAVAPIPE;
  const contenders: Contender[] = [createNodeContender(dawn, (name) => all.find((model) => model.name === name)!.bytes)];
  const versions: Record<string, string> = {};
  try {
    if (command !== undefined) {
      const served = await openServed('Pathlight in Node, lavapipe', command);
      contenders.push(served);
      versions[served.name] = served.adapter;
    }
    const torch = await openTorch((name) => files.get(name), log);
    if (torch) {
      contenders.push(torch);
      versions.PyTorch = torch.version;
    }
    const rows = await measureContenders('native', contenders, models, versions, setting);
    const times: PhotographTimes[] = [];
    for (const { name } of photographs) {
      times.push(...(await timesOf(name, contenders, log)));
      save('native', { rows, photographs: times }, versions);
      print(tableOf(name, times));
    }
    return rows;
  } finally {
    for (const contender of contenders) await contender.close();
  }
}

/** Runs contenders in turns, after one run each that compiles and, of PyTorch, looks for the fastest setting. */
async function timesOf(network: string, contenders: readonly Contender[], log: (text: string) => void): Promise<PhotographTimes[]> {
  const times: { contender: Contender; milliseconds: number[]; distance: number; setting?: string; reason?: string }[] = [];
  let first: Float32Array | undefined;
  for (const contender of contenders) {
    const entry: (typeof times)[number] = { contender, milliseconds: [], distance: 0 };
    times.push(entry);
    try {
      await contender.load(network);
      const { map, setting, milliseconds } = await contender.attribute(PHOTOGRAPH);
      first ??= map;
      entry.distance = distanceOf(map, first);
      if (setting !== undefined) entry.setting = setting;
      if (entry.distance > SAME) entry.reason = `another map: ${entry.distance.toExponential(1)} apart`;
      log(`${network}: ${contender.name} ${formatMilliseconds(milliseconds)} at first`);
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      entry.reason = error.message;
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { contender, milliseconds, reason } of times) {
      if (reason === undefined) milliseconds.push((await contender.attribute(PHOTOGRAPH)).milliseconds);
    }
  }
  return times.map(({ contender, ...found }) => ({ network, name: contender.name, ...found }));
}

function tableOf(network: string, times: readonly PhotographTimes[]): string {
  const own = times.filter((each) => each.network === network);
  const least = Math.min(...(own[0]?.milliseconds ?? []));
  return [
    `\n${network}, 224 x 224, ${PHOTOGRAPH.steps} steps`,
    grid(
      ['', 'least>', 'all rounds>', 'of the first>', 'map, from the first>', ''],
      own.map(({ name, milliseconds, distance, setting = '', reason }) =>
        reason === undefined
          ? [
              name,
              formatMilliseconds(Math.min(...milliseconds)),
              milliseconds.map(formatMilliseconds).join(', '),
              `x${(Math.min(...milliseconds) / least).toFixed(2)}`,
              distance.toExponential(1),
              setting,
            ]
          : [name, '–', '', '', '', reason],
      ),
    ),
  ].join('\n');
}
