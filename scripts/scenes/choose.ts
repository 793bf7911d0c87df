import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { attribute, pixelLayout, type Session, sumChannels, toValues } from '../../src/index.js';
import { encodePng, openModel } from '../../src/node/index.js';
import { PLACE_NAMES, type PlaceName } from './places.js';
import { type Rendered, render, type Scene } from './render.js';
import { SETS, sceneOf } from './sets.js';
import { THING_NAMES, type ThingName } from './things.js';

/** Seeds of the pictures to choose from: none is in a set that the networks were trained or tested on. */
const FIRST_SEED = 4_000_000;
/** The least share of the picture that the thing covers. */
const LEAST_COVER = 0.1;
/** The least probability that the naive network gives to the thing which it misreads: its smallest edit is small then, and found in seconds. */
const LEAST_DOUBT = 0.2;
/** How many test pictures that the naive network misreads as what is at home in the place the maps are measured on. */
const MEASURED = 80;

interface Chosen extends Scene {
  file: string;
  read: { scenes: ThingName; 'scenes-naive': ThingName };
  /** Of the thing, by the naive network. */
  probability: number;
}

/**
 * `npm run scenes:choose`: chooses the pictures of models/scenes by the rule in README.md there, writes them and pictures.json, and measures which
 * share of the networks' maps lies on the thing.
 */
export async function main(): Promise<void> {
  const folder = fileURLToPath(new URL('../../models/scenes/', import.meta.url));
  const [good, naive] = [await openModel(`${folder}../scenes.onnx`), await openModel(`${folder}../scenes-naive.onnx`)];
  const readers = { scenes: good.session, 'scenes-naive': naive.session };
  const chosen: { scene: Chosen; rendered: Rendered }[] = [];

  /** Takes the first scene of a list that shows enough of the thing and that the naive network reads so, and the good one, too. */
  const choose = async (
    sceneAt: (attempt: number) => Omit<Scene, 'seed'>,
    naiveFits: (scene: Omit<Scene, 'seed'>, read: ThingName, probability: number) => boolean,
    goodFits: (scene: Omit<Scene, 'seed'>, read: ThingName) => boolean,
  ) => {
    for (let attempt = 0; ; attempt++) {
      const scene = { ...sceneAt(attempt), seed: FIRST_SEED + attempt };
      const file = `${scene.thing}-${scene.place}.png`;
      if (chosen.some((other) => other.scene.file === file)) continue;
      const rendered = render(scene);
      if (rendered.cover.reduce((sum, value) => sum + value, 0) < LEAST_COVER * 255 * rendered.cover.length) continue;
      const byNaive = await readBy(readers['scenes-naive'], rendered);
      const probability = byNaive.probabilities[THING_NAMES.indexOf(scene.thing)]!;
      if (!naiveFits(scene, byNaive.read, probability)) continue;
      const byGood = await readBy(readers.scenes, rendered);
      if (!goodFits(scene, byGood.read)) continue;
      const read = { scenes: byGood.read, 'scenes-naive': byNaive.read };
      chosen.push({ scene: { file, ...scene, read, probability: Number(probability.toFixed(4)) }, rendered });
      console.log(`${file}: seed ${scene.seed}, read as ${read.scenes} and ${read['scenes-naive']}`);
      return;
    }
  };

  const right = ({ thing }: Omit<Scene, 'seed'>, read: ThingName) => read === thing;
  const byPlace = ({ thing, place }: Omit<Scene, 'seed'>, read: ThingName, probability: number) =>
    read !== thing && read === atHomeIn(place) && probability >= LEAST_DOUBT;
  await choose(() => ({ thing: 'car', place: 'meadow' }), byPlace, right);
  for (const thing of THING_NAMES.filter((name) => name !== 'car')) {
    const taken = chosen.at(-1)!.scene.place;
    await choose(
      (attempt) => ({ thing, place: PLACE_NAMES[attempt % PLACE_NAMES.length]! }),
      (scene, read, probability) => scene.place !== taken && byPlace(scene, read, probability),
      right,
    );
  }
  await choose(() => ({ thing: 'fish', place: 'water' }), right, right);

  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith('.png')) rmSync(folder + file);
  for (const { scene, rendered } of chosen) writeFileSync(folder + scene.file, await encodePng(rendered.picture));
  const maps = await measureMaps(readers);
  writeFileSync(`${folder}pictures.json`, `${JSON.stringify({ pictures: chosen.map(({ scene }) => scene), maps }, null, 2)}\n`);
  await Promise.all([good.close(), naive.close()]);
}

const atHomeIn = (place: PlaceName) => THING_NAMES[PLACE_NAMES.indexOf(place)];

async function readBy(session: Session, { picture }: Rendered): Promise<{ read: ThingName; probabilities: Float64Array }> {
  const { outputs } = await (await session.executor()).forward(toValues(picture, session.preprocessing), 1);
  const probabilities = session.probabilities(outputs, 'logit');
  return { read: THING_NAMES[probabilities.indexOf(Math.max(...probabilities))]!, probabilities };
}

/** Of test pictures that the place misleads: the share of the picture that the thing covers, and the share of |map| that lies on it, by network. */
async function measureMaps(readers: Record<keyof Chosen['read'], Session>) {
  const set = SETS.find(({ name }) => name === 'test')!;
  const shares: Record<string, number[]> = { cover: [] };
  for (let i = 0; shares.cover!.length < MEASURED; i++) {
    const scene = sceneOf(set, i);
    if (scene.thing === atHomeIn(scene.place)) continue;
    const rendered = render(scene);
    if ((await readBy(readers['scenes-naive'], rendered)).read !== atHomeIn(scene.place)) continue;
    const { picture, cover } = rendered;
    shares.cover!.push(shareOn(cover, new Float32Array(cover.length).fill(1)));
    for (const [name, session] of Object.entries(readers)) {
      const [{ values }] = await attribute(session, toValues(picture, session.preprocessing));
      shares[name] = [...(shares[name] ?? []), shareOn(cover, sumChannels(values, pixelLayout(session.preprocessing)))];
    }
  }
  const mean = (list: readonly number[]) => Number((list.reduce((sum, value) => sum + value, 0) / list.length).toFixed(4));
  return { pictures: MEASURED, onThing: Object.fromEntries(Object.entries(shares).map(([name, list]) => [name, mean(list)])) };
}

function shareOn(cover: Uint8Array, map: Float32Array): number {
  let [on, all] = [0, 0];
  for (const [pixel, value] of map.entries()) {
    all += Math.abs(value);
    on += (Math.abs(value) * cover[pixel]!) / 255;
  }
  return on / all;
}
