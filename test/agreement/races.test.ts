import { describe, expect, test } from 'vitest';
import { graphOfCase, type Surroundings } from '../../src/doctor/case_graph.js';
import { comparableCases } from '../../src/doctor/cases/index.js';
import { RULE_SETS } from '../../src/doctor/compare.js';
import { convolutionNetworks } from '../../src/doctor/networks/index.js';
import { requestNetwork } from '../../src/doctor/networks/requests.js';
import type { Schedule, ScheduledDispatch } from '../../src/gpu/compile/schedule.js';
import { linkedKernels } from '../../src/gpu/fused/kernels.js';
import { fusedPathSchedule } from '../../src/gpu/fused/path.js';
import { kernelNames, variantName } from '../../src/gpu/kernels/source.js';
import { kernelOf } from '../../src/gpu/kernels/variant.js';
import { layeredPlan } from '../../src/gpu/plans.js';
import { candidateSchedule, forwardSchedule } from '../../src/gpu/requests/evaluate.js';
import { momentSchedule } from '../../src/gpu/requests/gradients.js';
import { regionSchedule } from '../../src/gpu/requests/linear_regions.js';
import { multiplierSchedule } from '../../src/gpu/requests/multipliers.js';
import { pathSchedule } from '../../src/gpu/requests/path/path_schedule.js';
import { isLinear, isPiecewise } from '../../src/graph/analysis/piecewise.js';
import { activeValues, type Graph } from '../../src/graph/graph.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { withRules } from '../../src/graph/passes/rules/rule_set.js';
import { foreignReads, type Launch, launchesOf, plainLaunch, runLaunch, sourceOf } from '../support/races/launches.js';
import { type Race, Recorder } from '../support/races/recorder.js';
import { coverPairs } from '../support/variants.js';

/**
 * No invocation of a kernel may read or write an element that another one of the same dispatch writes. Every kernel runs as a program of its
 * addresses (test/support/races), without a GPU, on the largest and the smallest operator case that use it; of kernels with many variants those run
 * that cover all pairs of constants.
 */

const SURROUNDINGS: readonly Surroundings[] = [{}, { before: 'LeakyRelu', after: 'Relu' }, { before: 'gates' }];

interface Found {
  readonly dispatch: ScheduledDispatch;
  readonly graph: Graph;
}

/** For every kernel with its constants, the dispatch with the most tiles and the one with the fewest. */
function extremes(schedulesOf: (graph: Graph) => readonly Schedule[]): ReadonlyMap<string, readonly [most: Found, fewest: Found]> {
  const found = new Map<string, readonly [Found, Found]>();
  for (const graph of graphs) {
    for (const { dispatches } of schedulesOf(graph)) {
      for (const dispatch of dispatches.flatMap(alsoAccumulating)) {
        const name = variantName(dispatch.kernel, dispatch.constants);
        const own = { dispatch, graph };
        const [most, fewest] = found.get(name) ?? [own, own];
        found.set(name, [dispatch.tiles > most.dispatch.tiles ? own : most, dispatch.tiles < fewest.dispatch.tiles ? own : fewest]);
      }
    }
  }
  return found;
}

/** A dispatch, and as it would be if the cotangent that it writes had a value already: in few cases a value has two readers. */
function alsoAccumulating(dispatch: ScheduledDispatch): ScheduledDispatch[] {
  const isAlone = dispatch.constants?.ACCUMULATE === 0 && dispatch.bindings.at(-1)?.kind === 'cotangent';
  return isAlone ? [dispatch, { ...dispatch, constants: { ...dispatch.constants, ACCUMULATE: 1 } }] : [dispatch];
}

const graphs = [
  ...comparableCases.flatMap((each) => SURROUNDINGS.map((around) => graphOfCase(each, 1, 7, around).graph)),
  ...convolutionNetworks(),
  ...RULE_SETS.map((rules) => withRules(requestNetwork(), rules).graph),
].map(canonicalise);

function isAffineInPieces(graph: Graph): boolean {
  const active = activeValues(graph);
  return graph.nodes.every((node) => isLinear(node, active) || isPiecewise(node, active));
}

/** Every convolution that can be goes by Winograd's filtering, in whole planes. */
const byWinograd = layeredPlan({ channels: 0, stripBytes: Number.POSITIVE_INFINITY });

function layeredSchedules(graph: Graph): Schedule[] {
  return [
    forwardSchedule(graph),
    candidateSchedule(graph),
    pathSchedule(graph),
    forwardSchedule(graph, byWinograd),
    pathSchedule(graph, byWinograd),
    fusedPathSchedule(graph),
    multiplierSchedule(graph, 'rescale'),
    ...(isAffineInPieces(graph) ? [regionSchedule(graph)] : []),
    ...(['moments', 'products'] as const).map((ending) => momentSchedule(graph, ending)),
  ];
}

const chosenOf = ({ dispatch, variant }: Launch) => kernelOf(dispatch, variant);

function nameOf(launch: Launch): string {
  const { kernel, constants } = chosenOf(launch);
  return variantName(kernel, constants);
}

/** The launch with the most invocations of every variant that some adapter runs. */
function launchesByName(): ReadonlyMap<string, Launch> {
  const launches = new Map<string, Launch>();
  for (const { dispatch, graph } of [...extremes(layeredSchedules).values()].flat()) {
    for (const launch of launchesOf(dispatch, graph)) {
      const known = launches.get(nameOf(launch));
      if (!known || launch.variant.tiles > known.variant.tiles) launches.set(nameOf(launch), launch);
    }
  }
  return launches;
}

function racesOf(launch: Launch, source = sourceOf(launch)): { races: readonly Race[]; written: number } {
  const recorder = new Recorder();
  runLaunch(launch, source, recorder, recorder);
  return recorder;
}

describe('races', () => {
  const launches = launchesByName();
  const chosen = coverPairs([...launches.values()].map(chosenOf));

  test('every kernel is launched by some operator case', () => {
    expect([...new Set([...launches.values()].map((launch) => chosenOf(launch).kernel))].sort()).toEqual([...kernelNames]);
  });

  test.each([...launches].filter(([name]) => chosen.has(name)))('%s has none', (_, launch) => {
    const { races, written } = racesOf(launch);
    expect(races).toEqual([]);
    expect(written).toBeGreaterThan(0);
  });

  /** The launch of this kernel that is largest, by its tiles, whose constants have these values; `undefined`: the template's own. */
  function launchOf(
    kernel: string,
    constants: Readonly<Record<string, number | undefined>>,
    sizeOf = ({ variant }: Launch) => variant.tiles,
  ): Launch {
    const fitting = [...launches.values()].filter((launch) => {
      const { kernel: name, constants: own } = chosenOf(launch);
      return name === kernel && Object.entries(constants).every(([name, value]) => own[name] === value);
    });
    const [first, ...others] = fitting;
    if (first === undefined) throw new Error(`no launch of ${kernel}`);
    return others.reduce((most, each) => (sizeOf(each) > sizeOf(most) ? each : most), first);
  }

  function planted(launch: Launch, right: string, wrong: string): string {
    const source = sourceOf(launch);
    expect(source.split(right)).toHaveLength(2);
    return source.replace(right, wrong);
  }

  test.each([
    ['gates_apply', {}, 'through_gate(dy[index]', 'through_gate(dy[index ^ (8u * p.grid.lanes)]'],
    ['reduce_backward', {}, 'value += dx[at.linear];', 'value += dx[at.linear + p.grid.lanes];'],
    ['softmax_backward', {}, 'select(vec4f(0.0), dx[index],', 'select(vec4f(0.0), dx[index + 1u],'],
    ['conv_tile_backward', { ACCUMULATE: 1 }, 'a0_0_0 += y[index + ', 'a0_0_0 += y[index + 4u * p.output_width * lanes + '],
    ['conv_subgroup', { ACCUMULATE: 1 }, 'let own1 = own_first + (member ^ 4u)', 'let own1 = own_first + (member & 4u)'],
    ['winograd_outputs', { ACCUMULATE: 1 }, 'value += y[index + 0u * step];', 'value += y[index + 4u * step];'],
    ['dense', { ACCUMULATE: 1 }, 'select(vec4f(0.0), y[index],', 'select(vec4f(0.0), y[index + 16u * parameters.grid.lanes],'],
    ['path_reduce', { ROWS: 2 }, 'select(0.0, sums[index], begun)', 'select(0.0, sums[index + 4u], begun)'],
    ['sigmoid', { BACKWARD: 1 }, 'cotangent += dx[at.linear];', 'cotangent += dx[max(at.linear, 1u) - 1u];'],
    ['max_pool_backward', { APART: 1 }, 'sum += dx[index];', 'sum += dx[index + p.grid.lanes];'],
  ] as const)('a planted read of a neighbour is found in %s', (kernel, constants, right, wrong) => {
    const launch = launchOf(kernel, constants);
    expect(racesOf(launch, planted(launch, right, wrong)).races[0]).toMatchObject({ what: 'a read and a write' });
  });

  test.each([
    ['dense_workgroup', { SLICES: 1 }, 0],
    ['dense_workgroup', { SLICES: 1 }, 1],
    ['conv_workgroup', { SLICES: 4 }, 2],
    ['conv_workgroup', { SLICES: 4 }, 3],
    ['conv_workgroup_phases', { SLICES: 1 }, 0],
    ['matmul_workgroup', { LANES: 2 }, 0],
    ['matmul_workgroup', { LANES: 2 }, 1],
    ['softmax_workgroup_forward', { LANES: 4 }, 2],
    ['softmax_workgroup_backward', { LANES: 1 }, 1],
    ['softmax_workgroup_backward', { LANES: 4, LOG: 1 }, 0],
    ['normalize_workgroup_statistics', { LANES: 4 }, 2],
    ['normalize_workgroup_means', { LANES: 1 }, 1],
    ['reduce_workgroup', { LANES: 4, MODE: 0 }, 0],
    ['reduce_workgroup', { LANES: 1, MODE: 1 }, 1],
  ] as const)('a barrier that %s %o lacks is found, the one at %i', (kernel, constants, which) => {
    // The deepest has several rounds.
    const launch = launchOf(kernel, constants, ({ dispatch }) => dispatch.workgroups?.depth ?? 0);
    const parts = sourceOf(launch).split('workgroupBarrier();');
    const source = parts.map((part, at) => (at === 0 ? part : `${at === which + 1 ? '' : 'workgroupBarrier();'}${part}`)).join('');
    expect(racesOf(launch, source).races[0]).toMatchObject({
      buffer: expect.stringMatching(/^(?:tile_|parts|origins|elements_of)/),
      what: 'a read and a write',
    });
  });

  test('a planted second write is found', () => {
    const launch = launchOf('relu_forward', { ADDEND: undefined });
    expect(racesOf(launch, planted(launch, 'y[index] =', 'y[index / 16u] =')).races[0]).toMatchObject({ what: 'two writes' });
  });
});

describe('the fused plan, whose kernels run in one dispatch', () => {
  // What sums over alphas is a dispatch of its own (src/gpu/fused/program.ts).
  const fused = extremes((graph) => [
    fusedPathSchedule(graph),
    forwardSchedule(graph, { kernels: linkedKernels }),
    candidateSchedule(graph, { kernels: linkedKernels }),
  ]);
  const lanes = [...fused.values()]
    .flat()
    .filter(({ dispatch }) => dispatch.space === 'samples' && dispatch.stage === 'chunk')
    .map(({ dispatch, graph }) => plainLaunch(dispatch, graph));
  const chosen = coverPairs(lanes.map(({ dispatch }) => ({ kernel: dispatch.kernel, constants: dispatch.constants ?? {} })));
  const launches = new Map(lanes.filter((launch) => chosen.has(nameOf(launch))).map((launch) => [nameOf(launch), launch]));

  test.each([...launches])('%s reads and writes its own lane alone', (_, launch) => {
    expect(foreignReads(launch)).toEqual([]);
  });

  test.each([
    ['gates_apply', 'let word = gates[at.linear];', 'let word = gates[at.linear ^ 1u];'],
    ['softmax_forward', 'var largest = x[start];', 'var largest = x[start ^ 1u];'],
    ['average_pool_backward', '* p.grid.lanes + at.lane];', '* p.grid.lanes + at.lane / 2u];'],
    ['matmul', 'let from_right = (at.block *', 'let from_right = (at.block / 2u *'],
  ])('a planted read of another lane or block is found in %s', (kernel, right, wrong) => {
    const launch = [...launches.values()].find(({ dispatch }) => dispatch.kernel === kernel);
    if (launch === undefined) throw new Error(`no launch of ${kernel}`);
    const source = sourceOf(launch);
    expect(source).toContain(right);
    expect(foreignReads(launch, source.replace(right, wrong))).not.toEqual([]);
  });
});
