/**
 * A digit of the study as the page tells of it before anything is computed. The build makes it with the library (build/make_story.ts). Numbers of
 * pixels count from the upper left; bytes are written in base64.
 */
export interface StoryDigit {
  /** The index in MNIST's test set. */
  readonly index: number;
  readonly truth: number;
  /** The class that the network reads, and its probability. */
  readonly read: number;
  readonly probability: number;
  /** [784] 0 to 255. */
  readonly pixels: string;
  /** Integrated Gradients of the true class minus the class that is read. */
  readonly contrast: StoryMap;
  /** The map that the study's strategy goes by; null where it has none. */
  readonly map: StoryMap | null;
  /** The edit of the study's own strategy. */
  readonly study: StoryEdit;
  /** The smallest edit, where `repair` finds one quickly of which it proves that there is no smaller one. */
  readonly smallest: StoryEdit | null;
  /** The class that is read when 0%, 1%, ... 100% of the pixels are changed by the study's strategy: one figure each. Empty where it has no order. */
  readonly percentages: string;
}

export interface StoryMap {
  /** [784] int8, in 127ths of `scale`. */
  readonly values: string;
  /** The largest |value|. */
  readonly scale: number;
}

export interface StoryEdit {
  readonly strategy: string;
  /** The changed pixels with the level, 0 to 255, that each gets, in the order in which they were changed. */
  readonly flips: readonly (readonly [pixel: number, level: number])[];
  /** What the network reads afterwards, with its probability. */
  readonly reads: number;
  readonly probability: number;
  /** How many pixels are proven to be the least; null where nothing is proven. */
  readonly proven: number | null;
  /** How many edited pictures were tried. */
  readonly tried: number;
}

/** The side of a digit. */
export const SIDE = 28;
