import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDawn } from '../src/node/dawn.js';
import { WrongMap } from './harness/compare.js';
import { PROTOCOL } from './harness/measure.js';
import { describeMachine, writeResults } from './harness/report.js';
import { installPeers } from './install.js';
import { drawResults } from './plots/plots.js';
import { runCommands } from './sections/commands.js';
import { runCounted } from './sections/counted.js';
import { runEdits } from './sections/edits.js';
import { runGrowth } from './sections/growth.js';
import { runNative } from './sections/native.js';
import { runPeers } from './sections/peers.js';
import { runPhotograph } from './sections/photograph.js';
import type { Setting } from './sections/section.js';
import { runSteps } from './sections/steps.js';

const SECTIONS = {
  counted: { run: runCounted, needsPeers: false },
  peers: { run: runPeers, needsPeers: true },
  native: { run: runNative, needsPeers: false },
  edits: { run: runEdits, needsPeers: true },
  steps: { run: runSteps, needsPeers: false },
  growth: { run: runGrowth, needsPeers: false },
  photograph: { run: runPhotograph, needsPeers: true },
  commands: { run: runCommands, needsPeers: false },
} as const;
type Section = keyof typeof SECTIONS;

const MODELS = ['M1', 'M2', 'M3'];

/**
 * `npm run bench`: measures everything that Pathlight claims about speed, in one run. Exits with 1 if a contender gives a wrong map or the
 * peers cannot be installed.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: Object.keys(SECTIONS).join(',') },
      models: { type: 'string', default: MODELS.join(',') },
      quick: { type: 'boolean', default: false },
      longest: { type: 'string', default: String(PROTOCOL.longest / 1000) },
    },
  });
  const sections = chosen('--only', values.only, Object.keys(SECTIONS) as Section[]);
  const models = chosen('--models', values.models, MODELS);
  const longest = 1000 * Number(values.longest);
  if (!(longest > 0)) throw new Usage(`--longest ${values.longest} (seconds)`);
  const started = performance.now();
  const log = (text: string) => console.error(`[${Math.round((performance.now() - started) / 1000)} s] ${text}`);
  const dawn = await openDawn({ adapter: 'auto' });
  if (!('gpu' in dawn)) throw new Usage(dawn.reason);
  log(`WebGPU in Node: ${dawn.adapter}`);
  try {
    for (const section of sections) {
      const { run, needsPeers } = SECTIONS[section];
      const missing = needsPeers ? installPeers(log) : undefined;
      if (missing !== undefined) throw new Usage(missing);
      const setting: Setting = {
        dawn,
        models,
        quick: values.quick,
        longest,
        log,
        print: (text) => console.log(text),
        save: (name, data, versions = {}) =>
          writeResults(
            values.quick ? `quick/${name}` : name,
            describeMachine(dawn.adapter, versions),
            { quick: values.quick, models, longest },
            data,
          ),
      };
      await run(setting);
    }
    const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
    const drawn = values.quick
      ? drawResults(folder('results/quick'), folder('results/quick'))
      : drawResults(folder('results'), folder('../docs/bench'));
    log(`${drawn.length} charts and pages written`);
  } finally {
    dawn.release();
  }
}

/** A wrong command line. It ends the bench with one line. */
class Usage extends Error {}

function chosen<T extends string>(flag: string, list: string, known: readonly T[]): T[] {
  return list.split(',').map((name) => {
    if (!(known as readonly string[]).includes(name)) throw new Usage(`${flag} ${name} (some of ${known.join(', ')})`);
    return name as T;
  });
}

/** One line for errors that are expected to end the run; a stack for defects. */
export function explain(error: unknown): string {
  if (error instanceof WrongMap || error instanceof Usage) return `bench: ${error.message}`;
  return `bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
