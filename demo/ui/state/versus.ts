import { computed, signal } from '@preact/signals';
import type { Preset } from '../../../src/index.js';
import type { CompareAnswer } from '../../engine/contract/maps.js';
import type { ModelSource, UndecidedNetwork } from '../../engine/contract/models.js';
import { DIGIT_NETWORKS, readsScenes, SCENE_NETWORKS, type ShippedModel } from '../../lib/shipped.js';
import { sortFiles } from '../lib/given_files.js';
import { arrival, isArrival } from './arrival.js';
import { bytesOf, describedBy } from './input.js';
import { settingsOf } from './maps.js';
import { type Maps, maps, model, problems, repaired } from './signals.js';
import { attempt, createLatest, engine } from './tasks.js';

// Two networks, one picture.

/** A second network of the visitor's, beside the shipped ones. */
export const secondOwn = signal<Exclude<ModelSource, { shipped: ShippedModel }> | null>(null);
const chosen = signal<ShippedModel | 'own' | null>(null);

/** The networks that can be set beside the open one: those of its kind. */
export const others = computed<readonly (ShippedModel | 'own')[]>(() => [
  ...(readsScenes(model.value?.shipped) ? SCENE_NETWORKS : DIGIT_NETWORKS).filter((name) => name !== model.value?.shipped),
  ...(secondOwn.value === null ? [] : (['own'] as const)),
]);
export const other = computed(() => others.value.find((name) => name === chosen.value) ?? others.value[0] ?? 'digits');

/** What the other network makes of the picture of these maps. */
export const versus = signal<{ readonly of: Maps; readonly edited: boolean; readonly answer: CompareAnswer | UndecidedNetwork } | null>(
  null,
);
export const comparingNetworks = signal(false);

export function setOther(name: ShippedModel | 'own'): void {
  chosen.value = name;
  versus.value = null;
}

const runs = createLatest();

/** Asks the other network the last question of the maps, and what it reads after the edit that turned the open one. */
export async function compareNetworks(): Promise<void> {
  const current = maps.value;
  const question = current?.list.at(-1)?.question;
  const source = other.value === 'own' ? secondOwn.value : { shipped: other.value };
  if (current === null || question === undefined || source === null) return;
  const signalOf = runs.next();
  const found = repaired.value;
  const edited = found?.repair.repaired ? found.after : isArrival.value ? arrival.after : null;
  comparingNetworks.value = true;
  const answer = await attempt(problems.versus, signalOf, () =>
    engine().compare({ ...settingsOf(current.settings), other: source, question, picture: current.subject.picture, edited }, signalOf),
  );
  if (signalOf.aborted) return;
  comparingNetworks.value = false;
  versus.value = answer === undefined ? null : { of: current, edited: edited !== null, answer };
}

export function stopComparing(): void {
  runs.stop();
  comparingNetworks.value = false;
}

/** Says how pixels become the numbers of the visitor's second network, and asks it. */
export async function chooseSecondPreset(preset: Preset): Promise<void> {
  if (secondOwn.value === null) return;
  secondOwn.value = { ...secondOwn.value, preset };
  await compareNetworks();
}

/** Takes the file of a second network, and what belongs to it. */
export async function takeSecond(files: readonly File[]): Promise<void> {
  const given = sortFiles(files);
  if (given.network === undefined) {
    problems.versus.value = { page: (text) => text.notPicture(files.map(({ name }) => name)) };
    return;
  }
  secondOwn.value = { ...(await describedBy(given)), name: given.network.name, bytes: await bytesOf(given.network) };
  setOther('own');
  await compareNetworks();
}
