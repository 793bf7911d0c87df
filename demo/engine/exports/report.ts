import { pngOf, type RepairMap } from '../../../src/app.js';
import { heatmap, pixelLayout, type Session, sumChannels, toPicture } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import type { RepairAnswer, RepairRequest } from '../contract/edits.js';
import type { ReportFacts, ReportReadingFacts } from '../contract/files.js';
import { toBase64 } from './svg.js';

/** The repair that was found last, with its request. */
export interface LastRepair {
  readonly request: RepairRequest;
  readonly answer: RepairAnswer;
}

/** The most classes that a bar chart shows; the most probable ones if there are more. */
const BARS = 10;

/**
 * What `report.html` tells of a repair. The page writes it, in its language.
 * @param values [elements] those of the map that the report shows.
 */
export async function reportFacts(
  session: Session,
  { request: { image }, answer: { repair } }: LastRepair,
  { name, map, values }: { readonly name: string; readonly map: RepairMap; readonly values: Float32Array },
): Promise<ReportFacts> {
  const { preprocessing } = session;
  const { width, height } = preprocessing;
  const png = (picture: Parameters<typeof pngOf>[0]) => toBase64(pngOf(picture));
  const { kind, adapter } = await session.executor();
  const changed = repair.repaired && repair.changedPixels > 0;
  return {
    name,
    repair,
    map,
    before: await readAll(session, image),
    after: changed ? await readAll(session, repair.edited) : null,
    images: {
      original: png(toPicture(image, preprocessing)),
      ...(changed && { modified: png(toPicture(repair.edited, preprocessing)) }),
      attribution: png(heatmap(sumChannels(values, pixelLayout(preprocessing)), width, height, { factor: 1 })),
    },
    labels: preprocessing.labels ?? null,
    device: { kind, adapter },
  };
}

/** What the network reads, computed in float64. */
async function readAll(session: Session, image: Float32Array): Promise<ReportReadingFacts> {
  const { outputs } = await session.reference('logit').forward(image, 1);
  const all = Array.from(session.probabilities(outputs, 'logit'), (probability, index) => ({ class: index, probability }));
  const best = present(all[session.predict(outputs, 'logit').class], 'the predicted class');
  return {
    class: best.class,
    probabilities: all.length <= BARS ? all : [...all].sort((a, b) => b.probability - a.probability).slice(0, BARS),
  };
}
