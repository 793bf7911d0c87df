import { unzipSync } from 'fflate';
import { PathlightError } from '../errors.js';
import { readNpy } from '../tensor/npy.js';
import type { Tensor } from '../tensor/tensor.js';

/** The most bytes that one array of an archive may have: a small archive can name a large one. */
const MOST_BYTES = 2 ** 30;

/** Whether a file name is that of an array: `.npy`, or an `.npz` archive of one. */
export function isArrayFile(path: string): boolean {
  return /\.np[yz]$/i.test(path);
}

/**
 * The array in an `.npy` file, or the only one in an `.npz` archive.
 *
 * @throws PathlightError for anything else, and where an archive has several arrays or none.
 */
export function readArrayFile(bytes: Uint8Array, path: string): Tensor {
  if (!/\.npz$/i.test(path)) return readNpy(bytes, path);
  const names: string[] = [];
  let files: Readonly<Record<string, Uint8Array>>;
  try {
    files = unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (!name.endsWith('.npy')) return false;
        names.push(name.slice(0, -'.npy'.length));
        return names.length === 1 && originalSize <= MOST_BYTES;
      },
    });
  } catch (error) {
    throw new PathlightError('file.no-npz', { path, detail: (error as Error).message });
  }
  const [file, ...others] = Object.values(files);
  if (file === undefined || others.length > 0 || names.length !== 1) throw new PathlightError('file.npz-arrays', { path, names });
  return readNpy(file, path);
}
