import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
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
      return new OutputFolder(path, await stage(ancestor));
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

  /**
   * Writes these files into a folder below this one (`''` is this one), replacing files of the same names. All are replaced or, where one cannot be,
   * none. Returns the folder.
   */
  async write(below: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
    const target = join(this.path, below);
    let made: string | undefined;
    try {
      made = await mkdir(target, { recursive: true });
      // In the folder itself, since files cannot be renamed from one mount to another.
      const staging = await stage(target);
      try {
        for (const [name, content] of Object.entries(files)) await writeFile(join(staging, name), content);
        await replaceAll(staging, target, Object.keys(files));
      } finally {
        await unstage(staging);
      }
    } catch (error) {
      if (made !== undefined) await rm(made, { recursive: true, force: true });
      throw explain(target, error);
    }
    return target;
  }

  /** Removes the temporary folder. */
  async close(): Promise<void> {
    await unstage(this.staging);
  }
}

/** Makes a temporary folder in a folder, and removes those of processes that were killed. */
async function stage(folder: string): Promise<string> {
  for (const name of await readdir(folder)) {
    if (isAbandoned(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
  const staging = await mkdtemp(join(folder, `${PREFIX}${process.pid}-`));
  stagings.add(staging);
  return staging;
}

async function unstage(staging: string): Promise<void> {
  await rm(staging, { recursive: true, force: true });
  stagings.delete(staging);
}

/** What temporary folders of this machine are called; the process follows. Those of other machines on a shared disk may be in use. */
const PREFIX = `.pathlight-${hostname()}-`;

function isAbandoned(name: string): boolean {
  const [process] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-') : [];
  return process !== undefined && /^\d+$/.test(process) && !isRunning(Number(process));
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Puts staged files in the place of those in a folder. Where one cannot be replaced, all are as before. */
async function replaceAll(staging: string, target: string, names: readonly string[]): Promise<void> {
  const done: { readonly name: string; readonly kept: boolean }[] = [];
  try {
    for (const name of names) {
      const place = join(target, name);
      const found = await stat(place).catch(() => undefined);
      if (found?.isDirectory()) throw new PathlightError('out.unwritable', { path: place, detail: 'it is a folder' });
      // A copy, so that a process that is ended here leaves the old file or the new one. A link stays a link.
      if (found) await cp(place, join(staging, `before-${name}`), { verbatimSymlinks: true });
      done.push({ name, kept: found !== undefined });
      await rename(join(staging, name), place);
    }
  } catch (error) {
    for (const { name, kept } of done) {
      await rm(join(target, name), { force: true });
      if (kept) await rename(join(staging, `before-${name}`), join(target, name));
    }
    throw error;
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
