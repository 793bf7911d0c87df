import { itemAt } from '../../tensor/items.js';
import { mostAlive } from './memory.js';
import { lifetimesOf, type Schedule, type ScheduledBinding, type ScheduledDispatch, type TensorBinding, withMemory } from './schedule.js';

/** The most images of a request for paths whose tensors fit into one quad, at both ends and for each image. */
export const LEAN_IMAGES = 2;
/** The parts into which the tensors for the backward pass are cut, from the fewest to the most that are tried. */
const PARTS = [2, 3, 4, 6, 8, 12, 16, 24, 32];

/**
 * The same schedule with less memory, and with more work, since most of the forward pass runs twice (Chen et al. 2016, "Training deep nets with
 * sublinear memory cost"). The forward pass is cut into segments, and keeps only what later segments read. Before the backward pass enters a
 * segment, its dispatches run again. All tensors share slots, those of samples with those of images, so it is for one quad of each.
 *
 * Undefined where nothing is kept for a backward pass.
 */
export function leanSchedule(schedule: Schedule): Schedule | undefined {
  const forward = new ForwardPass(schedule);
  if (forward.kept === 0) return undefined;
  const cuts = PARTS.map((parts) => {
    const dispatches = forward.cut(forward.kept / parts);
    return { dispatches, alive: mostAlive([...lifetimesOf(schedule, dispatches, 'one quad').values()].flat()) };
  });
  const { dispatches } = cuts.reduce((a, b) => (b.alive < a.alive ? b : a));
  return { ...schedule, ...withMemory(schedule, dispatches, 'one quad'), recomputes: true };
}

/** A tensor that the forward pass of the samples writes. Positions count the dispatches of that pass. */
interface Written {
  readonly elements: number;
  readonly at: number;
  /** The last position at which the forward pass binds it. */
  last: number;
  /** Whether the dispatches after the forward pass bind it. */
  kept: boolean;
}

/** The dispatches of a chunk up to the first cotangent, and what the rest reads of them. */
class ForwardPass {
  /** vec4s of all tensors that are kept for the backward pass. */
  readonly kept: number;
  readonly #before: readonly ScheduledDispatch[];
  readonly #own: readonly ScheduledDispatch[];
  readonly #after: readonly ScheduledDispatch[];
  readonly #written = new Map<string, Written>();

  constructor(private readonly schedule: Schedule) {
    const { dispatches } = schedule;
    const first = dispatches.findIndex(({ stage }) => stage === 'chunk');
    const end = dispatches.findIndex(({ bindings }, index) => index >= first && bindings.some(({ kind }) => kind === 'cotangent'));
    const cut = end < 0 ? dispatches.length : end;
    [this.#before, this.#own, this.#after] = [dispatches.slice(0, first), dispatches.slice(first, cut), dispatches.slice(cut)];
    this.#own.forEach((dispatch, position) => {
      for (const binding of tensorsOf(dispatch)) {
        const { id, elements } = schedule.tensorOf(dispatch, binding);
        const known = this.#written.get(id);
        if (known) known.last = position;
        else if ((binding.space ?? dispatch.space) === 'samples')
          this.#written.set(id, { elements, at: position, last: position, kept: false });
      }
    });
    for (const dispatch of this.#after) {
      for (const binding of tensorsOf(dispatch)) {
        const known = this.#written.get(schedule.tensorOf(dispatch, binding).id);
        if (known) known.kept = true;
      }
    }
    this.kept = [...this.#written.values()].reduce((sum, { elements, kept }) => sum + (kept ? elements : 0), 0);
  }

  /** The schedule's dispatches, with segments of at most `most` vec4s of kept tensors that run again. */
  cut(most: number): ScheduledDispatch[] {
    const ends = this.#ends(most);
    const segments = ends.map((end, k) => this.#segment(k === 0 ? 0 : itemAt(ends, k - 1), end));
    // The backward pass enters the last segment at once.
    const recomputed = segments.slice(0, -1);
    const segmentOf = new Map(recomputed.flatMap((segment) => [...segment.inner].map((id) => [id, segment] as const)));
    const entered = new Set<Segment>();
    const after = this.#after.flatMap((dispatch) => {
      const read = tensorsOf(dispatch).flatMap((binding) => segmentOf.get(this.#idOf(dispatch, binding)) ?? []);
      const fresh = [...new Set(read)].filter((segment) => !entered.has(segment));
      for (const segment of fresh) entered.add(segment);
      return [...fresh.flatMap((segment) => this.#again(segment)), this.#reading(dispatch, (id) => segmentOf.has(id))];
    });
    return [...this.#before, ...this.#own, ...after];
  }

  /**
   * Where segments end. Of all cuts whose segments keep at most `most` for their backward pass it is the one that keeps least between segments,
   * found by dynamic programming over the positions.
   */
  #ends(most: number): number[] {
    const positions = this.#own.length;
    const tensors = [...this.#written.values()];
    const between = Array.from({ length: positions + 1 }, (_, end) =>
      tensors.reduce((sum, { elements, at, last }) => sum + (at < end && last >= end ? elements : 0), 0),
    );
    const writtenAt = Array.from({ length: positions }, (_, position) => tensors.filter(({ at, kept }) => kept && at === position));
    const best = [{ sum: 0, from: 0 }];
    for (let end = 1; end <= positions; end++) {
      let least = { sum: Number.POSITIVE_INFINITY, from: end - 1 };
      let inner = 0;
      for (let from = end - 1; from >= 0; from--) {
        for (const { elements, last } of itemAt(writtenAt, from)) if (last < end) inner += elements;
        if (inner > most && from < end - 1) break;
        const sum = itemAt(best, from).sum + itemAt(between, end);
        if (sum < least.sum) least = { sum, from };
      }
      best.push(least);
    }
    const ends: number[] = [];
    for (let end = positions; end > 0; end = itemAt(best, end).from) ends.unshift(end);
    return ends;
  }

  #segment(from: number, end: number): Segment {
    const inner = new Set([...this.#written].flatMap(([id, { at, last }]) => (at >= from && at < end && last < end ? [id] : [])));
    return { dispatches: this.#own.slice(from, end), inner };
  }

  /** The dispatches of a segment that lead to what the backward pass reads of it. They write its inner tensors anew. */
  #again({ dispatches, inner }: Segment): ScheduledDispatch[] {
    const needed = new Set([...inner].filter((id) => this.#written.get(id)?.kept));
    const chosen: ScheduledDispatch[] = [];
    for (const dispatch of [...dispatches].reverse()) {
      const bound = tensorsOf(dispatch);
      const written = bound.filter((binding) => binding.kind === 'saved' || binding === dispatch.bindings.at(-1));
      if (!written.some((binding) => needed.has(this.#idOf(dispatch, binding)))) continue;
      for (const binding of bound) {
        const id = this.#idOf(dispatch, binding);
        if (inner.has(id)) needed.add(id);
      }
      chosen.unshift(this.#reading(dispatch, (id) => inner.has(id)));
    }
    return chosen;
  }

  /** The dispatch with those of its tensors that were written anew. */
  #reading(dispatch: ScheduledDispatch, again: (id: string) => boolean): ScheduledDispatch {
    const bindings = dispatch.bindings.map((binding) =>
      isTensor(binding) && again(this.#idOf(dispatch, binding)) ? { ...binding, again: true as const } : binding,
    );
    return { ...dispatch, bindings };
  }

  #idOf(dispatch: ScheduledDispatch, binding: TensorBinding): string {
    return this.schedule.tensorOf(dispatch, binding).id;
  }
}

/** Dispatches of the forward pass that follow one another, and the tensors that they write and no later dispatch of that pass reads. */
interface Segment {
  readonly dispatches: readonly ScheduledDispatch[];
  readonly inner: ReadonlySet<string>;
}

function tensorsOf({ bindings }: ScheduledDispatch): TensorBinding[] {
  return bindings.filter(isTensor);
}

function isTensor(binding: ScheduledBinding): binding is TensorBinding {
  return binding.kind !== 'constant' && binding.kind !== 'external';
}
