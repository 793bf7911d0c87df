import { signal } from '@preact/signals';
import type { AttributeRequest, Question, Reading } from '../../engine/contract.js';
import {
  alpha,
  exact,
  type Head,
  type Maps,
  mapping,
  maps,
  model,
  path,
  problems,
  ranking,
  reading,
  type Subject,
  settings,
  stepsOf,
  subject,
  truth,
} from './page.js';
import { attempt, createLatest, createPump, engine, sentenceOf } from './tasks.js';

/** While a pen is down maps are taken with this many steps at most, so that they keep up with the hand. */
const LIVE_STEPS = 32;
/** Alphas at which the path slider stands: fewer for large pictures, whose maps at every alpha are held in memory. */
const PATH_POINTS = 65;
const PATH_POINTS_LARGE = 17;
const SMALL_PICTURE = 64 * 64;

/** Whether pictures of the open model are small: then every percentage is tried unasked, and the path slider stands at many alphas. */
export function isSmall(): boolean {
  const { width, height } = model.value?.preprocessing ?? { width: 0, height: 0 };
  return width * height <= SMALL_PICTURE;
}

/** Whether a pen is down: then only the reading and the maps are kept up to date. */
export const live = signal(false);

/** How often maps were shown, for those who measure. */
export const shown = signal(0);

/** Raised when the picture, the model or the settings change: the exact maps, the path and the outcomes of before are then of no use. */
const aftermath = createLatest();

/** Called after the maps of a picture, the exact ones and the path are there. */
let afterwards: (signal: AbortSignal) => Promise<void> = async () => {};

export function onExplained(listener: typeof afterwards): void {
  afterwards = listener;
}

/** The questions that the maps answer, and which of the three maps each is. */
export function questionsOf(read: Reading, order: readonly number[], shows: number | null): { heads: Head[]; questions: Question[] } {
  const predicted = read.class;
  if (shows === null) return { heads: ['predicted'], questions: [{ target: predicted }] };
  if (shows === predicted) {
    const runnerUp = order.find((one) => one !== predicted);
    if (runnerUp === undefined) return { heads: ['predicted'], questions: [{ target: predicted }] };
    return { heads: ['predicted', 'contrast'], questions: [{ target: predicted }, { target: predicted, contrast: runnerUp }] };
  }
  return {
    heads: ['predicted', 'true', 'contrast'],
    questions: [{ target: predicted }, { target: shows }, { target: shows, contrast: predicted }],
  };
}

/** The request behind maps. */
export function requestOf({
  subject: { image },
  questions,
  settings: asked,
}: Pick<Maps, 'subject' | 'questions' | 'settings'>): AttributeRequest {
  const { rule, baseline, output } = asked;
  return { image, questions, steps: stepsOf(asked), rule, baseline, output };
}

async function work(): Promise<void> {
  const current = subject.value;
  const signalOf = aftermath.next();
  exact.value = null;
  if (current === null) {
    reading.value = null;
    maps.value = null;
    path.value = null;
    return;
  }
  const read = await attempt(problems.look, signalOf, () => engine().predict(current.image, signalOf));
  if (read === undefined || subject.value?.image.length !== current.image.length) return;
  reading.value = read;
  const wanted = settings.value;
  const used = live.value && wanted.mode === 'number' ? { ...wanted, steps: Math.min(wanted.steps, LIVE_STEPS) } : wanted;
  const { heads, questions } = questionsOf(read, ranking.value, truth.value);
  const request = requestOf({ subject: current, questions, settings: used });
  const answer = await attempt(problems.why, signalOf, () =>
    engine().attribute(request, signalOf, (progress) => {
      mapping.value = progress;
    }),
  );
  mapping.value = null;
  if (answer === undefined || subject.value?.image.length !== current.image.length) return;
  const pixels = answer.maps.map((map) => map.pixels);
  maps.value = { subject: current, reading: read, heads, questions, settings: used, answer, pixels };
  // `npm test` and visitors' own tools read it: the time from navigation to the first attribution.
  if (shown.value++ === 0) performance.mark('first-maps');
  if (!live.value) follow(current, read, request, signalOf);
}

/** What takes longer comes after the maps, and gives way to newer maps. */
async function follow(current: Subject, read: Reading, request: AttributeRequest, signalOf: AbortSignal): Promise<void> {
  // Large networks have too many regions: that is no failure of the maps, and is told where the error would stand.
  const exactly = await attempt(problems.why, signalOf, () =>
    engine()
      .exact(request, signalOf)
      .catch((error: unknown) => ({ refused: sentenceOf(error) })),
  );
  if (exactly === undefined) return;
  exact.value = exactly;
  const { image, baseline, output } = request;
  const runnerUp = truth.value !== null && truth.value !== read.class ? truth.value : (ranking.value[1] ?? null);
  const count = isSmall() ? PATH_POINTS : PATH_POINTS_LARGE;
  const along = await attempt(problems.why, signalOf, () =>
    engine().path({ image, baseline, output, target: read.class, runnerUp, count }, signalOf),
  );
  if (along === undefined || subject.value !== current) return;
  if (path.value?.alphas.length !== count) alpha.value = count - 1;
  path.value = along;
  await afterwards(signalOf);
}

const pump = createPump(work);

/** Reads the picture and makes its maps anew. */
export function explain(): Promise<void> {
  aftermath.stop();
  return pump();
}
