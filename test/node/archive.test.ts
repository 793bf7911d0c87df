import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findChromiumPackage, unpackArchives } from '../../src/node/archive.js';

let modules: string;
let installed: string;
beforeEach(() => {
  modules = join(mkdtempSync(join(tmpdir(), 'pathlight-archive-')), 'node_modules');
  installed = join(modules, '@sparticuz', 'chromium');
  mkdirSync(join(installed, 'bin'), { recursive: true });
  writeFileSync(join(installed, 'package.json'), '{ "version": "1.2.3" }');
  writeFileSync(join(installed, 'bin', 'tool.br'), brotliCompressSync('the tool'));
  const real = createRequire(join(findChromiumPackage()!, 'package.json')).resolve('tar-fs/package.json');
  symlinkSync(dirname(real), join(modules, 'tar-fs'), 'dir');
});
afterEach(() => rmSync(dirname(modules), { recursive: true }));

test('unpacks once, into a folder that names the version', async () => {
  const folder = await unpackArchives(installed, 'tools', ['tool.br']);
  expect(folder).toBe(join(modules, '.cache', 'pathlight', 'tools-1.2.3'));
  expect(readFileSync(join(folder, 'tool'), 'utf8')).toBe('the tool');
  expect(statSync(join(folder, 'tool')).mode & 0o111).not.toBe(0);
  rmSync(join(installed, 'bin'), { recursive: true });
  expect(await unpackArchives(installed, 'tools', ['tool.br'])).toBe(folder);
});

test('those that race get the same folder, and nothing else is left', async () => {
  const folders = await Promise.all(Array.from({ length: 4 }, () => unpackArchives(installed, 'tools', ['tool.br'])));
  expect(new Set(folders).size).toBe(1);
  expect(readdirSync(dirname(folders[0]!))).toEqual(['tools-1.2.3']);
});

test('the folder of the first stays where a second has begun before and ends later: what is in it may have been loaded', async () => {
  const large = brotliCompressSync(Buffer.alloc(2 ** 24), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
  writeFileSync(join(installed, 'bin', 'large.br'), large);
  const second = unpackArchives(installed, 'tools', ['large.br', 'tool.br']);
  const folder = await unpackArchives(installed, 'tools', ['tool.br']);
  const { ino } = statSync(folder);
  expect(await second).toBe(folder);
  expect(statSync(folder).ino).toBe(ino);
  expect(readdirSync(dirname(folder))).toEqual(['tools-1.2.3']);
});

test('what could not be unpacked leaves nothing behind', async () => {
  writeFileSync(join(installed, 'bin', 'broken.br'), 'no Brotli');
  await expect(unpackArchives(installed, 'tools', ['tool.br', 'broken.br'])).rejects.toThrow();
  expect(readdirSync(join(modules, '.cache', 'pathlight'))).toEqual([]);
});

test.each<[string, (file: string) => void]>([
  ['cut off', (file) => writeFileSync(file, 'the')],
  ['overwritten', (file) => writeFileSync(file, 'the loot')],
  ['removed', (file) => rmSync(file)],
])('what was %s since is unpacked again', async (_, damage) => {
  const tool = join(await unpackArchives(installed, 'tools', ['tool.br']), 'tool');
  damage(tool);
  await unpackArchives(installed, 'tools', ['tool.br']);
  expect(readFileSync(tool, 'utf8')).toBe('the tool');
  expect(readdirSync(join(modules, '.cache', 'pathlight'))).toEqual(['tools-1.2.3']);
});

test('what a killed process left behind is removed by the next that unpacks, and what another one unpacks now is not', async () => {
  const cache = join(modules, '.cache', 'pathlight');
  for (const name of ['.tools-old', '.tools-new']) mkdirSync(join(cache, name), { recursive: true, mode: 0o700 });
  utimesSync(join(cache, '.tools-old'), 0, 0);
  await unpackArchives(installed, 'tools', ['tool.br']);
  expect(readdirSync(cache)).toEqual(['.tools-new', 'tools-1.2.3']);
});
