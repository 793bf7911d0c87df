import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PathlightError } from '../index.js';

/** Temporary folders of this process. */
const stagings = new Set<string>();

/** Removes the temporary folders synchronously, for a process that a signal ends. */
export function removeStagings(): void {
  for (const staging of stagings) rmSync(staging, { recursive: true, force: true });
}

/**
 * The folder that a command writes into. Files are first written into a temporary folder on the same disk and then renamed into place, all
 * files of an input together. So a command that fails leaves nothing half-written, and existing files stay until they are replaced.
 */
export class OutputFolder {
  private constructor(
    /** The path that the user gave. */
    readonly path: string,
    private readonly staging: string,
  ) {}

  /** Throws PathlightError if the folder cannot be written. The folder itself is made with the first files. */
  static async open(path: string): Promise<OutputFolder> {
    let ancestor = resolve(path);
    while (!existsSync(ancestor)) ancestor = dirname(ancestor);
    try {
      if (!(await stat(ancestor)).isDirectory()) throw new PathlightError('out.file', { path, file: otherFile(path, ancestor) });
      const staging = await mkdtemp(join(ancestor, '.pathlight-'));
      stagings.add(staging);
      return new OutputFolder(path, staging);
    } catch (error) {
      throw explain(path, error);
    }
  }

  /** Writes a file into the temporary folder, and reads it back. */
  async roundTrip(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    try {
      const path = join(this.staging, name);
      await writeFile(path, bytes);
      return await readFile(path);
    } catch (error) {
      throw explain(this.path, error);
    }
  }

  /** Writes these files into a folder below this one (`''` is this one), replacing files of the same names. Returns the folder. */
  async write(below: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
    const target = join(this.path, below);
    try {
      for (const [name, content] of Object.entries(files)) await writeFile(join(this.staging, name), content);
      await mkdir(target, { recursive: true });
      for (const name of Object.keys(files)) await rename(join(this.staging, name), join(target, name));
    } catch (error) {
      throw explain(target, error);
    }
    return target;
  }

  /** Removes the temporary folder. */
  async close(): Promise<void> {
    await rm(this.staging, { recursive: true, force: true });
    stagings.delete(this.staging);
  }
}

/** A file where a folder should be; null if it is the path itself. */
function otherFile(path: string, ancestor: string): string | null {
  return resolve(path) === ancestor ? null : ancestor;
}

function explain(path: string, error: unknown): unknown {
  if (error instanceof PathlightError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error : new PathlightError('out.unwritable', { path, detail: code });
}
