import { elementOf, mapsOf, percentageOutcomes, repairMap } from '../../../src/app.js';
import { PathlightError, pixelLayout, repair, type Session, STRATEGIES, sumChannels, toPicture } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import type { Outcomes, RepairAnswer, RepairNews, RepairProgress, RepairRequest } from '../contract/edits.js';
import { throttle } from '../platform/throttle.js';
import { mostLengths } from './limits.js';

/** Searches for the smallest edit. Reports every attempt when it ends, and the progress of the one that runs. The answer has a map of the picture. */
export async function findRepair(
  session: Session,
  request: RepairRequest,
  onNews: (news: RepairNews) => void,
  signal: AbortSignal,
): Promise<RepairAnswer> {
  const { image, target, strategy } = request;
  const options = { target, ...integralOf(request), signal };
  const tell = throttle(({ done, total, strategy }: RepairProgress) => onNews({ progress: { strategy, done, total } }));
  const result = await repair(session, image, {
    ...options,
    strategy,
    onAttempt: (attempt) => onNews({ attempt }),
    onProgress: (strategy, done, total) => tell({ strategy, done, total }),
  });
  const { preprocessing } = session;
  // If no map ordered the pixels, the page shows the map of the question itself.
  const shown = result.map ?? (result.before.class === target ? 'target' : 'contrast');
  const { values } = await repairMap(session, image, shown, options);
  return {
    repair: result,
    before: toPicture(image, preprocessing),
    after: toPicture(result.edited, preprocessing),
    map: sumChannels(values, pixelLayout(preprocessing)),
  };
}

/**
 * What the network reads after 0, 1, 2, ... changed pixels. For large pictures not all numbers are tried (`tried` lists those that are); a number in
 * between has the outcome of the next smaller one that was tried.
 */
export async function findOutcomes(session: Session, request: RepairRequest, signal: AbortSignal): Promise<Outcomes> {
  const { image, target, strategy } = request;
  const [map] = strategy === 'auto' ? [] : mapsOf(strategy);
  if (map === undefined) {
    const ordered = STRATEGIES.filter((one) => mapsOf(one).length > 0);
    throw new PathlightError('page.no-percentages', { strategy, known: ordered });
  }
  const found = await percentageOutcomes(session, image, { target, map, most: await mostLengths(session), ...integralOf(request), signal });
  const { order, paint, lengths } = found;
  const classes = new Uint32Array(order.length + 1);
  const probabilities = new Float32Array(order.length + 1);
  lengths.forEach((length, i) => {
    const end = lengths[i + 1] ?? order.length + 1;
    classes.fill(present(found.classes[i], `the class at length ${length}`), length, end);
    probabilities.fill(present(found.probabilities[i], `the probability at length ${length}`), length, end);
  });
  const painted = image.slice();
  const layout = pixelLayout(session.preprocessing);
  for (const pixel of order) {
    for (let c = 0; c < layout.channels; c++) {
      const element = elementOf(layout, pixel, c);
      painted[element] = present(paint[element], `the paint of element ${element}`);
    }
  }
  return { classes, probabilities, order, paint, painted: toPicture(painted, session.preprocessing), tried: lengths };
}

function integralOf({ baseline, steps, rule }: RepairRequest) {
  return { baseline, steps, ...(steps !== 'exact' && { rule }) };
}
