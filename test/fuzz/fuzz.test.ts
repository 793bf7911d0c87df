import { expect, test } from 'vitest';
import { CaseWorker } from './case_worker.js';
import { fuzz } from './fuzz.js';

test('a crash, a hang and a process that fills the memory are seen, and the next case runs', async () => {
  const planted = (limits: { megabytes: number; seconds: number }) =>
    new CaseWorker({ module: '../test/fuzz/planted_worker.ts', ...limits });
  const [small, short] = [planted({ megabytes: 600, seconds: 60 }), planted({ megabytes: 4000, seconds: 1 })];
  const problemOf = async (worker: CaseWorker, defect: string) => (await worker.run({ files: {}, args: [defect] })).problem;
  expect(await problemOf(small, 'exit')).toMatch(/^the process ended with 3/);
  expect(await problemOf(small, 'fill')).toBe('more than 600 MB');
  expect(await problemOf(short, 'spin')).toBe('more than 1 s of processor time');
  expect(await problemOf(short, 'none')).toBeNull();
  await Promise.all([small.close(), short.close()]);
});

// `npm run fuzz -- --minutes 30` tries many more.
test('a minute of mutated inputs, or 900, give an answer or a line that says what is wrong', { timeout: 600_000 }, async () => {
  let tried = 0;
  const exitCodes = new Set<number>();
  // Another minute, with other inputs, where a machine with other work has tried few.
  for (let minute = 0; minute < 8 && tried <= 50; minute++) {
    const report = await fuzz({ seed: 16 + minute, seconds: 60, inputs: 900 });
    expect(report.findings).toEqual([]);
    tried += report.tried;
    for (const code of report.exitCodes.keys()) exitCodes.add(code);
  }
  expect(tried).toBeGreaterThan(50);
  // Inputs are neither all refused nor all accepted.
  expect([...exitCodes]).toEqual(expect.arrayContaining([0, 2]));
});
