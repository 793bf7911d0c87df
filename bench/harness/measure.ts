import { type Agreement, type Comparison, compareAll } from './compare.js';
import { CannotRun, type Run } from './contender.js';

export interface Entrant {
  readonly name: string;
  run(): Promise<Run>;
  /** The expected time of one run in milliseconds, where it is known. */
  readonly expected?: number;
}

export interface Protocol extends Agreement {
  /** Timed rounds of each entrant. */
  readonly rounds: number;
  /** An entrant whose run takes longer than this many milliseconds takes part only in `slowRounds` of the rounds. */
  readonly slow: number;
  readonly slowRounds: number;
  /** An entrant that is expected to take longer than this many milliseconds is left out. */
  readonly longest: number;
}

export const PROTOCOL: Protocol = {
  rounds: 7,
  slow: 10_000,
  slowRounds: 3,
  longest: 30_000,
  tolerance: 1e-4,
  images: 1,
};

/** A run of fewer milliseconds than this is repeated to warm up. */
const BRIEF = 2000;

export interface Timing {
  readonly name: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly rounds: number;
  readonly setting?: string;
}

/** An entrant without a time, and why. */
export interface Absence {
  readonly name: string;
  readonly reason: string;
}

export interface Measurement extends Comparison {
  readonly entrants: readonly (Timing | Absence)[];
}

/**
 * Runs all entrants once to warm up, compares their maps, and then times them one after another, in rounds. Each round begins with another
 * entrant, so that whatever slows the machine for a while slows all of them. The map of every timed run is compared with the entrant's
 * first.
 *
 * @throws WrongMap before any time counts.
 */
export async function measure(
  job: string,
  entrants: readonly Entrant[],
  protocol: Protocol,
  log: (text: string) => void = () => {},
): Promise<Measurement> {
  const maps = new Map<string, Float32Array>();
  const absent = new Map<string, string>();
  const firstTime = new Map<string, number>();
  const settings = new Map<string, string>();
  for (const { name, run, expected } of entrants) {
    if (expected !== undefined && expected > protocol.longest) {
      absent.set(name, `not run: about ${seconds(expected)} an attribution`);
      continue;
    }
    try {
      const first = await run();
      // A second warm-up run where it is cheap, because engines compile in stages.
      const { map, milliseconds, setting } = first.milliseconds < BRIEF ? await run() : first;
      maps.set(name, map);
      if (setting !== undefined) settings.set(name, setting);
      firstTime.set(name, milliseconds);
      log(`${job}: ${name} ${seconds(first.milliseconds)} at first`);
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      absent.set(name, error.message);
      log(`${job}: ${name}: ${error.message}`);
    }
  }
  const comparison = await compareAll(maps, protocol, job, log);
  const running = entrants.filter(({ name }) => maps.has(name));
  const times = new Map(running.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < protocol.rounds; round++) {
    for (let place = 0; place < running.length; place++) {
      const { name, run } = running[(place + round) % running.length]!;
      if (!takesPart(round, firstTime.get(name)!, protocol)) continue;
      const { map, milliseconds } = await run();
      const both = new Map([
        [name, map],
        [`${name} at first`, maps.get(name)!],
      ]);
      await compareAll(both, { ...protocol, judgeAll: false }, `${job}, round ${round + 1}`, log);
      times.get(name)!.push(milliseconds);
    }
  }
  return {
    ...comparison,
    entrants: entrants.map(({ name }) => {
      const taken = times.get(name);
      if (taken === undefined || taken.length === 0) return { name, reason: absent.get(name) ?? 'not timed' };
      const setting = settings.get(name);
      const chosen = setting === undefined ? {} : { setting };
      return { name, ...chosen, median: median(taken), least: Math.min(...taken), most: Math.max(...taken), rounds: taken.length };
    }),
  };
}

/** Slow entrants take part in some rounds, spread evenly over all. */
function takesPart(round: number, milliseconds: number, { rounds, slow, slowRounds }: Protocol): boolean {
  if (milliseconds <= slow || slowRounds >= rounds) return true;
  return Math.floor(((round + 1) * slowRounds) / rounds) > Math.floor((round * slowRounds) / rounds);
}

/** The middle value; for an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function isTiming(entry: Timing | Absence): entry is Timing {
  return 'median' in entry;
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
