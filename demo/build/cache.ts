import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'demo/.cache');

interface Making {
  /** The name of the file that remembers what the files were made of. */
  readonly key: string;
  /** The paths of all that the files depend on. */
  readonly sources: readonly string[];
  /** Makes the files: their names in demo/.cache, and what they hold. */
  make(): Promise<Readonly<Record<string, Uint8Array | string>>>;
}

/** Makes files that the library computes for the page. This is repeated only if a file that they depend on has changed. */
export async function makeOnce({ key, sources, make }: Making): Promise<void> {
  const hash = createHash('sha256');
  for (const path of sources) hash.update(await readFile(path));
  const now = hash.digest('hex');
  const before = await readFile(join(folder, key), 'utf8').catch(() => '');
  if (before === now) return;
  const files = await make();
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await writeFile(join(folder, key), now);
}

/** A module of the project. Node alone cannot load it: the library's shaders are imported as text. */
export async function load<T>(path: string): Promise<T> {
  return (await runnerImport<T>(join(root, path), { configFile: false, logLevel: 'error' })).module;
}

export async function readBytes(path: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(path));
}
