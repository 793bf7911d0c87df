import { effect, signal, untracked } from '@preact/signals';
import type { Picture } from '../../../src/index.js';
import type { PresetReading } from '../../engine/contract/models.js';
import type { Progress } from '../../engine/contract/progress.js';
import type { Fit } from '../../lib/fits.js';
import { bytesOfNetwork, fit, picture } from './input.js';
import { problems, subject, undecided } from './signals.js';
import { attempt, createLatest, engine } from './tasks.js';

/** What a network reads in a picture with every preset that was tried. */
interface Tried {
  readonly shown: File | Picture;
  readonly fit: Fit;
  readonly network: Uint8Array | null;
  readonly readings: readonly PresetReading[];
}

const tried = signal<Tried | null>(null);
/** How many presets of how many are tried; null while none are. */
export const tryingPresets = signal<Progress | null>(null);

const runs = createLatest();

/** The picture that presets are tried on: the visitor's file, or the digit or drawing that is shown. null where there is none, and while the camera is live. */
export function presetPicture(): File | Picture | null {
  const current = subject.value;
  if (current === null || current.origin === 'camera') return null;
  return current.origin === 'picture' ? picture.value : current.picture;
}

/** What the open network reads in this picture with every preset that was tried on it. */
export function readingsOf(shown: File | Picture | null): readonly PresetReading[] {
  const found = tried.value;
  const same = found !== null && found.shown === shown && found.network === bytesOfNetwork() && found.fit === fit.value;
  return same ? found.readings : [];
}

/** Tries every preset on the picture that is shown. */
export async function tryPresets(): Promise<void> {
  const shown = presetPicture();
  if (shown === null) return;
  const signalOf = runs.next();
  const of = { shown, fit: fit.value, network: bytesOfNetwork() };
  tried.value = { ...of, readings: [] };
  tryingPresets.value = { done: 0, total: 0 };
  await attempt(problems.look, signalOf, () =>
    engine().presets(shown, of.fit, signalOf, ({ reading, ...progress }) => {
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
    const asks = undecided.value && presetPicture() !== null;
    untracked(() => {
      if (!asks) stopPresets();
      else if (readingsOf(presetPicture()).length === 0) void tryPresets();
    });
  });
}
