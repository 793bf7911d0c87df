import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// The type check accepts any path that ends in ?url or ?raw, so a moved file would break the page only when it is built.

const ASSETS = new URL('../../../../demo/engine/inputs/assets.ts', import.meta.url);
/** demo/build/digits.ts makes it when the page is built or served. */
const STRIP = fileURLToPath(new URL('../../../../demo/.cache/digits.bin', import.meta.url));

test('every shipped file is where the page imports it from', async () => {
  const source = await readFile(ASSETS, 'utf8');
  const paths = Array.from(source.matchAll(/from '([^']+)\?(?:url|raw)'/g), ([, path]) => fileURLToPath(new URL(path ?? '', ASSETS)));
  expect(paths).toHaveLength(9);
  expect(paths.filter((path) => path !== STRIP && !existsSync(path))).toEqual([]);
  expect(paths).toContain(STRIP);
});
