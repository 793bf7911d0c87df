import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tuningFile } from '../../src/node/tuning_file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tuning-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const storeOf = (version: string) => tuningFile(async () => folder, version);
const CARD = { 'a class': '64 x 64' };

test('winners are kept by adapter, and nothing lies beside the file', async () => {
  await storeOf('1.0.0').save('a card', CARD);
  await storeOf('1.0.0').save('another', { 'a class': 'registers' });
  expect(await storeOf('1.0.0').load('a card')).toEqual(CARD);
  expect(await storeOf('1.0.0').load('another')).toEqual({ 'a class': 'registers' });
  expect(await storeOf('1.0.0').load('a third')).toEqual({});
  expect(readdirSync(folder)).toEqual(['tuning.json']);
});

test('another version of the program begins anew', async () => {
  await storeOf('1.0.0').save('a card', CARD);
  expect(await storeOf('1.1.0').load('a card')).toEqual({});
  await storeOf('1.1.0').save('another', {});
  expect(JSON.parse(readFileSync(join(folder, 'tuning.json'), 'utf8'))).toEqual({ version: '1.1.0', adapters: { another: {} } });
});

test.each(['', '{', '[]', 'null', '7', '{"version":"1.0.0"}', '{"version":"1.0.0","adapters":null}'])(
  'a file that holds %j is replaced',
  async (text) => {
    writeFileSync(join(folder, 'tuning.json'), text);
    expect(
      await storeOf('1.0.0')
        .load('a card')
        .catch(() => ({})),
    ).toEqual({});
    await storeOf('1.0.0').save('a card', CARD);
    expect(await storeOf('1.0.0').load('a card')).toEqual(CARD);
  },
);

test('without a folder to trust nothing is kept', async () => {
  const store = tuningFile(async () => undefined, '1.0.0');
  await store.save('a card', CARD);
  expect(await store.load('a card')).toEqual({});
});
