import { computed, signal } from '@preact/signals';
import { type Diagnosis, type Said, sharedScaleOf } from '../../../src/app.js';
import type { BaselineName, Method, OutputMode, Picture, Rule, Steps, Strategy } from '../../../src/index.js';
import type { BenchAnswer, BenchRow, DoctorNews } from '../../engine/contract/device.js';
import type { Outcomes, RepairAnswer } from '../../engine/contract/edits.js';
import type { Digit, Reading } from '../../engine/contract/inputs.js';
import type { AttributeAnswer, ExactAnswer, MapAnswer, PartialMaps, PathAnswer, Question } from '../../engine/contract/maps.js';
import type { OpenModel } from '../../engine/contract/models.js';
import type { Progress } from '../../engine/contract/progress.js';
import type { Fit } from '../../lib/fits.js';
import type { OptionFiles, OptionTexts } from '../../lib/options.js';
import { present } from '../../lib/present.js';
import { readsScenes } from '../../lib/shipped.js';
import type { Problem } from '../controls/notice.js';
import type { Pixel } from '../lib/cursor.js';

/** The picture that the page is about. */
export interface Subject {
  /** [elements] in the model's input space. */
  readonly image: Float32Array;
  readonly picture: Picture;
  /** The name of a file of it, without its extension. */
  readonly name: string;
  /** `camera` while it is live: a frozen frame is a picture. */
  readonly origin: 'digit' | 'scene' | 'drawing' | 'picture' | 'camera';
  readonly digit: number | null;
  /** The visitor's own picture, and how it was fitted. */
  readonly given?: { readonly file: File; readonly fit: Fit };
  /** Whether it came as an array: the input itself, whatever the preprocessing. */
  readonly array?: boolean;
}

export interface Settings {
  readonly method: Method;
  readonly steps: number;
  readonly mode: 'number' | 'auto' | 'exact';
  readonly rule: Rule;
  readonly baseline: BaselineName;
  readonly output: OutputMode;
  /** What is set of the options of methods, by name. */
  readonly options: OptionTexts;
}

export const DEFAULTS: Settings = {
  method: 'ig',
  steps: 64,
  mode: 'number',
  rule: 'midpoint',
  baseline: 'zero',
  output: 'logit',
  options: {},
};

/** What files of the visitor's give, by the names of options. No address can hold it. */
export const optionFiles = signal<Readonly<Record<string, OptionFiles>>>({});

export const SOURCES = ['digits', 'scenes', 'draw', 'picture', 'model'] as const;
export type Source = (typeof SOURCES)[number];

/** The sections of the page, by the names that links to them have. */
export const SECTIONS = ['look', 'why', 'fix', 'bench', 'doctor', 'export'] as const;
export type Section = (typeof SECTIONS)[number];

export const model = signal<OpenModel | null>(null);
/** The network that is being opened: its name if it is shipped, or that of the visitor's file; null if none is. */
export const opening = signal<string | null>(null);
export const rebuilt = signal(false);
/** Whether a newer version of the page is here, which the next load shows. */
export const outdated = signal(false);
export const digits = signal<readonly Digit[] | null>(null);
export const source = signal<Source>('digits');
export const subject = signal<Subject | null>(null);
/** The class that the picture shows; null if nobody said. */
export const truth = signal<number | null>(null);
export const reading = signal<Reading | null>(null);
export const settings = signal<Settings>(DEFAULTS);
export const cursor = signal<Pixel | null>(null);

/** Which of the three maps: for the predicted class, for the true one, or for the contrast of the two. */
export type Head = 'predicted' | 'true' | 'contrast';

/** A map beside the others, with the question that it answers. */
export interface HeadMap {
  readonly head: Head;
  readonly question: Question;
  readonly answer: MapAnswer;
}

/** A map of a part of the path: [pixels], summed over channels. */
export interface PartialMap extends Omit<HeadMap, 'answer'> {
  readonly pixels: Float32Array;
}

/** `swipe`: over the picture to the left of a handle, and the picture alone to its right. */
export const DRAWINGS = ['alone', 'over', 'swipe'] as const;
export type Drawing = (typeof DRAWINGS)[number];

/** The maps of one picture, made by one request. */
export interface Maps extends Pick<AttributeAnswer, 'cost' | 'milliseconds'> {
  readonly subject: Subject;
  readonly reading: Reading;
  readonly settings: Settings;
  /** At least one. */
  readonly list: readonly HeadMap[];
  /** The |value| that has the strongest colour: one scale serves all maps. */
  readonly scale: number;
}

export const maps = signal<Maps | null>(null);
/** The exact maps; or, as a sentence of the engine, why the search for them was given up. */
export const exact = signal<ExactAnswer | { readonly refused: Said } | null>(null);
/** The progress of the maps of a large network, which are made in several chunks. */
export const mapping = signal<Progress | null>(null);
/** The maps of the part of the path that is done, while `mapping` goes on. One for each question. */
export const partialMaps = signal<(Omit<PartialMaps, 'maps'> & { readonly subject: Subject; readonly list: readonly PartialMap[] }) | null>(
  null,
);
export const path = signal<PathAnswer | null>(null);
/** The index of the alpha that the path shows. */
export const alpha = signal(0);
/** How maps are drawn. null: over the picture if it is a photograph, otherwise alone. */
export const drawing = signal<Drawing | null>(null);
/** How opaque a map over the picture is, in percent. */
export const opacity = signal(100);
/** Where the handle between map and picture is, in percent of the width. */
export const swipe = signal(50);
/** The percentile of |value| that has the strongest colour. null: the library's for pictures of this size. */
export const percentile = signal<number | null>(null);
/** The scale at the percentile that was chosen, of these maps [pixels]; `usual` where none was. */
function scaleAt(usual: number, pixels: readonly Float32Array[]): number {
  return percentile.value === null ? usual : sharedScaleOf(pixels, percentile.value).scale;
}

/** The |value| that has the strongest colour in the finished maps. null before there are any. */
export const shownScale = computed<number | null>(() => {
  const shown = maps.value;
  if (shown === null) return null;
  return scaleAt(
    shown.scale,
    shown.list.map(({ answer }) => answer.pixels),
  );
});
/** The same in the maps that are shown while parts arrive; null while none are. */
export const partialScale = computed<number | null>(() => {
  const shown = partialMaps.value;
  if (shown === null) return null;
  return scaleAt(
    shown.scale,
    shown.list.map(({ pixels }) => pixels),
  );
});

export const wanted = signal<number | null>(null);
export const strategy = signal<Strategy | 'auto'>('auto');
export const outcomes = signal<Outcomes | null>(null);
/** The search that runs: the strategy that is being tried (null before the first one reports), and its progress (null before it is known). */
export const repairing = signal<{ readonly strategy: string | null; readonly progress: Progress | null } | null>(null);
export const repaired = signal<(RepairAnswer & { readonly strategy: Strategy | 'auto' }) | null>(null);

export const benchRows = signal<readonly BenchRow[]>([]);
export const bench = signal<BenchAnswer | null>(null);
/** What the rows were measured on: it may be another picture than the one that is shown now. */
export const benchOf = signal<{ readonly picture: string; readonly target: number; readonly baseline: BaselineName } | null>(null);
export const benching = signal<{ readonly done: number; readonly total: number } | null>(null);

export const diagnosis = signal<(Diagnosis & { readonly quick: boolean }) | null>(null);
/** The examination that runs. */
export const examining = signal<DoctorNews | null>(null);

/**
 * Whether the visitor must choose how pixels become numbers before anything is read in the picture: nothing in or beside the network says how, and
 * with a wrong guess every number would be wrong.
 */
export const undecided = computed(() => {
  const [open, shown] = [model.value, subject.value];
  if (open === null || shown === null || open.shipped !== null || open.preprocessingFound) return false;
  return open.preset === null && open.preprocessing.takesPictures && shown.array !== true;
});

/** What went wrong, by the step of the story that shows it. */
export const problems = {
  look: signal<Problem | null>(null),
  why: signal<Problem | null>(null),
  fix: signal<Problem | null>(null),
  versus: signal<Problem | null>(null),
  bench: signal<Problem | null>(null),
  doctor: signal<Problem | null>(null),
  export: signal<Problem | null>(null),
};

/** The names of the classes of the shipped networks of things in the page's language. */
export const thingNames = signal<Readonly<Record<string, string>>>({});

/** The name of a class of the open model. */
export function className(index: number): string {
  const label = model.value?.preprocessing.labels?.[index];
  if (label === undefined) return String(index);
  return readsScenes(model.value?.shipped) ? thingName(label) : label;
}

/** The name of a thing of a rendered picture in the page's language. */
export function thingName(label: string): string {
  return thingNames.value[label] ?? label;
}

/** The classes of the open model, to choose from. */
export const classOptions = computed(() =>
  Array.from({ length: model.value?.classes ?? 0 }, (_, i) => ({ value: String(i), label: className(i) })),
);

/** The classes by probability, the largest first. */
export const ranking = computed<readonly number[]>(() => {
  if (reading.value === null) return [];
  const byLogit = Array.from(reading.value.logits, (logit, index) => ({ logit, index })).sort((a, b) => b.logit - a.logit);
  return byLogit.map(({ index }) => index);
});

/** The probability of the class that was read. */
export function probabilityOf({ class: read, probabilities }: Reading): number {
  return present(probabilities[read], `the probability of class ${read}`);
}

export function stepsOf({ mode, steps }: Settings): Steps {
  return mode === 'number' ? steps : mode;
}
