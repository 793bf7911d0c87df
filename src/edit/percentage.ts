import { PathlightError } from '../errors.js';
import { prefixes } from './candidates.js';
import type { Paint } from './paint.js';
import { type Find, formatNumber, type Search } from './search.js';
import type { Trial } from './trial.js';

/** Throws PathlightError unless this is `search` or a percentage above 0. */
export function checkPercent(percent: number | 'search'): void {
  if (percent !== 'search' && !(percent > 0 && percent <= 100)) {
    throw new PathlightError(`a percentage of ${percent}`, 'above 0, at most 100, or search');
  }
}

/**
 * Paints the first pixels of an order: those of a given percentage of the image, or of every prefix of the order. Whether a prefix reaches
 * the class is not monotone in its length, so nothing is bisected: lengths are tried from 1 up, all of them until the class is reached
 * and the edit is verified. Lengths whose last pixel already has its colour change nothing and are left out.
 */
export async function* searchPrefixes(trial: Trial, order: Uint32Array, paint: Paint, percent: number | 'search'): Search {
  const pixels = trial.problem.pixels.pixels;
  const asked = percent === 'search' ? order.length : Math.max(1, Math.round((percent / 100) * pixels));
  const longest = Math.min(asked, order.length);
  const changing = Array.from({ length: longest }, (_, i) => i + 1).filter((length) => paint.changes[order[length - 1]!] === 1);
  if (changing.length === 0) {
    return `none of the ${longest} pixels to be painted would change its colour`;
  }
  const lengths = percent === 'search' ? changing : changing.slice(-1);
  for await (const { start, margin } of trial.run(paint, prefixes(order, lengths, pixels))) {
    for (let i = 0; i < margin.length; i++) {
      if (margin[i]! > 0) {
        const length = percent === 'search' ? lengths[start + i]! : longest;
        yield [findPrefix(order, paint, length, pixels)];
      }
    }
    trial.report(start + margin.length, lengths.length);
  }
  const best = formatNumber(trial.bestProbability);
  return percent === 'search'
    ? `none of the ${lengths.length} prefixes of the order reaches the class; its largest probability among them is ${best}`
    : `changing the first ${longest} of ${pixels} pixels does not reach the class; its probability is then ${best}`;
}

function findPrefix(order: Uint32Array, paint: Paint, length: number, pixels: number): Find {
  return { paint, pixels: order.slice(0, length).filter((pixel) => paint.changes[pixel] === 1), percent: (100 * length) / pixels };
}
