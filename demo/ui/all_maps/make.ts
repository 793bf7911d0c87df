import { signal } from '@preact/signals';
import { BASELINES } from '../../../src/index.js';
import type { AttributeRequest } from '../../engine/contract/maps.js';
import { OFFERED } from '../../lib/methods.js';
import { type Across, allMaps, allRuns, type Cell, making } from '../state/all_maps.js';
import { settingsOf } from '../state/maps.js';
import { maps, type Settings } from '../state/signals.js';
import { engine, saidBy } from '../state/tasks.js';

/** `row`: one for the maps of a method, which have the same unit. */
export const SCALES = ['own', 'row', 'one'] as const;
/** Whether each map has the colours of its own scale, or several have those of one. */
export const scale = signal<(typeof SCALES)[number]>('own');

/** Makes the map of the last question, the contrast, with every method or every baseline. One after the other: each is shown when it is there. */
export async function makeAll(across: Across): Promise<void> {
  const shown = maps.value;
  const question = shown?.list.at(-1)?.question;
  if (shown === null || question === undefined) return;
  const signalOf = allRuns.next();
  const { subject, settings } = shown;
  if (across === 'both') scale.value = 'row';
  else if (scale.value === 'row') scale.value = 'own';
  const variants = variantsOf(across, settings);
  const cells = variants.map((variant): Cell => ({ settings: variant, outcome: null }));
  allMaps.value = { across, subject, settings, question, cells };
  for (const [at, variant] of variants.entries()) {
    making.value = { at, progress: { done: at, total: variants.length } };
    const outcome = await makeOne({ ...settingsOf(variant), image: subject.image, questions: [question] }, signalOf);
    if (signalOf.aborted) return;
    cells[at] = { settings: variant, outcome };
    allMaps.value = { across, subject, settings, question, cells: [...cells] };
  }
  making.value = null;
}

/** Methods whose maps depend on the baseline that the visitor chooses. */
const WITH_BASELINE = OFFERED.filter(({ baseline }) => baseline === 'start' || baseline === 'cover');

function variantsOf(across: Across, settings: Settings): readonly Settings[] {
  if (across === 'methods') return OFFERED.map(({ name }) => ({ ...settings, method: name }));
  if (across === 'baselines') return BASELINES.map((baseline) => ({ ...settings, baseline }));
  return WITH_BASELINE.flatMap(({ name }) => BASELINES.map((baseline) => ({ ...settings, method: name, baseline })));
}

/** A method that does not fit the network, or needs too much, says so in its place. */
export async function makeOne(request: AttributeRequest, signalOf: AbortSignal): Promise<Cell['outcome']> {
  try {
    const { maps } = await engine().attribute(request, signalOf);
    return maps[0] ?? null;
  } catch (error) {
    return { refused: saidBy(error) };
  }
}
