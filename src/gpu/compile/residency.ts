import type { ConstantData, ScheduledDispatch } from './schedule.js';

/** Storage buffers are bound at multiples of this on every adapter. */
const STORAGE_ALIGNMENT = 256;
/** Smaller constants (biases, tables of indices) are always on the device: an upload costs more than their memory is worth. */
const LEAST_STREAMED = 2 ** 14;
/** How many chunks a request is taken to have: what a chunk reads is uploaded as often. */
const TYPICAL_CHUNKS = 4;

/** Where the constants of a schedule are: on the device throughout, or uploaded in turn into one window. */
export interface Residency {
  readonly resident: ReadonlySet<ConstantData>;
  /** Bytes of the window in which the other constants take turns. 0 where there are none. */
  readonly window: number;
  /** Bytes of the resident constants and the window. */
  readonly bytes: number;
}

/** A constant of a turn, and where in the window it lies. */
export interface Placed {
  readonly data: ConstantData;
  readonly offset: number;
}

/** Dispatches that follow one another, with the constants that are uploaded for them. Both are in order. */
export interface Turn<D> {
  readonly dispatches: readonly D[];
  readonly placed: readonly Placed[];
}

type Binding = Pick<ScheduledDispatch, 'bindings' | 'stage'>;

/**
 * Decides which constants are on the device throughout, so that all of them take at most `room` bytes, or as few as can be. All are if they fit.
 * Else the weights that are read most often stay, as many as fit beside a window for the weights of one dispatch.
 *
 * This is the only place that decides so. Weights of convolutions that lie there in both orders are two constants here.
 */
export function chooseResidency(dispatches: readonly Binding[], room: number): Residency {
  const reads = new Map<ConstantData, number>();
  for (const dispatch of dispatches) {
    const times = dispatch.stage === 'chunk' || dispatch.stage === 'reduce' ? TYPICAL_CHUNKS : 1;
    for (const data of constantsOf(dispatch)) reads.set(data, (reads.get(data) ?? 0) + times);
  }
  const all = new Set(reads.keys());
  const bytes = bytesOf(all);
  if (bytes <= room) return { resident: all, window: 0, bytes };
  const window = Math.max(...dispatches.map((dispatch) => alignedBytes([...constantsOf(dispatch)].filter(isStreamable))));
  const resident = new Set([...all].filter((data) => !isStreamable(data)));
  let taken = window + bytesOf(resident);
  const streamable = [...reads].filter(([data]) => isStreamable(data)).sort(([, a], [, b]) => b - a);
  for (const [data] of streamable) {
    if (taken + data.byteLength > room) continue;
    resident.add(data);
    taken += data.byteLength;
  }
  return { resident, window, bytes: taken };
}

/** Cuts dispatches into turns, each with as many as the window has room for. Without a window there is one. */
export function turnsOf<D extends Binding>(dispatches: readonly D[], { resident, window }: Residency): Turn<D>[] {
  const turns: { dispatches: D[]; placed: Placed[]; end: number }[] = [{ dispatches: [], placed: [], end: 0 }];
  for (const dispatch of dispatches) {
    const streamed = [...constantsOf(dispatch)].filter((data) => !resident.has(data));
    let turn = turns[turns.length - 1];
    const missing = streamed.filter((data) => !turn?.placed.some((each) => each.data === data));
    if (turn === undefined || turn.end + alignedBytes(missing) > window) {
      turn = { dispatches: [], placed: [], end: 0 };
      turns.push(turn);
    }
    for (const data of streamed) {
      if (turn.placed.some((each) => each.data === data)) continue;
      turn.placed.push({ data, offset: turn.end });
      turn.end += alignedBytes([data]);
    }
    turn.dispatches.push(dispatch);
  }
  return turns.filter(({ dispatches: own }) => own.length > 0);
}

function constantsOf({ bindings }: Binding): Set<ConstantData> {
  return new Set(bindings.flatMap((binding) => (binding.kind === 'constant' ? [binding.data] : [])));
}

/** Whether a constant can be made anew for each upload. */
function isStreamable(data: ConstantData): boolean {
  return 'make' in data && data.byteLength >= LEAST_STREAMED;
}

function bytesOf(constants: Iterable<ConstantData>): number {
  return [...constants].reduce((sum, data) => sum + data.byteLength, 0);
}

function alignedBytes(constants: readonly ConstantData[]): number {
  return constants.reduce((sum, data) => sum + Math.ceil(data.byteLength / STORAGE_ALIGNMENT) * STORAGE_ALIGNMENT, 0);
}
