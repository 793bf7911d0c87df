import { open } from 'node:fs/promises';
import { hasCode, messageOf, PathlightError } from '../../errors.js';
import { type ForeignFile, HEAD, recogniseFile } from '../../onnx/files/foreign.js';
import { readBytes } from '../input.js';

/**
 * The bytes of a model. A file of 2 GiB or more is no ONNX model, since those end there, and Node does not read it at once. What it is is told by
 * its beginning.
 *
 * @throws PathlightError for a file that is absent, not readable or too large.
 */
export async function readModelBytes(path: string): Promise<Uint8Array> {
  try {
    return await readBytes(path);
  } catch (error) {
    if (!hasCode(error, 'file.unreadable') || error.values.detail !== 'ERR_FS_FILE_TOO_LARGE') throw error;
    const foreign = await recogniseAt(path);
    throw foreign === undefined ? new PathlightError('file.too-large', { path }) : foreignAt(path, foreign);
  }
}

/** What a file is by its beginning, if it is of a known kind and no ONNX model. */
export async function recogniseAt(path: string): Promise<ForeignFile | undefined> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD), 0, HEAD, 0);
    return recogniseFile(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** The refusal of a file by what it is. */
export function foreignAt(path: string, foreign: ForeignFile): PathlightError {
  return new PathlightError('file.within', { path, problem: messageOf(new PathlightError('onnx.foreign', foreign)) });
}
