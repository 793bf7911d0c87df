import { signal } from '@preact/signals';
import type { Reading } from '../../engine/contract/inputs.js';
import type { AttributeRequest } from '../../engine/contract/maps.js';
import { factsOf } from '../../lib/methods.js';
import { present } from '../../lib/present.js';
import { compareArithmetics } from './quantised.js';
import {
  alpha,
  exact,
  type HeadMap,
  mapping,
  maps,
  model,
  optionFiles,
  partialMaps,
  path,
  problems,
  ranking,
  reading,
  type Settings,
  type Subject,
  settings,
  stepsOf,
  subject,
  truth,
  undecided,
} from './signals.js';
import { attempt, createLatest, createPump, engine, saidBy } from './tasks.js';

/** While the pen is down, maps have at most this many steps, so that they keep up with the hand. */
const STEPS_WHILE_DRAWING = 32;
/** Positions of the path slider. Large pictures have fewer, since the maps at all of them are held in memory. */
const PATH_POINTS = 65;
const PATH_POINTS_LARGE = 17;
const SMALL_PICTURE = 64 * 64;

/** Whether the open model takes small pictures. If so, all percentages are tried without being asked for, and the path slider has more positions. */
export function isSmall(): boolean {
  const { width, height } = model.value?.preprocessing ?? { width: 0, height: 0 };
  return width * height <= SMALL_PICTURE;
}

/** Whether the pen is down. If so, only the reading and the maps are kept up to date. */
export const penDown = signal(false);

/** How often maps were shown. Only tests read it. */
export const timesShown = signal(0);

/** Aborted when the picture, the model or the settings change: the exact maps, the path and the outcomes are then out of date. */
const followUps = createLatest();

/** Runs after the maps, the exact maps and the path of a picture are there. */
let afterPath: (signal: AbortSignal) => Promise<void> = async () => {};

export function onPathDone(listener: typeof afterPath): void {
  afterPath = listener;
}

/**
 * The questions that the maps answer.
 * @param order all classes, the most probable first.
 * @param shows the class that the picture shows; null if nobody said.
 */
export function questionsOf(read: Reading, order: readonly number[], shows: number | null): Omit<HeadMap, 'answer'>[] {
  const predicted = { head: 'predicted', question: { target: read.class } } as const;
  if (shows === null) return [predicted];
  if (shows === read.class) {
    const runnerUp = order.find((one) => one !== read.class);
    if (runnerUp === undefined) return [predicted];
    return [predicted, { head: 'contrast', question: { target: read.class, contrast: runnerUp } }];
  }
  return [
    predicted,
    { head: 'true', question: { target: shows } },
    { head: 'contrast', question: { target: shows, contrast: read.class } },
  ];
}

/** The settings of a request for maps. Only methods that take a quadrature know other steps than a number. */
export function settingsOf(asked: Settings): Omit<AttributeRequest, 'image' | 'questions'> {
  const { method, steps, rule, baseline, output, options } = asked;
  const files = optionFiles.value;
  return { method, steps: factsOf(method).path === 'quadrature' ? stepsOf(asked) : steps, rule, baseline, output, options, files };
}

async function update(): Promise<void> {
  const current = subject.value;
  const signalOf = followUps.next();
  exact.value = null;
  if (current === null || undecided.value) {
    reading.value = null;
    maps.value = null;
    path.value = null;
    return;
  }
  const read = await attempt(problems.look, signalOf, () => engine().predict(current.image, signalOf));
  if (read === undefined || subject.value?.image.length !== current.image.length) return;
  reading.value = read;
  const wanted = settings.value;
  const used = penDown.value && wanted.mode === 'number' ? { ...wanted, steps: Math.min(wanted.steps, STEPS_WHILE_DRAWING) } : wanted;
  const asked = questionsOf(read, ranking.value, truth.value);
  const request = { ...settingsOf(used), image: current.image, questions: asked.map(({ question }) => question) };
  mapping.value = { done: 0, total: 0 };
  const answer = await attempt(problems.why, signalOf, () =>
    engine().attribute(request, signalOf, ({ partial, ...progress }) => {
      mapping.value = progress;
      if (partial === undefined) return;
      const list = asked.map((one, i) => ({ ...one, pixels: present(partial.maps[i], `the map so far for ${one.head}`) }));
      partialMaps.value = { subject: current, list, scale: partial.scale, share: partial.share };
    }),
  );
  mapping.value = null;
  partialMaps.value = null;
  if (answer === undefined || subject.value?.image.length !== current.image.length) return;
  const { maps: answers, scale, cost, milliseconds } = answer;
  const list = asked.map((one, i) => ({ ...one, answer: present(answers[i], `the map for ${one.head}`) }));
  maps.value = { subject: current, reading: read, settings: used, list, scale, cost, milliseconds };
  // The time from navigation to the first maps: tests and the browser's own tools read this mark.
  if (timesShown.value++ === 0) performance.mark('first-maps');
  if (!penDown.value) void followUp(current, read, request, signalOf);
}

/** Computes what takes longer than the maps. Newer maps abort it. */
async function followUp(current: Subject, read: Reading, request: AttributeRequest, signalOf: AbortSignal): Promise<void> {
  if (model.value?.quantised?.quick) await compareArithmetics();
  if (signalOf.aborted) return;
  if (factsOf(request.method).path === 'quadrature') {
    // A large network may have too many linear regions. Then the maps are still right: the reason stands where the error would stand.
    const answer = await attempt(problems.why, signalOf, () =>
      engine()
        .exact(request, signalOf)
        .catch((error: unknown) => ({ refused: saidBy(error) })),
    );
    if (answer === undefined) return;
    exact.value = answer;
  }
  const { image, baseline, output } = request;
  const runnerUp = truth.value !== null && truth.value !== read.class ? truth.value : (ranking.value[1] ?? null);
  const count = isSmall() ? PATH_POINTS : PATH_POINTS_LARGE;
  const along = await attempt(problems.why, signalOf, () =>
    engine().path({ image, baseline, output, target: read.class, runnerUp, count }, signalOf),
  );
  if (along === undefined || subject.value !== current) return;
  if (path.value?.alphas.length !== count) alpha.value = count - 1;
  path.value = along;
  await afterPath(signalOf);
}

const pump = createPump(update);

/** Reads the picture and makes its maps anew. */
export function updateMaps(): Promise<void> {
  followUps.stop();
  return pump();
}

/** Ends what is being made. The maps before stay. */
export function stopMaps(): void {
  followUps.stop();
}
