import { type Layouts, quadsOf, type SampleLayout } from '../compile/layout.js';
import { halvesOf, type ScheduledDispatch } from '../compile/schedule.js';
import { variantName } from '../kernels/source.js';
import { invocationsOf, type Variant } from '../kernels/variant.js';
import { type Candidate, type CandidateDevice, candidatesOf } from './candidates.js';
import type { Tuner } from './tuner.js';

/** How the kernels of a recording are chosen. */
export interface TuningOptions {
  readonly tuner: Tuner;
  /** Whether kernels are chosen by measurement, else by the table. */
  readonly measures: boolean;
  /** The candidate that runs whatever dispatch has it. */
  readonly preferred?: string | undefined;
}

interface ChoosingDevice extends CandidateDevice {
  readonly kind: 'gpu' | 'software';
}

/** The name of the fastest of some candidates. */
type Race = (candidates: readonly Candidate[]) => Promise<string>;

/**
 * The variants in which dispatches run, in their order: what was measured for its class, now or before, else what the table says. All candidates compute the
 * same up to rounding, so a choice changes no result by more. `race` is undefined where a dispatch cannot be measured.
 */
export async function chooseVariants(
  dispatches: readonly ScheduledDispatch[],
  layouts: Layouts,
  gpu: ChoosingDevice,
  { tuner, measures, preferred }: TuningOptions,
  race: (dispatch: ScheduledDispatch) => Race | undefined,
): Promise<Variant[]> {
  const chosen: Variant[] = [];
  const measured = new Map<string, string>();
  for (const dispatch of dispatches) {
    const layout = layouts[dispatch.space];
    const candidates = candidatesOf(dispatch, layout, gpu);
    const named = (name: string | undefined) => candidates.find((candidate) => candidate.name === name);
    const choose = async (): Promise<Candidate> => {
      if (candidates.length === 1 || preferred !== undefined) return named(preferred) ?? candidates[0];
      const key = classOf(dispatch, layout);
      const known = measures ? named(measured.get(key) ?? (await tuner.winnerOf(key))) : undefined;
      const run = measures ? race(dispatch) : undefined;
      if (known !== undefined || run === undefined) return known ?? defaultOf(dispatch, layout, gpu.kind, candidates);
      const field = candidates.filter(({ filled }) => filled >= WORTH_A_TRIAL);
      if (field.length === 1) return candidates[0];
      const winner = await run(field);
      measured.set(key, winner);
      return named(winner) ?? candidates[0];
    };
    chosen.push((await choose()).variant);
  }
  await tuner.remember(measured);
  return chosen;
}

/** The class of a dispatch: the product that it is, its epilogue, and how many quads it has, up to the next power of two. */
export function classOf(dispatch: ScheduledDispatch, layout: SampleLayout): string {
  const { kernel, constants, workgroups } = dispatch;
  const halves = halvesOf(dispatch);
  const { parts = 1, outputs = 0, places = 0, depth = 0 } = workgroups ?? {};
  const size = `${parts}x${outputs}x${depth}, ${places} places, ${2 ** Math.ceil(Math.log2(quadsOf(layout)))} quads`;
  return `${variantName(kernel, constants)}: ${size}${halves.length > 0 ? `, halves ${halves.join(',')}` : ''}`;
}

/**
 * What runs a class that was not measured. A software adapter runs a product in registers: on two cores, lavapipe's kernels with workgroup memory
 * take three times as long, since it gathers each number of it alone, and SwiftShader compiles each for a second. For a GPU the table is a prediction
 * from counts (docs/gpu.md): the largest tile that is at least half full, and of which there are enough workgroups for all cores of a large GPU; where there are too few
 * of each, that with the most, if tiles in registers would leave more cores idle. Rows are shared
 * where an invocation each would leave such a GPU idle.
 */
export function defaultOf(
  { workgroups }: Pick<ScheduledDispatch, 'workgroups'>,
  layout: SampleLayout,
  kind: 'gpu' | 'software',
  candidates: readonly [Candidate, ...Candidate[]],
): Candidate {
  const [own, ...inWorkgroups] = candidates;
  if (kind === 'software' || workgroups === undefined || workgroups.depth < LEAST_DEPTH) return own;
  const quads = quadsOf(layout);
  if (workgroups.shares === 'row' && workgroups.outputs * quads >= ENOUGH_WORKGROUPS * own.variant.workgroup) return own;
  const groupsOf = ({ variant }: Candidate) => Math.ceil(invocationsOf(variant, quads) / variant.workgroup);
  const deepEnough = inWorkgroups.filter(({ variant: { constants } }) => {
    const { SLICES = 1, DEPTH = 0 } = constants;
    return SLICES === 1 || workgroups.depth >= LEAST_ROUNDS * DEPTH * SLICES;
  });
  const fitting = deepEnough.find((each) => each.filled >= HALF && (workgroups.shares === 'row' || groupsOf(each) >= ENOUGH_WORKGROUPS));
  return (
    fitting ?? deepEnough.filter((each) => each.filled * groupsOf(each) > groupsOf(own)).sort((a, b) => groupsOf(b) - groupsOf(a))[0] ?? own
  );
}

/** Rounds of a shorter depth are over before the loads of the next one are there. */
const LEAST_DEPTH = 32;
/** The parts of a workgroup that share the depth have so many rounds each, or some would have none. */
const LEAST_ROUNDS = 2;
/** An H100 has 132 multiprocessors, each of which runs several workgroups; smaller GPUs have fewer. */
const ENOUGH_WORKGROUPS = 128;
const HALF = 0.5;
/** A candidate whose tiles are emptier cannot win: it is slower by as much. */
const WORTH_A_TRIAL = 0.25;
