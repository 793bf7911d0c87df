import { version } from '../../../package.json';
import { save } from './save.js';
import { diagnosis, examining, problems } from './signals.js';
import { attempt, createLatest, engine } from './tasks.js';

const runs = createLatest();

/** Examines the adapter. */
export async function examine(quick: boolean, only: string): Promise<void> {
  const signalOf = runs.next();
  diagnosis.value = null;
  problems.doctor.value = null;
  examining.value = { stage: 'kernels', done: 0, total: 0 };
  const answer = await attempt(problems.doctor, signalOf, () =>
    engine().doctor({ quick, only: only.trim() }, signalOf, (news) => {
      if (!signalOf.aborted) examining.value = news;
    }),
  );
  if (signalOf.aborted) return;
  examining.value = null;
  if (answer !== undefined) diagnosis.value = { quick, ...answer };
}

export function stopExamining(): void {
  runs.stop();
  examining.value = null;
}

/** Saves what `pathlight doctor --out` writes, but for the version of Node. */
export function downloadDiagnosis(): void {
  const found = diagnosis.value;
  if (found === null) return;
  const text = `${JSON.stringify({ pathlight: version, ...found }, null, 2)}\n`;
  save({ name: 'doctor.json', type: 'application/json', bytes: new TextEncoder().encode(text) });
}
