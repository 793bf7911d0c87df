import { elementOf, percentageOutcomes, type RepairMap, repairMap } from '../../../src/app.js';
import { PathlightError, pixelLayout, repair, type Session, type Strategy, sumChannels, toPicture } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import type { Outcomes, RepairAnswer, RepairNews, RepairProgress, RepairRequest } from '../contract.js';
import { throttle } from '../platform/throttle.js';
import { mostLengths } from './limits.js';

/** The map that orders the pixels, of the strategies whose percentages can be looked at; `flip` tries another one besides. */
const ORDERED: Partial<Record<Strategy | 'auto', RepairMap>> = {
  contrast: 'contrast',
  target: 'target',
  saliency: 'saliency',
  flip: 'flipTarget',
};

/** The smallest edit, with each attempt told as it ends, and how far it has come, and a map. */
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
  // Where no map ordered the pixels, that of the question itself is shown.
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
 * What every number of changed pixels comes to. Of a picture with more pixels than are tried, a length in between is given the outcome of the
 * nearest shorter one that was; `tried` lists those.
 */
export async function findOutcomes(session: Session, request: RepairRequest, signal: AbortSignal): Promise<Outcomes> {
  const { image, target, strategy } = request;
  const map = ORDERED[strategy];
  if (map === undefined) {
    throw new PathlightError(`the strategy ${strategy} has no percentages`, `one of ${Object.keys(ORDERED).join(', ')}`);
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
