import { signal } from '@preact/signals';
import type { PresetReading } from '../../engine/contract.js';
import { fit, picture } from './input.js';
import { problems } from './signals.js';
import { attempt, createLatest, engine } from './tasks.js';

/** What the open network reads in a picture with every preset. */
export const presetReadings = signal<{ readonly of: File; readonly readings: readonly PresetReading[] } | null>(null);
export const tryingPresets = signal(false);

const runs = createLatest();

/** Tries every preset on the picture that is shown. */
export async function tryPresets(): Promise<void> {
  const file = picture.value;
  if (file === null) return;
  const signalOf = runs.next();
  tryingPresets.value = true;
  const readings = await attempt(problems.look, signalOf, () => engine().presets(file, fit.value, signalOf));
  if (signalOf.aborted) return;
  tryingPresets.value = false;
  presetReadings.value = readings === undefined ? null : { of: file, readings };
}

export function stopPresets(): void {
  runs.stop();
  tryingPresets.value = false;
}
