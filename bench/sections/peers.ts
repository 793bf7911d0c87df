import { sizeOf } from '../../src/app.js';
import { grid } from '../../src/cli/console.js';
import { createSession } from '../../src/index.js';
import { openBenchPage } from '../contenders/chrome.js';
import { createNodeContender } from '../contenders/node.js';
import { openTorch } from '../contenders/pytorch.js';
import type { Comparison } from '../harness/compare.js';
import { CannotRun, type Contender, type Job, nameJob } from '../harness/contender.js';
import { type Absence, isTiming, measure, PROTOCOL, type Timing } from '../harness/measure.js';
import { createReference, type Reference } from '../harness/reference.js';
import { formatMilliseconds } from '../harness/report.js';
import { PEERS } from '../install.js';
import { NETWORKS, seededImages, targetOf } from '../networks/network.js';
import { presentModels, type Setting, toNetworkFile } from './section.js';

/** The result of one job of a network. */
export interface PeerRow extends Comparison {
  readonly network: string;
  readonly job: Job;
  readonly entrants: readonly (Timing | Absence)[];
}

/** Contenders in Chrome by the name of their page entry. */
export const IN_CHROME = ['pathlight', 'tfjs wasm', 'tfjs webgpu', 'jax-js webgpu', 'jax-js wasm'] as const;
export const PATHLIGHT = 'Pathlight in Chrome';

const JOBS: readonly Job[] = [
  { images: 1, steps: 64 },
  { images: 1, steps: 256 },
  { images: 1, steps: 1024 },
  { images: 64, steps: 64 },
];
/** Enough images to notice errors, and few points: before a network is timed, all maps of this job are compared with float64's. */
const CHECK: Job = { images: 16, steps: 4 };
const QUICK_JOBS: readonly Job[] = [
  { images: 1, steps: 16 },
  { images: 2, steps: 16 },
];

/** Integrated Gradients of the same networks and images by Pathlight and its peers, in one run. */
export async function runPeers(setting: Setting): Promise<PeerRow[]> {
  const { dawn, log } = setting;
  const models = presentModels(setting.models, log);
  const files = new Map(await Promise.all(models.map(async ({ name, bytes }) => [name, await toNetworkFile(name, bytes)] as const)));
  const file = (name: string) => files.get(name);
  log('building the page and starting Chrome');
  const page = await openBenchPage('bench/page/index.html');
  const contenders: Contender[] = [];
  try {
    for (const entry of IN_CHROME) contenders.push(page.contender(entry, entry === 'pathlight' ? PATHLIGHT : entry, file));
    contenders.push(createNodeContender(dawn, (name) => models.find((model) => model.name === name)!.bytes));
    const torch = await openTorch(file, log);
    if (torch) contenders.push(torch);
    const versions = { Chrome: page.version, ...PEERS, ...(torch && { PyTorch: torch.version }) };
    return await measureContenders('peers', contenders, models, versions, setting);
  } finally {
    for (const contender of contenders) await contender.close();
    await page.close();
  }
}

/** Measures all contenders on all jobs of all models. Times are told beside those of the first contender. */
export async function measureContenders(
  section: 'peers' | 'native',
  contenders: readonly Contender[],
  models: ReturnType<typeof presentModels>,
  versions: Readonly<Record<string, string>>,
  { quick, longest, log, print, save }: Setting,
): Promise<PeerRow[]> {
  const rows: PeerRow[] = [];
  for (const { name, bytes } of models) {
    const referenceOf = await referencesOf(bytes);
    const absent = await loadAll(contenders, name, log);
    const entrantsOf = (job: Job) =>
      contenders.map((contender) => ({
        name: contender.name,
        run: () => {
          const reason = absent.get(contender.name);
          if (reason !== undefined) throw new CannotRun(reason);
          return contender.attribute(job);
        },
      }));
    log(`${name}: comparing the maps of ${nameJob(CHECK)}`);
    const protocolOf = (job: Job) => ({ ...PROTOCOL, images: job.images, reference: referenceOf(job) });
    const check = { ...protocolOf(CHECK), judgeAll: true, longest: Number.POSITIVE_INFINITY, rounds: 0 };
    const checked = await measure(`${name}, ${nameJob(CHECK)}`, entrantsOf(CHECK), check);
    log(`${name}: the maps differ by at most ${distances(checked)}`);
    const perSample = new Map<string, number>();
    for (const job of quick ? QUICK_JOBS : JOBS) {
      const samples = job.images * job.steps;
      const entrants = entrantsOf(job).map((entrant) => {
        const known = perSample.get(entrant.name);
        return { ...entrant, ...(known !== undefined && { expected: known * samples }) };
      });
      const protocol = { ...protocolOf(job), longest, ...(quick && { rounds: 3 }) };
      const measured = await measure(`${name}, ${nameJob(job)}`, entrants, protocol, log);
      for (const each of measured.entrants) if (isTiming(each)) perSample.set(each.name, each.median / samples);
      rows.push({ network: name, job, ...measured });
      save(section, { rows }, versions);
    }
    print(tableOf(name, rows));
  }
  return rows;
}

/** Loads a network in all contenders. Returns the reasons of those that cannot run it. */
async function loadAll(contenders: readonly Contender[], network: string, log: (text: string) => void): Promise<Map<string, string>> {
  const absent = new Map<string, string>();
  for (const contender of contenders) {
    try {
      await contender.load(network);
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      absent.set(contender.name, error.message);
      log(`${network}: ${contender.name}: ${error.message}`);
    }
  }
  return absent;
}

/** The float64 references of a network's jobs. */
async function referencesOf(bytes: Uint8Array): Promise<(job: Job) => Reference> {
  const { graph } = await createSession(bytes);
  const classes = sizeOf(graph.output.shape);
  return ({ images, steps }) =>
    createReference(graph, {
      images: seededImages(graph.input.shape, images),
      targetOf: (image) => targetOf(image, classes),
      nodes: Float64Array.from({ length: steps }, (_, k) => (k + 0.5) / steps),
    });
}

/** The worst results over all jobs of a network. */
function worstOf(rows: readonly Comparison[]): Comparison {
  const sum = (of: (row: Comparison) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    apart: Math.max(...rows.map(({ apart }) => apart)),
    rest: Math.max(...rows.map(({ rest }) => rest)),
    judged: sum(({ judged }) => judged),
    flips: sum(({ flips }) => flips),
  };
}

function distances({ apart, rest, judged, flips }: Comparison): string {
  const raw = `${apart.toExponential(1)} of the largest value`;
  return judged === 0
    ? raw
    : `${raw}, ${rest.toExponential(1)} but for ${flips} gates within rounding (${judged} images judged by float64)`;
}

function tableOf(network: string, all: readonly PeerRow[]): string {
  const rows = all.filter((row) => row.network === network);
  const names = rows[0]?.entrants.map(({ name }) => name) ?? [];
  const [first = ''] = names;
  const notes: string[] = [];
  const noted = (note: string): string => {
    if (!notes.includes(note)) notes.push(note);
    return `[${notes.indexOf(note) + 1}]`;
  };
  const timingOf = (row: PeerRow, name: string) => row.entrants.find((each): each is Timing => each.name === name && isTiming(each));
  const cell = (row: PeerRow, name: string): string => {
    const entry = row.entrants.find((each) => each.name === name);
    if (entry === undefined || !isTiming(entry)) return noted(entry?.reason ?? 'not run');
    const own = timingOf(row, first);
    const ratio = name === first || own === undefined ? '' : ` (x${(entry.least / own.least).toFixed(2)})`;
    const few = entry.rounds < PROTOCOL.rounds ? `, ${entry.rounds} rounds` : '';
    const setting = entry.setting === undefined ? '' : ` ${noted(entry.setting)}`;
    const { images } = row.job;
    const rate = images === 1 ? '' : `, ${Math.round((1000 * images) / entry.least).toLocaleString('en')} images/s`;
    return `${formatMilliseconds(entry.least)} / ${formatMilliseconds(entry.median)}${ratio}${rate}${few}${setting}`;
  };
  const table = grid(
    ['milliseconds', ...rows.map(({ job }) => `${nameJob(job)}>`)],
    names.map((name) => [name, ...rows.map((row) => cell(row, name))]),
  );
  return [
    `\n${network}: ${NETWORKS[network]?.().title ?? 'pretrainedResnet.onnx'}`,
    table,
    `least / median; maps differ by at most ${distances(worstOf(rows))}; (xN): the least is N times that of ${first}`,
    ...notes.map((note, index) => `[${index + 1}] ${note}`),
  ].join('\n');
}
