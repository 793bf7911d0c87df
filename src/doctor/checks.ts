import { halveActivations } from '../gpu/compile/halves.js';
import { halvesOf, type Schedule, type ScheduledDispatch } from '../gpu/compile/schedule.js';
import type { DeviceSource } from '../gpu/device/device.js';
import type { Plan } from '../gpu/fused/choose.js';
import { variantName } from '../gpu/kernels/source.js';
import { kernelOf } from '../gpu/kernels/variant.js';
import { WORKGROUP_TILES, type WorkgroupTile, workgroupVariant } from '../gpu/kernels/workgroup_tiles.js';
import { PLANS } from '../gpu/plans.js';
import { candidateSchedule, forwardSchedule } from '../gpu/requests/evaluate.js';
import { gradientSchedule, momentSchedule } from '../gpu/requests/gradients.js';
import { layerSchedule } from '../gpu/requests/layers.js';
import { regionSchedule } from '../gpu/requests/linear_regions.js';
import { multiplierSchedule } from '../gpu/requests/multipliers.js';
import type { GpuExecutorOptions } from '../gpu/resource_owner.js';
import { isLinear, isPiecewise } from '../graph/analysis/piecewise.js';
import { activeValues, type Graph } from '../graph/graph.js';
import { absorbAffine } from '../graph/passes/absorb.js';
import { canonicalise } from '../graph/passes/canonicalise.js';
import { withRules } from '../graph/passes/rules/rule_set.js';
import { operatorOf } from '../ops/index.js';
import type { WorkgroupProduct } from '../ops/operator.js';
import { graphOfCase, type Surroundings } from './case_graph.js';
import { comparableCases } from './cases/index.js';
import { DEFAULT_RANGE, type OperatorCase } from './cases/operator_case.js';
import {
  compareCandidates,
  compareImages,
  compareLayers,
  compareMoments,
  compareMultipliers,
  comparePaths,
  compareRegions,
  compareRules,
  type Distances,
  RULE_SETS,
} from './compare.js';
import { convolutionNetworks } from './networks/index.js';
import { REQUEST_LAYERS, requestNetwork } from './networks/requests.js';
import { casesWithNew, dispatchesOf } from './selection.js';

/** Something that an adapter can get wrong, and kernels that it runs for that. */
export interface Check {
  readonly name: string;
  /** What it serves: operators of ONNX, or what is asked of a network. */
  readonly serves: readonly string[];
  readonly plan: Plan;
  /** Whether activations are stored in 16 bits: then gradients are as far from float64 as such rounding makes them (HALVES_TOLERANCE in examine.ts). */
  readonly mixed?: true;
  /** What it runs on the device. */
  readonly schedules: () => readonly Schedule[];
  /** Those of them on which the distance called `outputs` depends. */
  readonly kernelsOfOutputs?: () => readonly string[];
  readonly run: (source: DeviceSource) => Promise<Distances>;
}

/** The kernels of a check with the constants that its schedules give them: `conv_tile_forward POOL=2 TAPS=3`. */
export function kernelsOf({ plan, schedules }: Check): readonly string[] {
  const names = namesIn(schedules());
  return plan === 'fused' ? names.map((name) => `${name}, fused`) : names;
}

/** Seven fill a quad and most of a second one. */
const FEW = 7;
/** So many that invocations of products and convolutions take several quads, and that no lane of a block is left. */
const MANY = 260;

/** A device of which nothing is known may hold every tile. One that does not runs the dispatch's own kernel. */
const ANY_LIMITS = {
  maxComputeWorkgroupStorageSize: Number.POSITIVE_INFINITY,
  maxComputeInvocationsPerWorkgroup: Number.POSITIVE_INFINITY,
};

const PLACES: readonly (readonly [name: string, surroundings: Surroundings])[] = [
  ['alone', {}],
  ['between nonlinearities', { before: 'LeakyRelu', after: 'Relu' }],
  ['behind gates', { before: 'gates' }],
];

/**
 * All that an adapter is asked. `quick`: of operators one case for each kernel and each kind of it, in one place; of networks those that reach most
 * kernels. Software adapters compile a kernel for seconds, of which a full examination has some hundred.
 */
export function checksFor({ quick }: { readonly quick: boolean }): Check[] {
  const cases = quick ? casesWithNew(kindsOf) : comparableCases;
  const places = quick ? PLACES.slice(1, 2) : PLACES;
  const operators = places.flatMap(([place, around]) =>
    cases.filter((each) => fits(each, around)).map((each) => caseCheck(each, place, around, quick)),
  );
  return [
    ...operators,
    ...networkChecks(quick),
    ...candidateChecks(quick),
    ...mixedChecks(quick),
    ...requestChecks(),
    ...fusedChecks(quick),
  ];
}

/** Constants that say how a convolution or a product is laid out, not what a kernel computes. */
const LAYOUT =
  /^(?:CHANNELS|ROWS|COLUMNS|PIXELS|TAPS|TAP_ROWS|UNROLL|STRIDE|DILATION|TRANSPOSED|EXPAND|ROW_PHASE|COLUMN_PHASE|TILE|CHANNELS_MULTIPLE)$/;

function kindsOf(each: OperatorCase): string[] {
  return dispatchesOf(each).flatMap(({ kernel, constants = {} }) => [
    kernel,
    ...Object.entries(constants).flatMap(([name, value]) => (LAYOUT.test(name) ? [] : [`${kernel} ${name} ${value}`])),
  ]);
}

/** Behind gates values are 0 and more: a divisor must not be 0. */
function fits({ op, range: [low, high] = DEFAULT_RANGE }: OperatorCase, { before }: Surroundings): boolean {
  return before !== 'gates' || (op !== 'Div' && low < 0 && high > 0);
}

function caseCheck(each: OperatorCase, place: string, around: Surroundings, quick: boolean): Check {
  const schedules = () => layered(graphOfCase(each, 1, 7, around).graph);
  const takesQuads = () => schedules().some(({ dispatches }) => dispatches.some(({ quads = 1 }) => quads > 1));
  return {
    name: `${each.name}, ${place}`,
    serves: [each.op],
    plan: 'layered',
    schedules,
    kernelsOfOutputs: () => namesIn(schedules().slice(0, 1)),
    run: async (source) => {
      const few = graphOfCase(each, FEW, 7, around);
      const distances = await compareImages(few.graph, few.images, FEW, source);
      if (quick || around.before !== 'LeakyRelu' || !takesQuads()) return distances;
      const many = graphOfCase(each, MANY, 7, around);
      const { outputs, gradients } = await compareImages(many.graph, many.images, MANY, source);
      return { ...distances, 'outputs of many': outputs, 'gradients of many': gradients };
    },
  };
}

/** Those with most kinds of kernels: a pool in an epilogue, a residual sum, a stride, gates. */
const QUICK_NETWORKS: readonly string[] = ['pool 2 and Relu, odd planes', 'residual and Relu', 'ResNet, planes halved'];

/** What stands between several nodes: epilogues of convolutions, cotangents that several add to. */
function networkChecks(quick: boolean): Check[] {
  const networks = convolutionNetworks();
  return (quick ? networks.filter(({ name }) => QUICK_NETWORKS.includes(name)) : networks).map((graph) => ({
    name: graph.name,
    serves: operatorsIn(graph),
    plan: 'layered',
    schedules: () => layered(graph),
    run: (source) => comparePaths(graph, source, { plan: 'layered' }),
  }));
}

/** The tiles in workgroup memory that are quickly examined: with weights one whose invocations share the depth as well, one with values, one with rows. */
const QUICK_TILES: readonly string[] = ['32 x 32, 4 slices', '32 x 32 of 8 samples', 'a row of 16 samples'];

/** Tiles in workgroup memory, whether the program would choose them or not, on the cases that bring a constant of their kernels. */
function candidateChecks(quick: boolean): Check[] {
  const around = { before: 'LeakyRelu', after: 'Relu' } as const;
  const schedulesOf = (each: OperatorCase) => layered(graphOfCase(each, 1, 7, around).graph);
  const cases = casesWithNew((each) =>
    productsOf(schedulesOf(each)).flatMap(({ workgroups: { kernel, constants } }) => [
      kernel,
      ...Object.entries(constants).flatMap(([name, value]) => (quick && LAYOUT.test(name) ? [] : [`${kernel} ${name} ${value}`])),
    ]),
  );
  const networks = quick ? [] : convolutionNetworks().filter(({ name }) => QUICK_NETWORKS.includes(name));
  return WORKGROUP_TILES.filter(({ name }) => !quick || QUICK_TILES.includes(name)).flatMap((tile) => {
    const options: GpuExecutorOptions = { plan: 'layered', candidate: tile.name };
    const hasTile = ({ workgroups }: Product) => workgroups.shares === tile.shares;
    const named = (name: string) => `${name}, ${tile.name} in workgroup memory`;
    return [
      ...cases
        .filter((each) => productsOf(schedulesOf(each)).some(hasTile))
        .map((each): Check => {
          return {
            name: named(each.name),
            serves: [each.op],
            plan: 'layered',
            schedules: () => schedulesOf(each).map((schedule) => inTile(schedule, tile)),
            run: async (source) => {
              const [few, many] = [graphOfCase(each, FEW, 7, around), graphOfCase(each, MANY, 7, around)];
              const { outputs, gradients } = await compareImages(many.graph, many.images, MANY, source, options);
              const distances = await compareImages(few.graph, few.images, FEW, source, options);
              return { ...distances, 'outputs of many': outputs, 'gradients of many': gradients };
            },
          };
        }),
      ...networks
        .filter((graph) => productsOf(layered(graph)).some(hasTile))
        .map((graph): Check => {
          const schedules = () => layered(graph).map((schedule) => inTile(schedule, tile));
          const run = (source: DeviceSource) => comparePaths(graph, source, options);
          return { name: named(graph.name), serves: operatorsIn(graph), plan: 'layered', schedules, run };
        }),
    ];
  });
}

type Product = ScheduledDispatch & { readonly workgroups: WorkgroupProduct };

/** The dispatches that have a kernel with tiles in workgroup memory. */
function productsOf(schedules: readonly Schedule[]): Product[] {
  return schedules.flatMap(({ dispatches }) =>
    dispatches.flatMap((dispatch) => (dispatch.workgroups ? [{ ...dispatch, workgroups: dispatch.workgroups }] : [])),
  );
}

/** The schedule with those kernels, in one tile. */
function inTile(schedule: Schedule, tile: WorkgroupTile): Schedule {
  const dispatches = schedule.dispatches.map((dispatch): ScheduledDispatch => {
    const variant = workgroupVariant(dispatch, tile, ANY_LIMITS);
    if (variant === undefined) return dispatch;
    const { quads: _, rows: _rows, broadcasts: _broadcasts, unrolls: _unrolls, workgroups: _workgroups, ...rest } = dispatch;
    return { ...rest, ...kernelOf(dispatch, variant), tiles: variant.tiles };
  });
  return { ...schedule, dispatches };
}

/** What can be asked of a network, and the kernels that only some requests run. */
function requestChecks(): Check[] {
  const graph = requestNetwork();
  const asked = (serves: string, schedulesOf: (canonical: Graph) => readonly Schedule[], compare: typeof comparePaths): Check => ({
    name: serves,
    serves: [serves],
    plan: 'layered',
    schedules: () => schedulesOf(absorbAffine(canonicalise(graph))),
    run: (source) => compare(graph, source, { plan: 'layered' }),
  });
  const layers = (canonical: Graph) => [
    layerSchedule(canonical, REQUEST_LAYERS),
    ...REQUEST_LAYERS.map((layer) => layerSchedule(canonical, [layer])),
  ];
  return [
    asked('paths', (own) => [PLANS.layered.path.schedule(own)], comparePaths),
    asked(
      'moments of gradients',
      (own) => [gradientSchedule(own), momentSchedule(own, 'moments'), momentSchedule(own, 'products')],
      compareMoments,
    ),
    asked('gradients of layers', layers, compareLayers),
    asked('gradients by rules', () => RULE_SETS.map((rules) => gradientSchedule(withRules(graph, rules).graph)), compareRules),
    asked('edited images', (own) => [candidateSchedule(own)], compareCandidates),
    ...casesWithNew((each) => (operatorOf(each).rules?.rescale === undefined ? [] : ruled(each))).map((each) => {
      const { graph: own, images } = graphOfCase(each, 6);
      return {
        name: `multipliers by the rescale rule: ${each.name}`,
        serves: [each.op],
        plan: 'layered' as const,
        schedules: () => [multiplierSchedule(canonicalise(own), 'rescale')],
        run: (source: DeviceSource) => compareMultipliers(own, images, source),
      };
    }),
    ...casesWithNew((each) => (isAffineInPieces(graphOfCase(each, 1).graph) ? pieces(each) : [])).map((each) => {
      const { graph: own } = graphOfCase(each, 1);
      return {
        name: `linear regions: ${each.name}`,
        serves: [each.op],
        plan: 'layered' as const,
        schedules: () => [regionSchedule(canonicalise(own))],
        run: (source: DeviceSource) => compareRegions(own, source),
      };
    }),
  ];
}

/** Operators of the kernels that move and multiply most of a network's activations. */
const HALVED: readonly string[] = [
  'Conv',
  'Gemm',
  'MatMul',
  'MaxPool',
  'AveragePool',
  'Add',
  'Mul',
  'Concat',
  'Transpose',
  'Softmax',
  'LayerNormalization',
  'Gelu',
  'Sigmoid',
];
const QUICK_HALVED: readonly string[] = ['Conv', 'Gemm'];

/** Kernels whose activations have 16 bits, one case for each kernel: all are rewritten alike (src/gpu/kernels/halves.ts), by functions that a driver may get wrong. */
function mixedChecks(quick: boolean): Check[] {
  const around = { before: 'LeakyRelu', after: 'Relu' } as const;
  const schedulesOf = (each: OperatorCase) => {
    const { graph } = graphOfCase(each, 1, 7, around);
    return [halveActivations(PLANS.layered.path.schedule(absorbAffine(canonicalise(graph))))];
  };
  const halvedIn = (each: OperatorCase) =>
    schedulesOf(each).flatMap(({ dispatches }) =>
      dispatches.filter((dispatch) => halvesOf(dispatch).length > 0).map(({ kernel }) => kernel),
    );
  const cases = casesWithNew((each) => (HALVED.includes(each.op) ? halvedIn(each) : []));
  return (quick ? cases.filter(({ op }) => QUICK_HALVED.includes(op)) : cases).map((each) => {
    const { graph } = graphOfCase(each, 1, 7, around);
    return {
      name: `${each.name}, in 16 bits`,
      serves: ['mixed precision'],
      plan: 'layered' as const,
      mixed: true as const,
      schedules: () => schedulesOf(each),
      run: (source: DeviceSource) => comparePaths(graph, source, { plan: 'layered', precision: 'mixed' }),
    };
  });
}

/** The fused plan: a small network, and products and convolutions, whose variants are its own. */
function fusedChecks(quick: boolean): Check[] {
  const whole = fusedCheck(requestNetwork(), 'a network in two dispatches');
  const around = { before: 'LeakyRelu', after: 'Relu' } as const;
  const own = casesWithNew((each) => {
    const { graph } = graphOfCase(each, 1, 7, around);
    if (!canonicalise(graph).nodes.some(({ op }) => op in PLANS.fused.kernels)) return [];
    const everywhere = namesIn(layered(graph));
    return namesIn([fused(graph)]).filter((name) => !everywhere.includes(name));
  });
  return [whole, ...(quick ? [] : own.map((each) => fusedCheck(graphOfCase(each, 1, 7, around).graph, `${each.name}, in two dispatches`)))];
}

function fusedCheck(graph: Graph, name: string): Check {
  return {
    name,
    serves: ['the fused plan'],
    plan: 'fused',
    schedules: () => [fused(graph)],
    run: (source) => comparePaths(graph, source, { plan: 'fused' }),
  };
}

function layered(graph: Graph): Schedule[] {
  const own = absorbAffine(canonicalise(graph));
  return [forwardSchedule(own), PLANS.layered.path.schedule(own)];
}

function fused(graph: Graph): Schedule {
  return PLANS.fused.path.schedule(absorbAffine(canonicalise(graph)));
}

function namesIn(schedules: readonly Schedule[]): string[] {
  const names = schedules.flatMap(({ dispatches }) =>
    dispatches.map((dispatch) => `${variantName(dispatch.kernel, dispatch.constants)}${halvesOf(dispatch).length > 0 ? ', 16 bits' : ''}`),
  );
  return [...new Set(names)];
}

const ruled = (each: OperatorCase) => namesIn([multiplierSchedule(canonicalise(graphOfCase(each, 1).graph), 'rescale')]);
const pieces = (each: OperatorCase) => namesIn([regionSchedule(canonicalise(graphOfCase(each, 1).graph))]);
function isAffineInPieces(graph: Graph): boolean {
  const active = activeValues(graph);
  return (
    graph.nodes.every((node) => isLinear(node, active) || isPiecewise(node, active)) &&
    graph.nodes.some((node) => isPiecewise(node, active))
  );
}

function operatorsIn(graph: Graph): string[] {
  return [...new Set(graph.nodes.map(({ op }) => op))].sort();
}
