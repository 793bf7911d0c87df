import { PathlightError } from '../errors.js';
import { itemAt } from '../tensor/items.js';
import type { PatchChoice, Patches } from '../tensor/pixels.js';
import { toPicture } from './pixels.js';
import type { Preprocessing } from './preprocessing/preprocess.js';
import { superpixels } from './superpixels.js';

/**
 * Cuts an image into blocks of `side` x `side` pixels, row by row from the top left; those at the right and at the bottom may be smaller.
 * Throws PathlightError for a side below 1.
 */
export function gridPatches(width: number, height: number, side: number): Patches {
  if (!(Number.isInteger(side) && side >= 1)) throw new PathlightError('image.blocks', { side });
  const across = Math.ceil(width / side);
  const labels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) labels[y * width + x] = Math.floor(y / side) * across + Math.floor(x / side);
  }
  return { labels, count: across * Math.ceil(height / side) };
}

/** Cuts an image [elements] into patches. Throws PathlightError for fewer than one pixel or superpixel, and for a mask of another size. */
export function patchesOf(preprocessing: Preprocessing, image: Float32Array, patch: PatchChoice): Patches {
  const { width, height } = preprocessing;
  if (typeof patch === 'number') return gridPatches(width, height, patch);
  return 'mask' in patch ? maskPatches(patch.mask, width * height) : superpixels(toPicture(image, preprocessing), patch.superpixels);
}

/** Pixels with the same number are a patch; patches are numbered as they come. Throws PathlightError for another number of numbers, and for one that is none. */
export function maskPatches(mask: ArrayLike<number>, pixels: number): Patches {
  if (mask.length !== pixels) throw new PathlightError('image.mask-size', { numbers: mask.length, pixels });
  const known = new Map<number, number>();
  const labels = Uint32Array.from(mask, (value, pixel) => {
    if (Number.isNaN(value)) throw new PathlightError('image.mask-number', { pixel, value });
    const label = known.get(value) ?? known.size;
    known.set(value, label);
    return label;
  });
  return { labels, count: known.size };
}

/** The pixels of every patch, in ascending order. */
export function pixelsOfPatches({ labels, count }: Patches): Uint32Array[] {
  const lists = Array.from({ length: count }, (): number[] => []);
  labels.forEach((label, pixel) => {
    itemAt(lists, label).push(pixel);
  });
  return lists.map((pixels) => Uint32Array.from(pixels));
}
