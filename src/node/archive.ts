import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { cacheFolder } from './cache_folder.js';

/**
 * The npm package `@sparticuz/chromium` contains a Linux x64 Chrome and a software Vulkan device (SwiftShader) as Brotli archives.
 * Pathlight uses the package where it is installed: in a checkout as a development dependency, or beside the library if a user installs it.
 */
const PACKAGE = '@sparticuz/chromium';

/** The folder of the installed package; undefined where it is not installed. */
export function findChromiumPackage(): string | undefined {
  const require = createRequire(import.meta.url);
  // The package is found by its folder, not by its entry point, so that none of its code runs.
  const folders = (require.resolve.paths(PACKAGE) ?? []).map((modules) => join(modules, PACKAGE));
  return folders.find((folder) => existsSync(join(folder, 'bin', 'swiftshader.tar.br')));
}

/**
 * Unpacks archives of the package's `bin` into one folder, once, and returns the folder. `x.tar.br` gives its files, `x.br` an executable
 * `x`. Concurrent processes each unpack into a folder of their own. The first to finish renames its folder into place, so nobody ever sees
 * half an archive. The package's version is part of the folder's name, so each version has its own folder. A folder whose files are not those
 * that were unpacked is replaced.
 */
export async function unpackArchives(packageFolder: string, name: string, archives: readonly string[]): Promise<string> {
  const require = createRequire(join(packageFolder, 'package.json'));
  const { version } = require('./package.json') as { version: string };
  // The package itself depends on this tar reader, so this library needs none.
  const { extract } = require('tar-fs') as { extract(folder: string): Writable };

  const cache = await cacheFolder(dirname(dirname(packageFolder)));
  const place = join(cache, `${name}-${version}`);
  if (await isWhole(place)) return place;
  await removeAbandoned(cache, `.${name}-`);
  const scratch = await mkdtemp(join(cache, `.${name}-`));
  try {
    for (const archive of archives) {
      const target = archive.endsWith('.tar.br')
        ? extract(scratch)
        : createWriteStream(join(scratch, basename(archive, '.br')), { mode: 0o755 });
      await pipeline(createReadStream(join(packageFolder, 'bin', archive)), createBrotliDecompress(), target);
    }
    await writeFile(join(scratch, CONTENTS), JSON.stringify(await contentsOf(scratch)));
    if (await isTaken(scratch, place)) {
      // What is damaged is moved away, not emptied: another process may have loaded it.
      await rename(place, `${scratch}-damaged`).catch(() => undefined);
      if (await isTaken(scratch, place)) throw new Error(`${place} is damaged, and cannot be replaced`);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
    // A process that loaded it may write into it meanwhile. What is left is removed with what is abandoned.
    await rm(`${scratch}-damaged`, { recursive: true, force: true }).catch(() => undefined);
  }
  return place;
}

/** Renames `scratch` to `place`. Answers whether a damaged folder has the place; a whole one, of a process that was first, stays there. */
async function isTaken(scratch: string, place: string): Promise<boolean> {
  try {
    await rename(scratch, place);
    return false;
  } catch (error) {
    if (!existsSync(place)) throw error;
    return !(await isWhole(place));
  }
}

/** Lists the files of an unpacked archive, so that one that was cut off, overwritten or removed is seen. */
const CONTENTS = '.contents.json';

/** Size and time of change of every file below a folder, `CONTENTS` aside. */
async function contentsOf(folder: string): Promise<Record<string, readonly [bytes: number, changed: number]>> {
  const contents: Record<string, readonly [number, number]> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const found = await lstat(join(folder, name));
    if (!found.isDirectory() && name !== CONTENTS) contents[name] = [found.size, found.mtimeMs];
  }
  return contents;
}

async function isWhole(folder: string): Promise<boolean> {
  try {
    return (await readFile(join(folder, CONTENTS), 'utf8')) === JSON.stringify(await contentsOf(folder));
  } catch {
    return false;
  }
}

/** Unpacking takes seconds: what is older than this was left behind by a process that was killed. */
const ABANDONED = 3_600_000;

async function removeAbandoned(cache: string, prefix: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = join(cache, name);
    const isOld = async () => Date.now() - (await lstat(folder)).mtimeMs > ABANDONED;
    if (name.startsWith(prefix) && (await isOld().catch(() => false))) await rm(folder, { recursive: true, force: true });
  }
}
