import type { Attempt, Baseline, Picture, Repair, Rule, Steps, Strategy } from '../../../src/index.js';
import type { Progress } from './progress.js';

/** How far the strategy that is being tried has come. */
export interface RepairProgress extends Progress {
  readonly strategy: string;
}

/** What a running search for a repair reports. */
export type RepairNews = { readonly attempt: Attempt } | { readonly progress: RepairProgress };

export interface RepairRequest {
  readonly image: Float32Array;
  readonly target: number;
  readonly strategy: Strategy | 'auto';
  readonly baseline: Baseline;
  readonly steps: Steps;
  readonly rule: Rule;
}

export interface RepairAnswer {
  readonly repair: Repair;
  readonly before: Picture;
  readonly after: Picture;
  /** [pixels] the map that ordered the pixels (`repair.map`), summed over channels. If none did, the map of the wanted class minus the class that was read. */
  readonly map: Float32Array;
}

/** What the network reads after the first n pixels of an order are painted, for n from 0 on. */
export interface Outcomes {
  readonly classes: Uint32Array;
  /** The probability of the target. */
  readonly probabilities: Float32Array;
  /** The pixels in the order in which they change. */
  readonly order: Uint32Array;
  /** [elements] the values of the painted pixels. */
  readonly paint: Float32Array;
  readonly painted: Picture;
  /** The numbers n that were tried, ascending. If trying all takes too long, evenly spread ones, at least 101. */
  readonly tried: Uint32Array;
}
