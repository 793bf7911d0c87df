import { computed, signal } from '@preact/signals';
import { elementOf, mapsOf } from '../../../src/app.js';
import { type Attempt, pixelLayout, STRATEGIES, type Strategy } from '../../../src/index.js';
import type { RepairRequest } from '../../engine/contract/edits.js';
import type { Reading } from '../../engine/contract/inputs.js';
import { present } from '../../lib/present.js';
import { isSmall, onPathDone } from './maps.js';
import {
  model,
  outcomes,
  problems,
  ranking,
  reading,
  repaired,
  repairing,
  type Settings,
  settings,
  stepsOf,
  strategy,
  subject,
  truth,
  wanted,
} from './signals.js';
import { attempt, createLatest, engine, pending } from './tasks.js';

/** Strategies that order the pixels and change a percentage of them. */
export const BY_PERCENTAGE: readonly Strategy[] = STRATEGIES.filter((one) => mapsOf(one).length > 0);

/** Attempts of the search that runs. */
export const attempts = signal<readonly Attempt[]>([]);
/** How many pixels are changed at the position of the percentage slider. */
export const length = signal(0);
/** Pixels of the found edit that were undone. */
export const undone = signal<ReadonlySet<number>>(new Set());
/** What the model reads with those pixels undone; null if none is undone. */
export const undoneReading = signal<Reading | null>(null);
/** How many flips of the found edit are shown; null for all. */
export const replayed = signal<number | null>(null);

/** The class that the picture should be read as: the chosen one, else the true one, else the runner-up. */
export const goal = computed<number | null>(() => {
  const read = reading.value;
  if (wanted.value !== null || read === null) return wanted.value;
  return truth.value !== null && truth.value !== read.class ? truth.value : (ranking.value[1] ?? null);
});

/** The strategy whose percentages the slider shows. For `auto` that is the strategy that found the edit, or the first one. */
export const sliding = computed<Strategy | null>(() => {
  const chosen = strategy.value === 'auto' ? (repaired.value?.repair.strategy ?? 'contrast') : strategy.value;
  if (BY_PERCENTAGE.includes(chosen)) return chosen;
  return strategy.value === 'auto' ? 'contrast' : null;
});

const searches = createLatest();
const sweeps = createLatest();

function requestOf(chosen: Strategy | 'auto'): RepairRequest | null {
  const target = goal.value;
  const image = subject.value?.image;
  if (target === null || image === undefined) return null;
  const asked = settings.value;
  return { image, target, strategy: chosen, baseline: asked.baseline, steps: stepsOf(asked), rule: asked.rule };
}

/** Computes the outcome of every percentage. */
export async function sweep(): Promise<void> {
  const signalOf = sweeps.next();
  const chosen = sliding.value;
  const request = chosen === null ? null : requestOf(chosen);
  if (request === null || request.target === reading.value?.class) {
    outcomes.value = null;
    return;
  }
  const answer = await attempt(problems.fix, signalOf, () => engine().outcomes(request, signalOf));
  if (signalOf.aborted || subject.value?.image !== request.image) return;
  outcomes.value = answer ?? null;
  const first = answer?.classes.indexOf(request.target) ?? -1;
  length.value = first >= 0 ? first : Math.round((answer?.order.length ?? 0) * 0.02);
}

onPathDone(async () => {
  if (isSmall()) await sweep();
});

/** Whether a search for a repair asks the same with both settings. The method of the maps and the output are not its own. */
export function sameSearch(a: Settings, b: Settings): boolean {
  return a.baseline === b.baseline && stepsOf(a) === stepsOf(b) && (a.mode === 'exact' || a.rule === b.rule);
}

/** Forgets all that step 3 shows: it was made with other settings, or of another picture. */
export function forgetEdits(): void {
  forgetRepair();
  outcomes.value = null;
}

/** Stops the search for a repair, and forgets the one that was found. */
export function forgetRepair(): void {
  searches.stop();
  window.clearInterval(timer);
  repairing.value = null;
  repaired.value = null;
  attempts.value = [];
  undone.value = new Set();
  undoneReading.value = null;
  replayed.value = null;
}

export function setWanted(target: number): void {
  forgetRepair();
  wanted.value = target;
  void sweep();
}

export function setStrategy(chosen: Strategy | 'auto'): void {
  forgetRepair();
  strategy.value = chosen;
  void sweep();
}

/** Searches for the smallest edit. */
export async function find(): Promise<void> {
  forgetRepair();
  const request = requestOf(strategy.value);
  if (request === null) return;
  const signalOf = searches.next();
  repairing.value = { strategy: null, progress: null };
  const answer = await attempt(problems.fix, signalOf, () =>
    engine().repair(request, signalOf, (news) => {
      if (signalOf.aborted) return;
      if ('attempt' in news) attempts.value = [...attempts.value, news.attempt];
      else {
        const { strategy, ...progress } = news.progress;
        repairing.value = { strategy, progress };
      }
    }),
  );
  if (signalOf.aborted) return;
  repairing.value = null;
  if (answer === undefined) return;
  const before = sliding.value;
  repaired.value = { ...answer, strategy: request.strategy };
  attempts.value = answer.repair.attempts;
  if (answer.repair.repaired) replay();
  if (outcomes.value === null || sliding.value !== before) await sweep();
}

export function stop(): void {
  searches.stop();
  repairing.value = null;
}

/** The most milliseconds that the replay of all flips takes, and that one flip takes. */
const REPLAY = 1800;
const FLIP = 160;
let timer = 0;

/** Shows the flips one after another, in the order in which they were found. Shows all at once if the visitor prefers reduced motion. */
export function replay(): void {
  window.clearInterval(timer);
  const count = repaired.value?.repair.order.length ?? 0;
  if (count === 0 || matchMedia('(prefers-reduced-motion: reduce)').matches) {
    replayed.value = null;
    return;
  }
  const pause = Math.max(16, Math.min(FLIP, REPLAY / count));
  const each = Math.max(1, Math.ceil((count * pause) / REPLAY));
  replayed.value = 0;
  timer = window.setInterval(() => {
    const next = (replayed.value ?? count) + each;
    replayed.value = next >= count ? null : next;
    if (next >= count) window.clearInterval(timer);
  }, pause);
}

const undos = createLatest();

/** Undoes a changed pixel, or redoes it, and reads the picture again. */
export async function toggle(pixel: number): Promise<void> {
  const found = repaired.value;
  if (found === null || found.repair.mask[pixel] !== 1) return;
  const next = new Set(undone.value);
  if (!next.delete(pixel)) next.add(pixel);
  await setUndone(next);
}

export function redoAll(): Promise<void> {
  return setUndone(new Set());
}

/** Shows the found edit without some of its pixels, and what is read then. */
export async function setUndone(next: ReadonlySet<number>): Promise<void> {
  const signalOf = undos.next();
  undone.value = next;
  if (next.size === 0) {
    undoneReading.value = null;
    return;
  }
  const [open, found, shown] = [model.value, repaired.value, subject.value];
  if (open === null || found === null || shown === null) return;
  const layout = pixelLayout(open.preprocessing);
  const image = found.repair.edited.slice();
  for (const pixel of next) {
    for (let c = 0; c < layout.channels; c++) {
      const element = elementOf(layout, pixel, c);
      image[element] = present(shown.image[element], `element ${element} of the picture`);
    }
  }
  const read = await attempt(problems.fix, signalOf, () => engine().predict(image, signalOf));
  if (read !== undefined) undoneReading.value = read;
}

/** Whether anything is being computed. */
export const busy = computed(() => pending.value > 0);
