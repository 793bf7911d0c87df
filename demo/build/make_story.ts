import { itemAt, mapsOf, percentageOutcomes, pngOf, repairMap } from '../../src/app.js';
import { attribute, createSession, type Repair, repair, type Session, type Strategy, toPicture, toValues } from '../../src/index.js';
import { SIDE, type StoryDigit, type StoryEdit, type StoryMap } from '../lib/story.js';

/** A digit of models/study/digits.json. */
interface StudyDigit {
  readonly index: number;
  readonly class: number;
  readonly strategy: Strategy;
  readonly percent: number | 'search';
}

interface Sources {
  readonly model: Uint8Array;
  readonly sideFile: unknown;
  /** [10000][784], 0 to 255. */
  readonly images: Uint8Array;
  readonly study: readonly StudyDigit[];
}

const PIXELS = SIDE * SIDE;
/** Enough to find and to prove an edit of one pixel. The search for more takes many times as long. */
const BUDGET = { candidates: 2000, milliseconds: 1e9 };

/** Computes what the page tells of the study's digits, in float64, so that every machine makes the same. */
export async function makeStory({ model, sideFile, images, study }: Sources): Promise<StoryDigit[]> {
  const session = await createSession(model, { sideFile });
  const told: StoryDigit[] = [];
  for (const digit of study) told.push(await tell(session, images.slice(PIXELS * digit.index, PIXELS * (digit.index + 1)), digit));
  return told;
}

/** The picture of a digit of the story, as a file. */
export function pictureFile({ pixels }: StoryDigit): Uint8Array {
  return pngOf({ width: SIDE, height: SIDE, channels: 1, data: new Uint8Array(Buffer.from(pixels, 'base64')) });
}

async function tell(session: Session, pixels: Uint8Array, { index, class: target, strategy, percent }: StudyDigit): Promise<StoryDigit> {
  const image = toValues({ width: SIDE, height: SIDE, channels: 1, data: pixels }, session.preprocessing);
  const ofStudy = await repair(session, image, { target, strategy, ...(percent !== 'search' && { percent }) });
  const least = await repair(session, image, { target, budget: BUDGET });
  const [contrast] = await attribute(session, image, { target, contrast: ofStudy.before.class });
  const [order] = mapsOf(strategy);
  return {
    index,
    truth: target,
    read: ofStudy.before.class,
    probability: ofStudy.before.probability,
    pixels: base64(pixels),
    contrast: mapOf(contrast.values),
    map: order === undefined ? null : mapOf((await repairMap(session, image, order, { target })).values),
    study: editOf(session, ofStudy),
    smallest: least.provenMinimum === null ? null : editOf(session, least),
    percentages: order === undefined ? '' : await readAtPercentages(session, image, target, order),
  };
}

function editOf(session: Session, { strategy, edited, order, after, provenMinimum, attempts }: Repair): StoryEdit {
  if (strategy === null) throw new Error('a digit of the study was not repaired');
  const { data } = toPicture(edited, session.preprocessing);
  return {
    strategy,
    flips: Array.from(order, (pixel) => [pixel, itemAt(data, pixel)]),
    reads: after.class,
    probability: after.probability,
    proven: provenMinimum,
    tried: attempts.reduce((sum, { candidates }) => sum + candidates, 0),
  };
}

async function readAtPercentages(
  session: Session,
  image: Float32Array,
  target: number,
  map: ReturnType<typeof mapsOf>[number],
): Promise<string> {
  const { lengths, classes } = await percentageOutcomes(session, image, { target, map });
  const longest = lengths.length - 1;
  return Array.from({ length: 101 }, (_, percent) => itemAt(classes, Math.min(longest, Math.round((percent / 100) * PIXELS)))).join('');
}

function mapOf(values: Float32Array): StoryMap {
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { values: base64(Uint8Array.from(Int8Array.from(values, (value) => Math.round((127 * value) / (scale || 1))))), scale };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
