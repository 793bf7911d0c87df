import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cacheFolder } from '../../src/node/cache_folder.js';

let root: string;
let modules: string;
let cache: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pathlight-cache-test-'));
  // A file where a folder would have to be: nothing can be written beside the package, whoever runs the test.
  modules = join(root, 'node_modules');
  mkdirSync(modules);
  writeFileSync(join(modules, '.cache'), '');
  cache = join(root, 'cache');
  vi.stubEnv('XDG_CACHE_HOME', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const modeOf = (folder: string) => lstatSync(folder).mode & 0o777;

test("beside the package where that can be written, else in the user's cache; nobody else may enter either", async () => {
  expect(await cacheFolder(modules)).toBe(join(cache, 'pathlight'));
  rmSync(join(modules, '.cache'));
  expect(await cacheFolder(modules)).toBe(join(modules, '.cache', 'pathlight'));
  if (process.platform !== 'win32')
    expect([modeOf(join(cache, 'pathlight')), modeOf(join(modules, '.cache', 'pathlight'))]).toEqual([0o700, 0o700]);
});

test('~/.cache where XDG_CACHE_HOME is not set, or relative', async () => {
  for (const chosen of ['', 'relative']) {
    vi.stubEnv('XDG_CACHE_HOME', chosen);
    vi.stubEnv('HOME', root);
    vi.stubEnv('USERPROFILE', root);
    expect(await cacheFolder(modules)).toBe(join(root, '.cache', 'pathlight'));
  }
});

/** What another user of the machine could have prepared, knowing the name of the folder. */
const planted: [string, (folder: string) => void][] = [
  ['others may write into', (folder) => chmodSync(folder, 0o777)],
  ['the group may write into', (folder) => chmodSync(folder, 0o770)],
  [
    'is a link',
    (folder) => {
      rmSync(folder, { recursive: true });
      mkdirSync(join(root, 'elsewhere'), { mode: 0o700 });
      symlinkSync(join(root, 'elsewhere'), folder);
    },
  ],
  ...(process.getuid?.() === 0
    ? [['belongs to somebody else', (folder: string) => chownSync(folder, 12345, 12345)] as [string, (folder: string) => void]]
    : []),
];
test.skipIf(process.platform === 'win32').each(planted)(
  'a folder that %s is not used: a new one is made, for this process alone',
  async (_, prepare) => {
    const folder = join(cache, 'pathlight');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    prepare(folder);
    const own = await cacheFolder(modules);
    expect([dirname(own), modeOf(own)]).toEqual([tmpdir(), 0o700]);
    expect(await cacheFolder(modules)).toBe(own);
    expect(existsSync(own)).toBe(true);
  },
);

test.skipIf(process.platform === 'win32')('a path with a colon, which would split the list of drivers, is not used', async () => {
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'a:b'));
  expect(dirname(await cacheFolder(modules))).toBe(tmpdir());
});
