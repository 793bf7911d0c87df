import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Ended, WorkerProcess } from '../support/worker_process.js';
import { casesIn, readMaker } from './cases.js';
import { formatError } from './groups.js';
import { ledgerOf } from './ledger.js';
import { writePage } from './page.js';
import { type Device, isRight, type Outcome, readResults } from './results.js';
import type { Task } from './worker.js';

/** Megabytes: weights and values lie outside the heap of JavaScript objects. */
const WORKER = { module: '../test/zoo/worker.ts', heap: 4096, megabytes: 12_288 };

const OPTIONS = {
  device: { type: 'string', default: 'cpu' },
  limit: { type: 'string', default: '60' },
  only: { type: 'string', default: '' },
  again: { type: 'boolean', default: false },
} as const;

/** `npm run zoo -- FOLDER [--device software] [--limit SECONDS] [--only PATTERN] [--again]`: see README.md. Without a folder it writes the page alone. */
export async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const { device, limit, only, again } = values;
  if (device !== 'cpu' && device !== 'software') throw new Error('--device takes cpu or software');
  if (!(Number(limit) > 0)) throw new Error('--limit takes a number of seconds above 0');
  for (const folder of positionals) await runFolder(resolve(folder), { device, seconds: Number(limit), only, again });
  writePage(readResults());
}

interface Choice {
  readonly device: Device;
  readonly seconds: number;
  readonly only: string;
  readonly again: boolean;
}

async function runFolder(folder: string, { device, seconds, only, again }: Choice): Promise<void> {
  const ledger = ledgerOf(folder, readMaker(folder));
  const worker = new WorkerProcess<Task, Outcome>({ ...WORKER, seconds });
  try {
    for (const name of casesIn(folder)) {
      if (!new RegExp(only).test(name) || (!again && ledger.has(name, device))) continue;
      const answer = await worker.run({ folder: resolve(folder, name), device, seconds });
      const outcome = answer instanceof Ended ? outcomeOf(answer) : answer;
      ledger.add(name, device, outcome);
      console.log(`${name}: ${lineOf(outcome, device)}`);
    }
  } finally {
    await worker.close();
    ledger.close();
  }
}

function outcomeOf({ reason, byLimit }: Ended): Outcome {
  const [line = ''] = reason.split('\n');
  return { stopped: byLimit ? 'slow' : 'crashed', line };
}

function lineOf(outcome: Outcome, device: Device): string {
  if ('stopped' in outcome) return `${outcome.stopped}: ${outcome.line}`;
  const { forward, gradient, integrals, judgement, seconds } = outcome;
  const errors = [forward, gradient, integrals].flatMap((error) => (error === undefined ? [] : formatError(error)));
  return `${isRight(outcome, device) ? 'right' : 'WRONG'} ${errors.join(' ')}${judgement === undefined ? '' : ` (${judgement})`}, ${seconds} s`;
}

/** Usage errors in a line. */
export function explain(error: unknown): string {
  return `zoo: ${error instanceof Error ? error.message : String(error)}`;
}
