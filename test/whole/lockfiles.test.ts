import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// What `npm ci` installs is what was seen when the lock file was written: npm compares every package with its digest, where there is one.

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly link?: boolean; readonly integrity?: string }>>;
}

/** The packages of a lock file without a digest. The project itself and links have none. */
function withoutDigest({ packages }: LockFile): string[] {
  return Object.entries(packages).flatMap(([name, { link, integrity }]) =>
    name === '' || link || integrity?.startsWith('sha512-') ? [] : [name],
  );
}

test.each(['package-lock.json', 'test/oracle/package-lock.json'])('every package of %s has a digest', (path) => {
  const lock: LockFile = JSON.parse(readFileSync(path, 'utf8'));
  expect(Object.keys(lock.packages).length).toBeGreaterThan(5);
  expect(withoutDigest(lock)).toEqual([]);
});

test('a package without one is seen', () => {
  expect(withoutDigest({ packages: { '': {}, 'node_modules/a': {}, 'node_modules/b': { integrity: 'sha512-x' } } })).toEqual([
    'node_modules/a',
  ]);
});
