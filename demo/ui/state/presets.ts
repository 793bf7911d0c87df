import { effect, signal, untracked } from '@preact/signals';
import type { Fit, PresetReading, Progress } from '../../engine/contract.js';
import { bytesOfNetwork, fit, picture } from './input.js';
import { problems, subject, undecided } from './signals.js';
import { attempt, createLatest, engine } from './tasks.js';

/** What a network reads in a picture with every preset that was tried. */
interface Tried {
  readonly picture: File;
  readonly fit: Fit;
  readonly network: Uint8Array | null;
  readonly readings: readonly PresetReading[];
}

const tried = signal<Tried | null>(null);
/** How many presets of how many are tried; null while none are. */
export const tryingPresets = signal<Progress | null>(null);

const runs = createLatest();

/** What the open network reads in this picture with every preset that was tried on it. */
export function readingsOf(file: File | null): readonly PresetReading[] {
  const found = tried.value;
  const same = found !== null && found.picture === file && found.network === bytesOfNetwork() && found.fit === fit.value;
  return same ? found.readings : [];
}

/** Tries every preset on the picture that is shown. */
export async function tryPresets(): Promise<void> {
  const file = picture.value;
  if (file === null) return;
  const signalOf = runs.next();
  const of = { picture: file, fit: fit.value, network: bytesOfNetwork() };
  tried.value = { ...of, readings: [] };
  tryingPresets.value = { done: 0, total: 0 };
  await attempt(problems.look, signalOf, () =>
    engine().presets(file, of.fit, signalOf, ({ reading, ...progress }) => {
      tryingPresets.value = progress;
      tried.value = { ...of, readings: [...(tried.value?.readings ?? []), reading] };
    }),
  );
  if (!signalOf.aborted) tryingPresets.value = null;
}

export function stopPresets(): void {
  runs.stop();
  tryingPresets.value = null;
}

/** Tries the presets unasked on every picture for which nobody has chosen one. Whoever chooses ends the trial. */
export function keepTryingPresets(): void {
  effect(() => {
    // Another picture, or another network, is another trial.
    const asks = undecided.value && subject.value !== null;
    untracked(() => {
      if (!asks) stopPresets();
      else if (readingsOf(picture.value).length === 0) void tryPresets();
    });
  });
}
