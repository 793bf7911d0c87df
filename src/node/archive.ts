import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

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
 * half an archive. The package's version is part of the folder's name, so each version has its own folder.
 */
export async function unpackArchives(packageFolder: string, name: string, archives: readonly string[]): Promise<string> {
  const require = createRequire(join(packageFolder, 'package.json'));
  const { version } = require('./package.json') as { version: string };
  // The package itself depends on this tar reader, so this library needs none.
  const { extract } = require('tar-fs') as { extract(folder: string): Writable };

  const cache = await cacheFolder(packageFolder);
  const place = join(cache, `${name}-${version}`);
  if (existsSync(place)) return place;
  const scratch = await mkdtemp(join(cache, `.${name}-`));
  try {
    for (const archive of archives) {
      const target = archive.endsWith('.tar.br')
        ? extract(scratch)
        : createWriteStream(join(scratch, basename(archive, '.br')), { mode: 0o755 });
      await pipeline(createReadStream(join(packageFolder, 'bin', archive)), createBrotliDecompress(), target);
    }
    await rename(scratch, place).catch((error: unknown) => {
      if (!existsSync(place)) throw error; // Otherwise another process was first.
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return place;
}

/** A writable folder for unpacked files: in the `node_modules` that holds the package, else a temporary one. */
async function cacheFolder(packageFolder: string): Promise<string> {
  const modules = dirname(dirname(packageFolder));
  const candidates = [join(modules, '.cache', 'pathlight'), join(tmpdir(), `pathlight-${process.getuid?.() ?? 'user'}`)];
  for (const folder of candidates) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.W_OK | constants.X_OK);
      return folder;
    } catch {
      // Not writable: try the next one.
    }
  }
  throw new Error(`no writable folder for unpacked archives among ${candidates.join(', ')}`);
}
