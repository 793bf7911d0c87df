import { rmSync } from 'node:fs';
import { access, constants, lstat, mkdir, mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * A writable folder for unpacked files, which are loaded as code: in the `node_modules` that holds the package, else in the user's own cache. A
 * folder that another user made, or may write into, could hold anything, and so could one that is a link. Where there is no folder to trust, a
 * new one is made that only this process knows; it is removed when the process ends.
 *
 * The Vulkan loader takes a list of paths with a delimiter between them, so no path may have one in it.
 */
export async function cacheFolder(modules: string): Promise<string> {
  for (const folder of [join(modules, '.cache', 'pathlight'), join(userCache(), 'pathlight')]) {
    if (!folder.includes(delimiter) && (await isTrusted(folder))) return folder;
  }
  temporary ??= makeTemporary();
  return temporary;
}

/** The folder of the program in the user's own cache. Undefined where there is none to trust. */
export async function userFolder(): Promise<string | undefined> {
  const folder = join(userCache(), 'pathlight');
  return (await isTrusted(folder)) ? folder : undefined;
}

let temporary: Promise<string> | undefined;

async function makeTemporary(): Promise<string> {
  // Only its owner may enter what mkdtemp makes.
  const folder = await mkdtemp(join(tmpdir(), 'pathlight-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** https://specifications.freedesktop.org/basedir-spec/latest: relative paths are to be ignored. */
function userCache(): string {
  const chosen = process.env.XDG_CACHE_HOME;
  return chosen !== undefined && isAbsolute(chosen) ? chosen : join(homedir(), '.cache');
}

/** Whether a folder is there, or can be made, that this user alone can write into. */
async function isTrusted(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK | constants.X_OK);
    const found = await lstat(folder);
    const user = process.getuid?.();
    // Windows has neither owners nor modes of this kind; there the cache lies in the user's own profile.
    return found.isDirectory() && (user === undefined || (found.uid === user && (found.mode & 0o022) === 0));
  } catch {
    return false;
  }
}
