import {
  ADVERSARIAL,
  captionOf,
  howFound,
  nameClass,
  outcomeOf,
  pngOf,
  type RepairMap,
  type ReportReading,
  renderReport,
  sizeClaim,
} from '../../../src/app.js';
import { type Attempt, heatmap, pixelLayout, type Repair, type Session, sumChannels, toPicture } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import { toBase64 } from './svg.js';

export interface ReportRequest {
  readonly image: Float32Array;
  readonly repair: Repair;
  /** The map that the report shows, and its values [elements]. */
  readonly map: RepairMap;
  readonly values: Float32Array;
  readonly model: string;
  readonly input: string;
  /** The class that the picture shows. If it is null, the report takes the wanted class. */
  readonly truth: number | null;
}

/** The most classes that a bar chart shows; the most probable ones if there are more. */
const BARS = 10;

/** `report.html` about one repair, in the form of the report that `pathlight study` writes. */
export async function repairReport(session: Session, request: ReportRequest): Promise<string> {
  const { image, repair, map, values, model, input } = request;
  const { preprocessing } = session;
  const { width, height } = preprocessing;
  const truth = request.truth ?? repair.target;
  const png = (picture: Parameters<typeof pngOf>[0]) => toBase64(pngOf(picture));
  const before = await readAll(session, image);
  const { kind, adapter } = await session.executor();
  const changed = repair.repaired && repair.changedPixels > 0;
  const name = nameClass(session, repair.target);
  const how = howFound(repair);
  return renderReport({
    title: repair.repaired ? 'A misread picture, and the edit that repairs it' : 'A misread picture, and what was tried on it',
    intro: [
      `${model} reads ${input} as ${before.label}. ${how === null ? `Edits were tried, so that the network reads it as ${name}.` : `The edit, after which the network reads it as ${name}, was ${how}.`} The map shows what attribution says of the picture${how === null || repair.map !== null ? '' : '; it took no part in the search'}.`,
      ...(changed ? [ADVERSARIAL] : []),
    ],
    rows: [
      {
        caption: `${input}: read as ${before.label}`,
        trueLabel: nameClass(session, truth),
        before,
        ...(changed && {
          after: await readAll(session, repair.edited),
          strategy: present(repair.strategy, 'the strategy of the edit'),
          percent: repair.percent,
          changedPixels: repair.changedPixels,
        }),
        text: changed ? `The edit is ${sizeClaim(repair)}.` : repair.reason,
        images: {
          original: png(toPicture(image, preprocessing)),
          ...(changed && { modified: png(toPicture(repair.edited, preprocessing)) }),
          attribution: png(heatmap(sumChannels(values, pixelLayout(preprocessing)), width, height, { factor: 1 })),
        },
        attributionCaption: captionOf(session, repair, map),
        attempts: repair.attempts.map((attempt: Attempt) => ({ ...attempt, outcome: outcomeOf(attempt) })),
      },
    ],
    footnotes: [
      'The edit was verified twice: by a float64 executor on the CPU, and after the edited picture was taken as 8-bit pixels.',
      'In an attribution, red pixels speak for the class and blue ones against it. Where the strategy needs no map, that of the contrast is shown, which took no part in the search.',
      '"The smallest" is said only where all smaller sets of flips to the opposite colour were tried; otherwise an edit is only known to be minimal: no one pixel of it can be undone.',
      `Made in a browser, on ${kind === 'cpu' ? 'the CPU' : kind} (${adapter}).`,
    ],
  });
}

/** What the network reads, computed in float64. */
async function readAll(session: Session, image: Float32Array): Promise<ReportReading> {
  const { outputs } = await session.reference('logit').forward(image, 1);
  const all = Array.from(session.probabilities(outputs, 'logit'), (probability, index) => ({
    label: nameClass(session, index),
    probability,
  }));
  const best = present(all[session.predict(outputs, 'logit').class], 'the predicted class');
  return {
    label: best.label,
    probabilities: all.length <= BARS ? all : [...all].sort((a, b) => b.probability - a.probability).slice(0, BARS),
  };
}
