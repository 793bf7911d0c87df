import type { Preprocessing } from '../../src/index.js';

/** Whether pictures can be centred as MNIST's digits are. */
export function takesCentred({ width, height, channels }: Pick<Preprocessing, 'width' | 'height' | 'channels'>): boolean {
  return width === 28 && height === 28 && channels === 1;
}

/** Whether a network reads MNIST's digits, and nothing beside it says how pictures are fitted. */
export function centresPictures(preprocessing: Preprocessing): boolean {
  const { labels, from } = preprocessing;
  const isOfDigits = labels?.every((label) => /^\d$/.test(label)) ?? true;
  return takesCentred(preprocessing) && isOfDigits && from.fit === undefined;
}
