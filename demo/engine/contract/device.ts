import type { BaselineName, Rule, Steps } from '../../../src/index.js';
import type { Progress } from './progress.js';

export interface DoctorRequest {
  readonly quick: boolean;
  /** Only checks with this text in their name, such as an operator; all where it is empty. */
  readonly only: string;
}

export interface DoctorNews extends Progress {
  readonly stage: 'kernels' | 'speed';
}

export interface BenchRequest {
  readonly image: Float32Array;
  readonly target: number;
  readonly baseline: BaselineName;
}

export interface BenchRow {
  readonly rule: Rule | null;
  readonly steps: Steps;
  readonly points: number;
  readonly error: number | null;
  readonly relativeDelta: number;
  readonly milliseconds: number;
  readonly pointsPerSecond: number;
  readonly dispatches: number;
  readonly peakBytes: number;
  readonly readbackBytes: number;
}

/** A row that was just measured; `done` of `total` rows are measured now. */
export interface BenchNews extends Progress {
  readonly row: BenchRow;
}

export interface BenchAnswer {
  readonly rows: readonly BenchRow[];
  readonly adapter: string;
  readonly plan: string;
  /** What errors are measured against: the exact integral, or Gauss-Legendre with this many steps. */
  readonly reference: 'exact' | number;
}
