import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { PathlightError } from '../errors.js';
import { fitPicture } from '../image/fit.js';
import type { Picture } from '../image/picture.js';
import { countOutside, toPicture, toValues } from '../image/pixels.js';
import { type Preprocessing, validRange } from '../image/preprocessing/preprocess.js';
import { checkArgument, type FileBytes, toBytes } from '../tensor/arguments.js';
import { itemAt } from '../tensor/items.js';
import { type Shape, sizeOf } from '../tensor/tensor.js';
import { isArrayFile, readArrayFile } from './array_file.js';
import { decodePicture } from './codec.js';

/**
 * The contents of a file, as the model sees them.
 *
 * @example const { data, picture, note }: Input = await readInput('seven.png', session.preprocessing);
 */
export interface Input {
  /** [elements] in the model's input space. */
  readonly data: Float32Array;
  /** The same as an 8-bit picture of the model's size. If the file is a picture, this is exactly what the model sees. */
  readonly picture: Picture;
  /** What was done to the contents of the file, or is odd about them, for readers; empty if there is nothing to say. */
  readonly note: string;
}

/**
 * Reads a picture (png, jpg, webp, bmp) and fits it to the model's input, or reads an array (`.npy`, or an `.npz` archive of one) of the model's
 * input. Its axes are those of the input, but for axes of size 1, or it is a row of all numbers.
 *
 * @throws PathlightError for a file that is absent, corrupt, of another shape, or has values that are not finite.
 * @example const input = await readInput('seven.png', session.preprocessing);
 */
export async function readInput(path: string, preprocessing: Preprocessing): Promise<Input> {
  checkArgument('preprocessing', preprocessing, 'preprocessing');
  const bytes = await readBytes(path);
  if (isArrayFile(path)) {
    const data = readArray(bytes, path, preprocessing);
    return { data, picture: toPicture(data, preprocessing), note: noteOutside(data, preprocessing) };
  }
  if (!preprocessing.takesPictures) throw new PathlightError('input.needs-array', { source: path, shape: preprocessing.shape });
  const decoded = await decodePicture(bytes, path);
  const { picture, note } = fitPicture(decoded.picture, preprocessing);
  return { data: toValues(picture, preprocessing), picture, note: [decoded.note, note].filter((part) => part !== '').join('; ') };
}

/**
 * The shape of the first array among some input files. A model whose file leaves the size of its input open takes it from there.
 *
 * @returns undefined where all are pictures.
 * @throws PathlightError for a file that is absent or no array.
 * @example const inputShape = await arrayShapeOf(['seven.npy']);
 */
export async function arrayShapeOf(paths: readonly string[]): Promise<Shape | undefined> {
  const path = paths.find(isArrayFile);
  return path === undefined ? undefined : readArrayFile(await readBytes(path), path).shape;
}

/** What a file of an input ends with. Of a folder, other files are passed over. */
const ENDINGS = ['.png', '.jpg', '.jpeg', '.webp', '.bmp', '.npy', '.npz'];

/**
 * The files that paths name: a file itself, and of a folder the pictures and arrays in it, by name. Folders within it are passed over.
 *
 * @throws PathlightError for a path that is absent, and for a folder without pictures.
 * @example const paths = await listInputs(['digits', 'seven.png']);
 */
export async function listInputs(paths: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) throw new PathlightError('file.absent', { path });
      if (!found.isDirectory()) return [path];
      const entries = await readdir(path, { withFileTypes: true });
      const names = entries
        .filter((each) => !each.isDirectory() && ENDINGS.includes(extname(each.name).toLowerCase()))
        .map(({ name }) => name);
      if (names.length === 0) throw new PathlightError('file.empty-folder', { path, endings: ENDINGS });
      return names.sort().map((name) => join(path, name));
    }),
  );
  return lists.flat();
}

/**
 * The bytes of a file.
 *
 * @throws PathlightError for a file that is absent, a folder, or not readable; it names the file.
 * @example const bytes = await readBytes('digits.onnx');
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  checkArgument('path', path, 'path');
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new PathlightError('file.absent', { path });
    if (code === 'EISDIR') throw new PathlightError('file.folder', { path });
    throw new PathlightError('file.unreadable', { path, detail: code ?? String(error) });
  }
}

/**
 * The numbers of an `.npy` or `.npz` file of the model's input, as `readInput` takes it, as float32.
 *
 * @param path how messages name the file. @throws PathlightError for another shape, and for values that are not finite.
 * @example const baseline = readArray(await readBytes('baseline.npy'), 'baseline.npy', session.preprocessing);
 */
export function readArray(bytes: FileBytes, path: string, preprocessing: Preprocessing): Float32Array {
  checkArgument('preprocessing', preprocessing, 'preprocessing');
  const { shape } = preprocessing;
  const array = readArrayFile(toBytes(bytes, 'bytes'), path);
  if (!isShapedLike(array.shape, shape)) {
    throw new PathlightError('file.array-shape', { path, shape: array.shape, wanted: shape });
  }
  const data = Float32Array.from(array.data);
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new PathlightError('file.not-finite', { path, element: at, value: itemAt(data, at) });
  return data;
}

/** Whether an array has the input's shape, but for axes of size 1, or is one long row of as many numbers. */
function isShapedLike(array: Shape, input: Shape): boolean {
  const long = (shape: Shape) => shape.filter((size) => size !== 1).join();
  return long(array) === long(input) || (array.length === 1 && array[0] === sizeOf(input));
}

function noteOutside(data: Float32Array, preprocessing: Preprocessing): string {
  const outside = preprocessing.takesPictures ? countOutside(data, preprocessing) : 0;
  if (outside === 0) return '';
  const { low, high } = validRange(preprocessing);
  const ranges = Array.from(low, (value, c) => `[${short(value)}, ${short(itemAt(high, c))}]`);
  return `${outside} of ${data.length} values lie outside the valid range ${[...new Set(ranges)].join(', ')} and have no colour`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
