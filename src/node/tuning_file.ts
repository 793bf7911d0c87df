import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { TuningStore, Winners } from '../gpu/tuning/tuner.js';
import { userFolder } from './cache_folder.js';

/** What the file holds: of this version of the program, winners by adapter. Another version has other kernels. */
interface Kept {
  readonly version: string;
  readonly adapters: Readonly<Record<string, Winners>>;
}

/**
 * A file in the user's cache folder that keeps which kernels are fastest, `tuning.json`. Where there is no such folder nothing is kept. A file that
 * cannot be read, or is of another version, counts as empty. What `openDawn` gives keeps its winners there without being told.
 *
 * @example const options: SessionOptions = { tuningStore: tuningFile() };
 */
export function tuningFile(folder: () => Promise<string | undefined> = userFolder, version: string = packageJson.version): TuningStore {
  const read = async (path: string): Promise<Kept['adapters']> => {
    const kept: unknown = JSON.parse(await readFile(path, 'utf8').catch(() => 'null'));
    return isKept(kept) && kept.version === version ? kept.adapters : {};
  };
  return {
    async load(adapter) {
      const own = await folder();
      if (own === undefined) return {};
      return (await read(join(own, NAME)))[adapter] ?? {};
    },
    async save(adapter, winners) {
      const own = await folder();
      if (own === undefined) return;
      const path = join(own, NAME);
      const known = await read(path).catch(() => ({}));
      const adapters = { ...known, [adapter]: winners };
      // Renamed into place: another process never reads half a file.
      const written = `${path}.${randomUUID()}`;
      try {
        await writeFile(written, `${JSON.stringify({ version, adapters } satisfies Kept, undefined, 2)}\n`, { mode: 0o600 });
        await rename(written, path);
      } catch (error) {
        await rm(written, { force: true });
        throw error;
      }
    },
  };
}

const NAME = 'tuning.json';

function isKept(kept: unknown): kept is Kept {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'version' in kept &&
    'adapters' in kept &&
    typeof kept.adapters === 'object' &&
    kept.adapters !== null
  );
}
