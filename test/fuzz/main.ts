import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, saveFinding } from './fuzz.js';

/** `npm run fuzz -- --minutes 10 [--seed S]`: tries inputs, writes what it finds below out/fuzz, and fails if it finds anything. */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } });
  const seconds = 60 * Number(values.minutes);
  const seed = values.seed === undefined ? Math.floor(Date.now() / 1000) : Number(values.seed);
  if (!(seconds > 0) || !Number.isInteger(seed)) throw new Error('--minutes takes a number above 0, --seed a whole number');
  console.log(`seed ${seed}`);
  let count = 0;
  const { tried, exitCodes, findings } = await fuzz({
    seed,
    seconds,
    onProgress: (done) => done % 1000 === 0 && console.log(`${done} inputs tried`),
    onFinding(finding) {
      const folder = join('out', 'fuzz', `${seed}-${++count}`);
      saveFinding(folder, finding);
      console.log(`\n${folder}: pathlight ${finding.smallest.args.join(' ')}\n${finding.problem}\n`);
    },
  });
  const codes = [...exitCodes].sort(([a], [b]) => a - b).map(([code, times]) => `${times} with exit code ${code}`);
  console.log(`${tried} inputs tried (${codes.join(', ')}), ${findings.length} findings, seed ${seed}`);
  if (findings.length > 0) process.exitCode = 1;
}

/** Usage errors in a line. */
export function explain(error: unknown): string {
  return `fuzz: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
