import { open, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { PathlightError } from '../../errors.js';
import type { ExternalData, FileSlices } from '../../onnx/files/external_data.js';

/** Node reads at most 2 GiB at once. */
const MOST_AT_ONCE = 2 ** 30;

/**
 * Finds files with weights beside a model. A link may lead to where the model itself lies, as in the cache of Hugging Face's hub, in which
 * models and their data are links into one folder. It may lead nowhere else.
 *
 * @param model the path of the model.
 * @throws PathlightError, when a file is looked for, where it is absent, no file, not readable, or outside of the model's folder.
 */
export function filesBeside(model: string): ExternalData {
  return async (name) => {
    const folder = dirname(model);
    const path = join(folder, name);
    try {
      const real = await realpath(path);
      const folders = [await realpath(folder), dirname(await realpath(model))];
      if (!folders.some((one) => isWithin(real, one))) throw new PathlightError('file.external-link', { path, real });
      return await sliced(real, path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (error instanceof PathlightError) throw error;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw new PathlightError('file.unreadable', { path, detail: code ?? String(error) });
      throw new PathlightError('file.external-absent', { name, path, others: await dataFilesIn(dirname(path)) });
    }
  };
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** A file on disk, of which parts are read. A pipe or a device would never end. */
async function sliced(real: string, path: string): Promise<FileSlices> {
  const found = await stat(real);
  if (found.isDirectory()) throw new PathlightError('file.folder', { path });
  if (!found.isFile()) throw new PathlightError('file.unreadable', { path, detail: 'it is no file' });
  return { size: found.size, slice: (start, end) => ({ arrayBuffer: () => readRange(real, start, end) }) };
}

/** The bytes from `start` to before `end`; fewer where the file ends before. */
async function readRange(path: string, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  const file = await open(path, 'r');
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, done, Math.min(MOST_AT_ONCE, bytes.length - done), start + done);
      if (bytesRead === 0) return bytes.buffer.slice(0, done);
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
  return bytes.buffer;
}

/** What may be the file under another name, as after the model and its data were renamed. */
async function dataFilesIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => /[._]data$/i.test(name)).slice(0, 3);
  } catch {
    return [];
  }
}
