import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PLACE_NAMES, type PlaceName } from '../../scripts/scenes/places.js';
import { render, type Scene, SIDE } from '../../scripts/scenes/render.js';
import { SETS, sceneOf } from '../../scripts/scenes/sets.js';
import { THING_NAMES, type ThingName } from '../../scripts/scenes/things.js';
import { attribute, createSession, pixelLayout, predict, repair, sumChannels, toValues } from '../../src/index.js';
import { decodePicture } from '../../src/node/index.js';

// The rendered pictures, the networks that were trained on them, and what models/scenes says of both.

interface ShippedPicture extends Scene {
  readonly file: string;
  readonly read: Readonly<Record<string, string>>;
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const { pictures, maps }: { pictures: ShippedPicture[]; maps: { onThing: Record<string, number> } } =
  readJson('models/scenes/pictures.json');
const accuracy = readJson('models/scenes/accuracy.json');
const NETWORKS = ['scenes', 'scenes-naive'] as const;

/** In float64, on the processor. */
async function open(name: string) {
  return createSession(readFileSync(`models/${name}.onnx`), { sideFile: readJson(`models/${name}.json`) });
}
const pictureOf = async (file: string) => (await decodePicture(readFileSync(`models/scenes/${file}`))).picture;

describe('the renderer', () => {
  test.each(pictures)('draws $file', async (scene) => {
    const { data } = render(scene).picture;
    const shipped = (await pictureOf(scene.file)).data;
    expect(shipped.length).toBe(data.length);
    // Math.sin and its like may differ by an ulp between versions of V8: then a ray at an edge meets another surface, and no more than a few do.
    const different = data.reduce((sum, value, i) => sum + Number(Math.abs(value - shipped[i]!) > 1), 0);
    expect(different / data.length).toBeLessThan(0.01);
  });

  test('the thing is where its cover says: without it the picture is the place alone', () => {
    const { cover } = render({ thing: 'ball', place: 'snow', seed: 1 });
    expect(cover.length).toBe(SIDE * SIDE);
    const share = cover.reduce((sum, value) => sum + value, 0) / (255 * cover.length);
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.5);
    expect(cover[0]).toBe(0);
  });

  test('another seed is another picture, the same seed the same', () => {
    const [one, same, other] = [1, 1, 2].map((seed) => render({ thing: 'car', place: 'road', seed }).picture.data);
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });
});

describe('the sets', () => {
  const [train, home, testing] = SETS;
  const pairs = (set: (typeof SETS)[number]) => {
    const counts = new Map<string, number>();
    for (let i = 0; i < set.count; i++) {
      const { thing, place } = sceneOf(set, i);
      counts.set(`${thing} ${place}`, (counts.get(`${thing} ${place}`) ?? 0) + 1);
    }
    return counts;
  };
  const isHome = (pair: string) => {
    const [thing, place] = pair.split(' ') as [ThingName, PlaceName];
    return THING_NAMES.indexOf(thing) === PLACE_NAMES.indexOf(place);
  };

  test.each([
    ['train', train!, 200],
    ['test', testing!, 50],
  ])('%s has every thing in every place equally often', (_, set, each) => {
    expect([...pairs(set).values()]).toEqual(new Array(64).fill(each));
  });

  test('train-home has one picture in fifty away from home, in every other place', () => {
    const counts = [...pairs(home!)];
    expect(counts).toHaveLength(64);
    const away = counts.filter(([pair]) => !isHome(pair)).reduce((sum, [, count]) => sum + count, 0);
    expect(away / home!.count).toBe(0.02);
  });

  test('no seed is in two sets', () => {
    const ends = SETS.map(({ seed, count }) => [seed, seed + count]).sort((a, b) => a[0]! - b[0]!);
    for (const [i, [start]] of ends.entries()) if (i > 0) expect(start).toBeGreaterThanOrEqual(ends[i - 1]![1]!);
  });
});

describe.each(NETWORKS)('%s', (name) => {
  const told = accuracy.models[name];

  test('is the file whose accuracy was measured', () => {
    const bytes = readFileSync(`models/${name}.onnx`);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(told.sha256);
    expect(told.bytes).toBe(bytes.length);
    const all = told.confusion.flat().reduce((sum: number, count: number) => sum + count, 0);
    const right = told.confusion.reduce((sum: number, row: number[], i: number) => sum + row[i]!, 0);
    expect(all).toBe(accuracy.testImages);
    expect(right / all).toBeCloseTo(told.testAccuracy, 4);
  });

  test('reads the shipped pictures as models/scenes/pictures.json says', async () => {
    const session = await open(name);
    const images = await Promise.all(pictures.map(async ({ file }) => toValues(await pictureOf(file), session.preprocessing)));
    expect((await predict(session, images)).map(({ label }) => label)).toEqual(pictures.map(({ read }) => read[name]));
  });

  test('README.md has its numbers', () => {
    const readme = readFileSync('models/scenes/README.md', 'utf8');
    const percent = (share: number, digits = 2) => `${(100 * share).toFixed(digits)}%`;
    for (const share of [told.testAccuracy, told.atHome, told.elsewhere]) expect(readme).toContain(percent(share));
    expect(readme).toContain(percent(maps.onThing[name]!, 1));
    expect(readme).toContain(percent(maps.onThing.cover!, 1));
    expect(readme).toContain(told.misreadElsewhere.toLocaleString('en'));
    expect(readme).toContain(told.misreadAsThePlacesThing.toLocaleString('en'));
  });
});

test('a car on a meadow: the map of the network that knows cars lies more on the car, and an edit turns the other one', async () => {
  const { seed } = pictures.find(({ file }) => file === 'car-meadow.png')!;
  const { cover } = render({ thing: 'car', place: 'meadow', seed });
  const picture = await pictureOf('car-meadow.png');
  const onCar = async (name: string) => {
    const session = await open(name);
    const [{ values }] = await attribute(session, toValues(picture, session.preprocessing), { steps: 8 });
    const map = sumChannels(values, pixelLayout(session.preprocessing)).map(Math.abs);
    return map.reduce((sum, value, i) => sum + (value * cover[i]!) / 255, 0) / map.reduce((sum, value) => sum + value, 0);
  };
  expect(await onCar('scenes')).toBeGreaterThan(await onCar('scenes-naive'));
  const session = await open('scenes-naive');
  const found = await repair(session, toValues(picture, session.preprocessing), { target: 'car', strategy: 'flip', steps: 8, prove: 0 });
  expect(found.repaired).toBe(true);
  expect(found.verified).toEqual({ cpu: true, png: true });
});
