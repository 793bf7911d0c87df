import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { CaseWorker } from './case_worker.js';
import { caseArbitrary, type FuzzCase } from './cases.js';
import { readCorpus } from './corpus.js';

/** Something that must not happen, with the smallest input that makes it happen. */
export interface Finding {
  readonly problem: string;
  readonly smallest: FuzzCase;
}

export interface FuzzReport {
  readonly tried: number;
  /** How often each exit code came. */
  readonly exitCodes: ReadonlyMap<number, number>;
  readonly findings: readonly Finding[];
}

export interface FuzzOptions {
  readonly seed: number;
  readonly seconds: number;
  /** The most inputs that are tried. Any number by default. */
  readonly inputs?: number;
  readonly onFinding?: (finding: Finding) => void;
  readonly onProgress?: (tried: number) => void;
}

/** Inputs that are tried to make a found one smaller. */
const SHRINKING = 150;

/**
 * Tries inputs until the time is over. Cases depend on the seed alone, and how many are tried on the machine. Each problem is told once,
 * with its input as small as possible.
 */
export async function fuzz({ seed, seconds, inputs = Number.POSITIVE_INFINITY, onFinding, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const arbitrary = caseArbitrary(await readCorpus());
  const worker = new CaseWorker();
  const end = performance.now() + 1000 * seconds;
  const known = new Set<string>();
  const findings: Finding[] = [];
  const exitCodes = new Map<number, number>();
  let tried = 0;
  try {
    for (let round = 0; performance.now() < end && tried < inputs; round++) {
      let found: Finding | undefined;
      let left = SHRINKING;
      const property = fc.asyncProperty(arbitrary, async (fuzzCase) => {
        if (found !== undefined && left-- <= 0) return;
        const { problem, exitCode } = await worker.run(fuzzCase);
        tried++;
        exitCodes.set(exitCode, (exitCodes.get(exitCode) ?? 0) + 1);
        if (tried % 100 === 0) onProgress?.(tried);
        const kind = problem === null ? '' : kindOf(problem);
        if (problem === null || known.has(kind) || (found && kindOf(found.problem) !== kind)) return;
        found = { problem, smallest: fuzzCase };
        throw new Error(problem);
      });
      await fc.check(property, {
        seed: seed + round,
        numRuns: Math.min(1_000_000, inputs - tried),
        interruptAfterTimeLimit: Math.max(1, end - performance.now()),
        markInterruptAsFailure: false,
        endOnFailure: false,
      });
      if (found === undefined) continue;
      known.add(kindOf(found.problem));
      findings.push(found);
      onFinding?.(found);
    }
  } finally {
    await worker.close();
  }
  return { tried, exitCodes, findings };
}

/** Problems of one kind differ in numbers and names only. An internal error is told by where it was thrown, too. */
function kindOf(problem: string): string {
  return problem
    .split('\n', problem.startsWith('internal error') ? 3 : 1)
    .join(' ')
    .replaceAll(/"[^"]*"|\d+/g, '#')
    .slice(0, 200);
}

/** Writes the files of a finding into a folder, with the command line and the problem. */
export function saveFinding(folder: string, { problem, smallest: { files, args } }: Finding): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, 'finding.json'), `${JSON.stringify({ problem, args }, null, 2)}\n`);
}
