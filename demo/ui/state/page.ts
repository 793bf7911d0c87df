import { computed, signal } from '@preact/signals';
import type { BaselineName, OutputMode, Picture, Rule, Steps, Strategy } from '../../../src/index.js';
import type {
  AttributeAnswer,
  BenchAnswer,
  BenchRow,
  Digit,
  ExactAnswer,
  OpenModel,
  Outcomes,
  PathAnswer,
  Progress,
  Question,
  Reading,
  RepairAnswer,
} from '../../engine/contract.js';
import type { Problem } from '../controls/notice.js';
import type { Pixel } from '../lib/cursor.js';

/** What is looked at. */
export interface Subject {
  /** [elements] in the model's input space. */
  readonly image: Float32Array;
  readonly picture: Picture;
  /** As a file of it would be called. */
  readonly name: string;
  readonly origin: 'digit' | 'drawing' | 'picture';
  readonly digit: number | null;
}

export interface Settings {
  readonly steps: number;
  readonly mode: 'number' | 'auto' | 'exact';
  readonly rule: Rule;
  readonly baseline: BaselineName;
  readonly output: OutputMode;
}

export const DEFAULTS: Settings = { steps: 64, mode: 'number', rule: 'midpoint', baseline: 'zero', output: 'logit' };

export type Source = 'digits' | 'draw' | 'picture' | 'model';

export const model = signal<OpenModel | null>(null);
export const opening = signal(true);
export const rebuilt = signal(false);
export const digits = signal<readonly Digit[] | null>(null);
export const source = signal<Source>('digits');
export const subject = signal<Subject | null>(null);
/** The class that the picture shows, as far as anyone said. */
export const truth = signal<number | null>(null);
export const reading = signal<Reading | null>(null);
export const settings = signal<Settings>(DEFAULTS);
export const cursor = signal<Pixel | null>(null);

/** Maps, with the questions that they answer. */
export interface Maps {
  readonly subject: Subject;
  readonly reading: Reading;
  readonly heads: readonly Head[];
  readonly questions: readonly Question[];
  readonly settings: Settings;
  readonly answer: AttributeAnswer;
  /** [pixels] a question, channels summed. */
  readonly pixels: readonly Float32Array[];
}

export type Head = 'predicted' | 'true' | 'contrast';

export const maps = signal<Maps | null>(null);
/** The exact maps; or why they were given up, in one sentence of the engine. */
export const exact = signal<ExactAnswer | { readonly refused: string } | null>(null);
/** How far maps of a large network have come, while they are made in several chunks. */
export const mapping = signal<Progress | null>(null);
export const path = signal<PathAnswer | null>(null);
/** Which of the path's alphas is looked at. */
export const alpha = signal(0);

export const wanted = signal<number | null>(null);
export const strategy = signal<Strategy | 'auto'>('auto');
export const outcomes = signal<Outcomes | null>(null);
/** What is being tried; no strategy before the first one tells, no total before it knows. */
export const repairing = signal<{ readonly strategy: string | null; readonly progress: Progress | null } | null>(null);
export const repaired = signal<(RepairAnswer & { readonly strategy: Strategy | 'auto' }) | null>(null);

export const benchRows = signal<readonly BenchRow[]>([]);
export const bench = signal<BenchAnswer | null>(null);
export const benching = signal<{ readonly done: number; readonly total: number } | null>(null);

/** Where each step of the story says what went wrong. */
export const problems = {
  look: signal<Problem | null>(null),
  why: signal<Problem | null>(null),
  fix: signal<Problem | null>(null),
  bench: signal<Problem | null>(null),
  export: signal<Problem | null>(null),
};

/** The name of a class of the open model. */
export function className(index: number): string {
  return model.value?.preprocessing.labels?.[index] ?? String(index);
}

/** The classes of the open model, to choose from. */
export const classOptions = computed(() =>
  Array.from({ length: model.value?.classes ?? 0 }, (_, i) => ({ value: String(i), label: className(i) })),
);

/** The classes by probability, the largest first. */
export const ranking = computed<readonly number[]>(() => {
  const probabilities = reading.value?.probabilities;
  if (probabilities === undefined) return [];
  const logits = reading.value!.logits;
  return Array.from(probabilities, (_, i) => i).sort((a, b) => logits[b]! - logits[a]!);
});

export function stepsOf({ mode, steps }: Settings): Steps {
  return mode === 'number' ? steps : mode;
}
