import type { Graph } from '../../graph/graph.js';
import type { ScheduleOptions } from '../compile/lower.js';
import type { Schedule } from '../compile/schedule.js';

/** How paths run: their schedule, and the samples that a request must add to every path for it. */
export interface PathForm {
  readonly schedule: (graph: Graph, options?: ScheduleOptions) => Schedule;
  /** Alphas of the samples that every path has after its nodes, with weight 0. */
  readonly ends: readonly number[];
}

/** The parts in which the schedules of one plan differ from those of the other. */
export interface PlanParts extends Required<ScheduleOptions> {
  readonly path: PathForm;
}

/** The schedules of one graph, each built when it is first needed. */
export class Schedules {
  readonly #built = new Map<PlanParts, Map<string, Schedule>>();

  constructor(readonly graph: Graph) {}

  /** The schedule of a kind of request. */
  get(kind: string, parts: PlanParts, build: (graph: Graph, parts: PlanParts) => Schedule): Schedule {
    const ofParts = this.#built.get(parts) ?? new Map<string, Schedule>();
    this.#built.set(parts, ofParts);
    const schedule = ofParts.get(kind) ?? build(this.graph, parts);
    ofParts.set(kind, schedule);
    return schedule;
  }
}
