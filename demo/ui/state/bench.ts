import { bench, benching, benchOf, benchRows, problems, reading, settings, subject } from './signals.js';
import { attempt, createLatest, engine } from './tasks.js';

const runs = createLatest();

/** Measures step counts and rules on the chosen picture. */
export async function measure(): Promise<void> {
  const shown = subject.value;
  const target = reading.value?.class;
  if (shown === null || target === undefined) return;
  const { baseline } = settings.value;
  const signalOf = runs.next();
  bench.value = null;
  benchRows.value = [];
  benchOf.value = { picture: shown.name, target, baseline };
  benching.value = { done: 0, total: 0 };
  const answer = await attempt(problems.bench, signalOf, () =>
    engine().bench({ image: shown.image, target, baseline }, signalOf, ({ row, ...progress }) => {
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
