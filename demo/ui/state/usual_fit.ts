import type { Preprocessing } from '../../../src/index.js';
import type { Fit } from '../../engine/contract.js';

/** Whether pictures can be centred as MNIST's digits are. */
export function takesCentred({ width, height, channels }: Pick<Preprocessing, 'width' | 'height' | 'channels'>): boolean {
  return width === 28 && height === 28 && channels === 1;
}

/** Whether a network reads MNIST's digits, and nothing beside it says how pictures are fitted. */
export function readsDigits(preprocessing: Preprocessing): boolean {
  const { labels, from } = preprocessing;
  const isOfDigits = labels?.every((label) => /^\d$/.test(label)) ?? true;
  return takesCentred(preprocessing) && isOfDigits && from.fit === undefined;
}

/**
 * How a file is fitted that nobody has chosen a fit for, into a network that reads digits: a photograph of handwriting is centred as MNIST's digits are,
 * and a picture that has their size is taken as it is. Undefined for files that are no pictures.
 */
export async function usualFit(file: Blob, { width, height }: Pick<Preprocessing, 'width' | 'height'>): Promise<Fit | undefined> {
  try {
    const bitmap = await createImageBitmap(file);
    const hasTheirSize = bitmap.width === width && bitmap.height === height;
    bitmap.close();
    return hasTheirSize ? 'cover' : 'centre';
  } catch {
    return undefined;
  }
}
