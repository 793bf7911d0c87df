import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutputFolder } from '../../src/cli/output_folder.js';

let root: string;
let out: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pathlight-out-'));
  out = join(root, 'out');
});
afterEach(() => rmSync(root, { recursive: true }));

async function write(files: Record<string, string>, below = ''): Promise<void> {
  const folder = await OutputFolder.open(out);
  try {
    await folder.write(below, files);
  } finally {
    await folder.close();
  }
}

test('files are replaced all together, and nothing else is left', async () => {
  await write({ 'a.png': 'old', 'result.json': 'old' });
  await write({ 'a.png': 'new', 'result.json': 'new', 'b.png': 'new' });
  expect(readdirSync(out).map((name) => `${name} ${readFileSync(join(out, name), 'utf8')}`)).toEqual([
    'a.png new',
    'b.png new',
    'result.json new',
  ]);
  expect(readdirSync(root)).toEqual(['out']);
});

test('where one file cannot be replaced, all are as before', async () => {
  await write({ 'a.png': 'old' });
  mkdirSync(join(out, 'result.json'));
  await expect(write({ 'a.png': 'new', 'b.png': 'new', 'result.json': 'new' })).rejects.toThrow(
    'result.json: cannot be written, it is a folder',
  );
  expect(readdirSync(out)).toEqual(['a.png', 'result.json']);
  expect(readFileSync(join(out, 'a.png'), 'utf8')).toBe('old');
});

test('temporary folders of killed processes are removed, those of running ones and of other machines are not', async () => {
  // No process has an id as large as this (Linux ends at 2^22).
  const names = {
    dead: `.pathlight-${hostname()}-99999999-abc`,
    running: `.pathlight-${hostname()}-${process.ppid}-abc`,
    other: '.pathlight-elsewhere-99999999-abc',
  };
  mkdirSync(out);
  for (const name of Object.values(names)) mkdirSync(join(out, name));
  writeFileSync(join(out, names.dead, 'a.png'), 'half');
  await write({ 'a.png': 'new' });
  expect(readdirSync(out).sort()).toEqual([names.other, names.running, 'a.png'].sort());
});
