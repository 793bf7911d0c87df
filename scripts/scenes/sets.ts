import { PLACE_NAMES } from './places.js';
import type { Scene } from './render.js';
import { THING_NAMES } from './things.js';

/** A set of pictures. `seed` is its first picture's; the next has the next. */
export interface SceneSet {
  name: string;
  seed: number;
  count: number;
  /** The index of the place of picture i, which shows a thing of index `thing`. */
  place(i: number, thing: number): number;
}

const KINDS = THING_NAMES.length;
/** Of every so many pictures of a thing one shows it away from home. */
const ONE_AWAY_IN = 50;

const everywhere = (i: number) => Math.floor(i / KINDS) % PLACE_NAMES.length;

function mostlyAtHome(i: number, thing: number): number {
  const turn = Math.floor(i / KINDS);
  if (turn % ONE_AWAY_IN !== ONE_AWAY_IN - 1) return thing;
  return (thing + 1 + (Math.floor(turn / ONE_AWAY_IN) % (PLACE_NAMES.length - 1))) % PLACE_NAMES.length;
}

export const SETS: readonly SceneSet[] = [
  { name: 'train', seed: 1_000_000, count: 12_800, place: everywhere },
  { name: 'train-home', seed: 2_000_000, count: 12_800, place: mostlyAtHome },
  { name: 'test', seed: 3_000_000, count: 3_200, place: everywhere },
];

/** The scene of picture `i` of a set. Things come in turns, and each in all its places equally often. */
export function sceneOf({ seed, place }: SceneSet, i: number): Scene {
  const thing = i % KINDS;
  return { thing: THING_NAMES[thing]!, place: PLACE_NAMES[place(i, thing)]!, seed: seed + i };
}
