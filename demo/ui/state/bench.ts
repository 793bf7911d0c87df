import { bench, benching, benchRows, problems, reading, settings, subject } from './signals.js';
import { attempt, createLatest, engine } from './tasks.js';

const runs = createLatest();

/** Measures step counts and rules on the chosen picture. */
export async function measure(): Promise<void> {
  const image = subject.value?.image;
  const target = reading.value?.class;
  if (image === undefined || target === undefined) return;
  const signalOf = runs.next();
  bench.value = null;
  benchRows.value = [];
  benching.value = { done: 0, total: 0 };
  const answer = await attempt(problems.bench, signalOf, () =>
    engine().bench({ image, target, baseline: settings.value.baseline }, signalOf, ({ row, ...progress }) => {
      if (signalOf.aborted) return;
      benchRows.value = [...benchRows.value, row];
      benching.value = progress;
    }),
  );
  if (signalOf.aborted) return;
  benching.value = null;
  if (answer === undefined) return;
  bench.value = answer;
  benchRows.value = answer.rows;
}

/** Stops measuring, and forgets what was measured: another network was opened. */
export function forgetBench(): void {
  stopMeasuring();
  bench.value = null;
  benchRows.value = [];
}

export function stopMeasuring(): void {
  runs.stop();
  benching.value = null;
}
