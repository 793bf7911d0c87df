import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SHIPPED } from '../../../demo/lib/shipped.js';
import { en } from '../../../demo/ui/i18n/en.js';
import { es } from '../../../demo/ui/i18n/es.js';
import { loadScene, SCENES } from '../../../demo/ui/scenes/scene_pictures.js';

// The rendered pictures that the page offers.

test('every picture has an address and a name of its own, which the address of the page can hold', () => {
  expect(SCENES.length).toBeGreaterThanOrEqual(6);
  expect(new Set(SCENES.map(({ url }) => url)).size).toBe(SCENES.length);
  for (const { name, thing } of SCENES) expect(name).toMatch(new RegExp(`^${thing}-[a-z]+$`));
});

test('every class of the networks has a name in both languages, and every network that is shipped one in the list', () => {
  const { labels }: { labels: string[] } = JSON.parse(readFileSync('models/scenes.json', 'utf8'));
  expect(Object.keys(es.things)).toEqual(labels);
  for (const { look } of [en, es]) {
    expect(Object.keys(look.models).sort()).toEqual([...SHIPPED].sort());
  }
  for (const { thing, read } of SCENES) {
    for (const label of [thing, ...Object.values(read)]) expect(labels).toContain(label);
  }
});

test('articles', () => {
  expect(en.stage.butIs('apple')).toBe('It is an apple.');
  expect(en.stage.butIs('7')).toBe('It is a 7.');
  expect(es.stage.butIs('manzana')).toBe('Es una manzana.');
  expect(es.stage.butIs('pez')).toBe('Es un pez.');
});

test('a picture that is not there is told by its name', async () => {
  const missing = { ...SCENES[0]!, name: 'gone', url: 'http://127.0.0.1:9/gone.png' };
  await expect(loadScene(missing, new AbortController().signal)).rejects.toMatchObject({
    code: 'page.not-loaded',
    values: { model: 'gone.png' },
  });
});
