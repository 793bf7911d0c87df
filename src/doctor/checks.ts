import { halveActivations } from '../gpu/compile/halves.js';
import { halvesOf, type Schedule, type ScheduledDispatch } from '../gpu/compile/schedule.js';
import type { DeviceSource } from '../gpu/device/device.js';
import { variantName } from '../gpu/kernels/source.js';
import { WORKGROUP_TILES } from '../gpu/kernels/workgroup_tiles.js';
import { layeredPlan, PLANS } from '../gpu/plans.js';
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
import type { WinogradUse } from '../ops/convolution/winograd.js';
import { operatorOf } from '../ops/index.js';
import type { WorkgroupProduct } from '../ops/operator.js';
import { sizeOf } from '../tensor/tensor.js';
import { graphOfCase, type Surroundings } from './case_graph.js';
import { comparableCases } from './cases/index.js';
import { DEFAULT_RANGE, type OperatorCase } from './cases/operator_case.js';
import { type Check, pathRun, type Run, runOf } from './check.js';
import {
  CANDIDATES,
  compareCandidates,
  compareImages,
  compareLayers,
  compareMoments,
  compareMultipliers,
  comparePaths,
  compareRegions,
  compareRules,
  type Distances,
  IN_REGISTERS,
  LAYER_IMAGES,
  MOMENT_IMAGES,
  PATHS,
  REGION_POINTS,
  RULE_IMAGES,
  RULE_SETS,
} from './compare.js';
import { convolutionNetworks } from './networks/index.js';
import { productNetwork, REQUEST_LAYERS, requestNetwork } from './networks/requests.js';
import { casesWithNew, dispatchesOf } from './selection.js';

/** Seven fill a quad and most of a second one. */
const FEW = 7;
/** So many that invocations of products and convolutions take several quads, and that no lane of a block is left. */
const MANY = 260;
/** So many that those of movements take two of four, on a GPU; and so many that those of the smallest products take several. */
const SOME = 64;
/** So few that lanes do not share loads, but invocations have two. */
const TWO = 2;
const CROWD = 4100;
/** Images, every second of which is the baseline of the one before. */
const TWINS = 6;
/** So few points that neighbouring tiles share loads, not lanes. */
const ONE_PATH = { images: 1, points: 3 };

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
    cases.filter((each) => fits(each, around)).map((each) => caseCheck(each, place, around, quick ? [FEW] : numbersOf(each, around))),
  );
  return [
    ...operators,
    ...networkChecks(quick),
    ...candidateChecks(quick),
    ...winogradChecks(quick),
    ...mixedChecks(quick),
    ...requestChecks(),
    ...(quick ? [] : productChecks()),
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

function caseCheck(each: OperatorCase, place: string, around: Surroundings, numbers: readonly number[]): Check {
  return {
    name: `${each.name}, ${place}`,
    serves: [each.op],
    plan: 'layered',
    runs: () => {
      const schedules = layered(graphOfCase(each, 1, 7, around).graph);
      return numbers.flatMap((images) => imageRuns(schedules, images));
    },
    outputsFirst: true,
    run: (source) => compareNumbers(each, around, numbers, source),
  };
}

/** The numbers of images with which a case is examined: few, and in one of its places as many and as few as bring all variants of its kernels. */
function numbersOf(each: OperatorCase, { before }: Surroundings): number[] {
  if (before !== 'LeakyRelu') return [FEW];
  return [
    FEW,
    ...(takesQuads(each) ? [TWO, MANY] : []),
    ...(crowded().has(each) ? [SOME, CROWD] : []),
    ...(lonely().cases.has(each) ? [1] : []),
  ];
}

const BETWEEN = { before: 'LeakyRelu', after: 'Relu' } as const;
const betweenOf = (each: OperatorCase) => dispatchesOf(each, BETWEEN);
const takesQuads = (each: OperatorCase) => betweenOf(each).some(({ quads = 1 }) => quads > 1);

/** Constants of kernels, one by one or two by two. */
const onesOf = ({ kernel, constants = {} }: Pick<ScheduledDispatch, 'kernel' | 'constants'>) =>
  Object.entries(constants).map(([name, value]) => `${kernel} ${name} ${value}`);
const twosOf = (dispatch: ScheduledDispatch) => {
  const ones = onesOf(dispatch);
  return ones.flatMap((one, i) => ones.slice(i).map((two) => `${one}, ${two}`));
};
const sharesTiles = ({ plane }: ScheduledDispatch) => plane !== undefined;

/** Made when it is first asked for. */
const once = <T>(make: () => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};
/** Numbers of a small image: a crowd of larger ones would take gigabytes. */
const SMALL = 512;
/** The small cases that bring two constants of kernels whose invocations take several quads. */
const crowded = once(() => {
  const isSmall = ({ inputShapes, outputShape }: OperatorCase) => [...inputShapes, outputShape].every((shape) => sizeOf(shape) <= SMALL);
  const several = (each: OperatorCase) => betweenOf(each).filter(({ quads = 1 }) => quads > 1);
  return new Set(casesWithNew((each) => (isSmall(each) ? several(each).flatMap(twosOf) : [])));
});
/** The cases, and the networks, that bring a constant of kernels of which neighbouring tiles share loads where samples are few. */
const lonely = once(() => {
  const cases = casesWithNew((each) => betweenOf(each).filter(sharesTiles).flatMap(onesOf));
  const met = new Set(cases.flatMap((each) => betweenOf(each).filter(sharesTiles).flatMap(onesOf)));
  // How a pool's cotangent lies, and what goes through gates, depends on every other constant.
  const partsOf = (dispatch: ScheduledDispatch) =>
    dispatch.constants?.EXPAND === 2 || dispatch.constants?.GATED ? twosOf(dispatch) : onesOf(dispatch);
  return {
    cases: new Set(cases),
    networks: networksWithNew((graph) => layered(graph).flatMap(({ dispatches }) => dispatches.filter(sharesTiles).flatMap(partsOf)), met),
  };
});

/** The networks of convolutions that bring a part that none before them had, and that is not `met`. */
function networksWithNew(partsOf: (graph: Graph) => readonly string[], met: ReadonlySet<string>): ReadonlySet<string> {
  const known = new Set(met);
  const chosen = convolutionNetworks().filter((graph) => {
    const before = known.size;
    for (const part of partsOf(graph)) known.add(part);
    return known.size > before;
  });
  return new Set(chosen.map(({ name }) => name));
}

/** An operator alone: a forward pass, and the gradients of paths of one point. */
function imageRuns([forward, path]: readonly [Schedule, Schedule], images: number, candidate?: string): Run[] {
  return [runOf(forward, images, candidate), pathRun(path, images, 1, candidate)];
}

/** Outputs and gradients of a case with these numbers of images, of which the first are called by no number. */
async function compareNumbers(
  each: OperatorCase,
  around: Surroundings,
  numbers: readonly number[],
  source: DeviceSource,
  options?: GpuExecutorOptions,
): Promise<Distances> {
  const all: Record<string, number> = {};
  for (const [index, count] of numbers.entries()) {
    const { graph, images } = graphOfCase(each, count, 7, around);
    const { outputsAtInput, ...distances } = await compareImages(graph, images, count, source, options);
    if (index === 0) Object.assign(all, { ...distances, outputsAtInput });
    else for (const [name, distance] of Object.entries(distances)) all[`${name} of ${count}`] = distance;
  }
  return all;
}

/** Those with most kinds of kernels: a pool in an epilogue, a residual sum, a stride, gates. */
const QUICK_NETWORKS: readonly string[] = [
  'pool 2 and Relu, odd planes',
  'residual and Relu',
  'ResNet, planes halved',
  'residual and Relu after 1x1',
];

/** What stands between several nodes: epilogues of convolutions, cotangents that several add to. */
function networkChecks(quick: boolean): Check[] {
  const networks = convolutionNetworks();
  return (quick ? networks.filter(({ name }) => QUICK_NETWORKS.includes(name)) : networks).map((graph) => {
    const paths = [PATHS, ...(!quick && lonely().networks.has(graph.name) ? [ONE_PATH] : [])];
    return {
      name: graph.name,
      serves: operatorsIn(graph),
      plan: 'layered',
      runs: () => paths.flatMap((each) => pathRuns(graph, each)),
      run: async (source) => {
        const all: Record<string, number> = {};
        for (const each of paths) {
          const distances = await comparePaths(graph, source, IN_REGISTERS, each);
          for (const [name, distance] of Object.entries(distances)) all[each === PATHS ? name : `${name} of one path`] = distance;
        }
        return all;
      },
    };
  });
}

/** The tiles in workgroup memory that are quickly examined: with weights one whose invocations share the depth as well, one with values, one with rows. */
const QUICK_TILES: readonly string[] = ['32 x 32, 4 slices', '32 x 32 of 8 samples', 'a row of 16 samples'];

/** Tiles in workgroup memory, whether the program would choose them or not, on the cases that bring a constant of their kernels. */
function candidateChecks(quick: boolean): Check[] {
  const schedulesOf = (each: OperatorCase) => layered(graphOfCase(each, 1, 7, BETWEEN).graph);
  const partsOf = (schedules: readonly Schedule[]) =>
    productsOf(schedules).flatMap(({ workgroups: { kernel, constants } }) => [
      kernel,
      ...onesOf({ kernel, constants }).filter((part) => !quick || !LAYOUT.test(part.split(' ')[1] ?? '')),
    ]);
  const cases = casesWithNew((each) => partsOf(schedulesOf(each)));
  const met = new Set(cases.flatMap((each) => partsOf(schedulesOf(each))));
  const bringing = quick ? new Set() : networksWithNew((graph) => partsOf(layered(graph)), met);
  const networks = quick ? [] : convolutionNetworks().filter(({ name }) => bringing.has(name) || QUICK_NETWORKS.includes(name));
  return WORKGROUP_TILES.filter(({ name }) => !quick || QUICK_TILES.includes(name)).flatMap((tile) => {
    const options: GpuExecutorOptions = { ...IN_REGISTERS, candidate: tile.name };
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
            runs: () => [MANY, FEW].flatMap((images) => imageRuns(schedulesOf(each), images, tile.name)),
            run: (source) => compareNumbers(each, BETWEEN, [MANY, FEW], source, options),
          };
        }),
      ...networks
        .filter((graph) => productsOf(layered(graph)).some(hasTile))
        .map((graph): Check => {
          const run = (source: DeviceSource) => comparePaths(graph, source, options);
          return {
            name: named(graph.name),
            serves: operatorsIn(graph),
            plan: 'layered',
            runs: () => pathRuns(graph, PATHS, tile.name),
            run,
          };
        }),
    ];
  });
}

/** In strips of a row of tiles, which are the most dispatches. */
const EVERY_WINOGRAD: WinogradUse = { channels: 0, stripBytes: 0 };

/** Convolutions by Winograd's filtering, whether the program would choose it or not, in the networks that bring a constant of its kernels. */
function winogradChecks(quick: boolean): Check[] {
  const { path, kernels } = layeredPlan(EVERY_WINOGRAD);
  const scheduleOf = (graph: Graph) => path.schedule(absorbAffine(canonicalise(graph)), { kernels });
  const variantsOf = (graph: Graph) => namesIn(scheduleOf(graph)).filter((name) => name.startsWith('winograd'));
  const bringing = networksWithNew(variantsOf, new Set());
  const networks = convolutionNetworks().filter(({ name }) => bringing.has(name) && (!quick || QUICK_NETWORKS.includes(name)));
  return networks.map((graph) => ({
    name: `${graph.name}, by Winograd's filtering`,
    serves: ['Conv'],
    plan: 'layered',
    runs: () => [pathRun(scheduleOf(graph), PATHS.images, PATHS.points)],
    run: (source) => comparePaths(graph, source, { ...IN_REGISTERS, winograd: EVERY_WINOGRAD }),
  }));
}

type Product = ScheduledDispatch & { readonly workgroups: WorkgroupProduct };

/** The dispatches that have a kernel with tiles in workgroup memory. */
function productsOf(schedules: readonly Schedule[]): Product[] {
  return schedules.flatMap(({ dispatches }) =>
    dispatches.flatMap((dispatch) => (dispatch.workgroups ? [{ ...dispatch, workgroups: dispatch.workgroups }] : [])),
  );
}

/**
 * Paths through products alone: few points, whose invocations take one quad or two, and many, whose invocations take two or four; and as many as tiles of 32 outputs need
 * where eight invocations share loads.
 */
const PRODUCT_PATHS = [
  { hidden: 32, images: 1, points: 128 },
  { hidden: 256, images: 1, points: 8 },
  { hidden: 4, images: 1, points: 3 },
  { hidden: 4, images: 2, points: CROWD / 4 },
  { hidden: 4, images: 1, points: CROWD },
];

function productChecks(): Check[] {
  return PRODUCT_PATHS.map(({ hidden, ...paths }) => ({
    name: `paths of ${paths.points} points, ${hidden} hidden units`,
    serves: ['Gemm', 'MatMul'],
    plan: 'layered' as const,
    runs: () => pathRuns(productNetwork(hidden), paths),
    run: (source: DeviceSource) => comparePaths(productNetwork(hidden), source, IN_REGISTERS, paths),
  }));
}

/** What can be asked of a network, and the kernels that only some requests run. */
function requestChecks(): Check[] {
  const graph = requestNetwork();
  const asked = (serves: string, runsOf: (canonical: Graph) => readonly Run[], compare: typeof comparePaths): Check => ({
    name: serves,
    serves: [serves],
    plan: 'layered',
    runs: () => runsOf(absorbAffine(canonicalise(graph))),
    run: (source) => compare(graph, source),
  });
  const layers = (canonical: Graph) =>
    [REQUEST_LAYERS, ...REQUEST_LAYERS.map((layer) => [layer])].map((each) => layerSchedule(canonical, each));
  const ofImages = (count: number, schedules: readonly Schedule[]) => schedules.map((schedule) => runOf(schedule, count));
  return [
    asked('paths', () => pathRuns(graph), comparePaths),
    asked(
      'moments of gradients',
      (own) => ofImages(MOMENT_IMAGES, [gradientSchedule(own), momentSchedule(own, 'moments'), momentSchedule(own, 'products')]),
      compareMoments,
    ),
    asked('gradients of layers', (own) => ofImages(LAYER_IMAGES, layers(own)), compareLayers),
    asked(
      'gradients by rules',
      () =>
        ofImages(
          RULE_IMAGES,
          RULE_SETS.map((rules) => gradientSchedule(withRules(graph, rules).graph)),
        ),
      compareRules,
    ),
    asked('edited images', (own) => ofImages(CANDIDATES, [candidateSchedule(own)]), compareCandidates),
    ...casesWithNew((each) => (operatorOf(each).rules?.rescale === undefined ? [] : ruled(each))).map((each) => {
      const { graph: own, images } = graphOfCase(each, TWINS);
      return {
        name: `multipliers by the rescale rule: ${each.name}`,
        serves: [each.op],
        plan: 'layered' as const,
        runs: () => [runOf(multiplierSchedule(canonicalise(own), 'rescale'), TWINS)],
        run: (source: DeviceSource) => compareMultipliers(own, images, source),
      };
    }),
    ...casesWithNew((each) => (isAffineInPieces(graphOfCase(each, 1).graph) ? pieces(each) : [])).map((each) => {
      const { graph: own } = graphOfCase(each, 1);
      return {
        name: `linear regions: ${each.name}`,
        serves: [each.op],
        plan: 'layered' as const,
        runs: () => [runOf(regionSchedule(canonicalise(own)), 2 * REGION_POINTS)],
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
  const schedulesOf = (each: OperatorCase) => {
    const { graph } = graphOfCase(each, 1, 7, BETWEEN);
    const plain = PLANS.layered.path.schedule(absorbAffine(canonicalise(graph)));
    return [halveActivations(plain), plain] as const;
  };
  const halvedIn = (each: OperatorCase) =>
    schedulesOf(each)[0]
      .dispatches.filter((dispatch) => halvesOf(dispatch).length > 0)
      .map(({ kernel }) => kernel);
  const cases = casesWithNew((each) => (HALVED.includes(each.op) ? halvedIn(each) : []));
  return (quick ? cases.filter(({ op }) => QUICK_HALVED.includes(op)) : cases).map((each) => {
    const { graph } = graphOfCase(each, 1, 7, BETWEEN);
    return {
      name: `${each.name}, in 16 bits`,
      serves: ['mixed precision'],
      plan: 'layered' as const,
      mixed: true as const,
      // The paths, and both precisions on one of them, for the error that every such run tells.
      runs: () =>
        schedulesOf(each).flatMap((schedule, index) => [
          ...(index === 0 ? [pathRun(schedule, PATHS.images, PATHS.points)] : []),
          pathRun(schedule, 1, PATHS.points),
        ]),
      run: (source: DeviceSource) => comparePaths(graph, source, { ...IN_REGISTERS, precision: 'mixed' }),
    };
  });
}

/** The fused plan: a small network, and products and convolutions, whose variants are its own. */
function fusedChecks(quick: boolean): Check[] {
  const whole = fusedCheck(requestNetwork(), 'a network in two dispatches');
  const own = casesWithNew((each) => {
    const { graph } = graphOfCase(each, 1, 7, BETWEEN);
    if (!canonicalise(graph).nodes.some(({ op }) => op in PLANS.fused.kernels)) return [];
    const everywhere = layered(graph).flatMap(namesIn);
    return namesIn(fused(graph)).filter((name) => !everywhere.includes(name));
  });
  return [
    whole,
    ...(quick ? [] : own.map((each) => fusedCheck(graphOfCase(each, 1, 7, BETWEEN).graph, `${each.name}, in two dispatches`))),
  ];
}

function fusedCheck(graph: Graph, name: string): Check {
  return {
    name,
    serves: ['the fused plan'],
    plan: 'fused',
    runs: () => [pathRun(fused(graph), PATHS.images, PATHS.points)],
    run: (source) => comparePaths(graph, source, { plan: 'fused' }),
  };
}

function layered(graph: Graph): [forward: Schedule, path: Schedule] {
  const own = absorbAffine(canonicalise(graph));
  return [forwardSchedule(own), PLANS.layered.path.schedule(own)];
}

/** What `comparePaths` runs. */
function pathRuns(graph: Graph, { images, points } = PATHS, candidate?: string): Run[] {
  return [pathRun(layered(graph)[1], images, points, candidate)];
}

function fused(graph: Graph): Schedule {
  return PLANS.fused.path.schedule(absorbAffine(canonicalise(graph)));
}

function namesIn({ dispatches }: Schedule): string[] {
  return [...new Set(dispatches.map(({ kernel, constants }) => variantName(kernel, constants)))];
}

const ruled = (each: OperatorCase) => namesIn(multiplierSchedule(canonicalise(graphOfCase(each, 1).graph), 'rescale'));
const pieces = (each: OperatorCase) => namesIn(regionSchedule(canonicalise(graphOfCase(each, 1).graph)));
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
