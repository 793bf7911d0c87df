import type { RegionRequest, Regions, RunOptions } from '../../executor.js';
import { analyse } from '../../graph/analysis/analyse.js';
import { checkPiecewiseLinear, isLinear } from '../../graph/analysis/piecewise.js';
import type { Graph } from '../../graph/graph.js';
import { operatorOf } from '../../ops/index.js';
import { sizeOf } from '../../tensor/tensor.js';
import { lowerGraph } from '../compile/lower.js';
import { loweringOf } from '../compile/lowering.js';
import { type Chunk, type Schedule, type ScheduledDispatch, withMemory } from '../compile/schedule.js';
import { endOfQuads } from '../device/submit_size.js';
import type { GpuResources } from '../resources.js';
import { type GpuRequest, runChunks } from './chunks.js';
import { CHUNK, external } from './dispatches.js';
import type { PlanParts, Schedules } from './schedules.js';

/** Each point goes through the network with its twin (src/ops/shared/piecewise.ts). */
const SAMPLES_PER_POINT = 2;
/** The two ends of a region, and a checksum. */
const WORDS_PER_POINT = 3;

/** The parameter of kernels whose samples are points and their twins. */
const pointsOf = ({ samples }: Chunk) => ({ samples: samples / SAMPLES_PER_POINT });

/**
 * input, baseline, points -> regions. Linear operators run their ordinary kernels on samples and twins alike. Piecewise-linear operators
 * have other kernels here, which narrow the regions. Throws PathlightError where the network is not piecewise linear.
 */
export function regionSchedule(graph: Graph): Schedule {
  checkPiecewiseLinear(graph);
  const network = lowerGraph(graph).slice();
  const { active } = analyse(graph);
  let units = 0;
  const forward = network.lowered.flatMap(({ node, kernels }): readonly ScheduledDispatch[] => {
    if (isLinear(node, active)) return kernels.forward.map((dispatch) => ({ ...dispatch, ...CHUNK }));
    const { piecewise } = operatorOf(node);
    if (piecewise === undefined) throw new Error(`${node.op} "${node.name}" has no kernel for regions`);
    const kernel = piecewise.lower(loweringOf(graph, node));
    const dispatch: ScheduledDispatch = {
      ...kernel,
      ...CHUNK,
      bindings: [...kernel.bindings, external('points'), { kind: 'value', name: node.output }, external('regions')],
      parameters: { ...kernel.parameters, first_unit: units },
      atRequest: pointsOf,
    };
    units += kernel.units;
    return [dispatch];
  });
  const points: ScheduledDispatch = {
    ...CHUNK,
    kernel: 'region_points',
    bindings: [external('input'), external('baseline'), external('points'), { kind: 'value', name: graph.input.name }],
    parameters: {},
    tiles: sizeOf(graph.input.shape),
    atRequest: pointsOf,
  };
  return { ...withMemory(network, [points, ...forward]), layeredOnly: true };
}

/** The regions around points of one path. */
export async function findRegions(
  resources: GpuResources,
  schedules: Schedules,
  { input, baseline, alphas }: RegionRequest,
  { signal, onProgress }: RunOptions,
): Promise<Regions> {
  const meter = resources.meter();
  const count = alphas.length;
  const lower = new Float64Array(count);
  const upper = new Float64Array(count);
  const gates = new Uint32Array(count);
  const samples = SAMPLES_PER_POINT * count;
  const wordsOf = (ofSamples: number) => (WORDS_PER_POINT * ofSamples) / SAMPLES_PER_POINT;
  const requestOf = (parts: PlanParts): GpuRequest<'regions'> => ({
    schedule: schedules.get('regions', parts, regionSchedule),
    samples,
    images: 0,
    fixedBytes: (ofSamples) => 8 * input.length + (4 * (2 + WORDS_PER_POINT) * ofSamples) / SAMPLES_PER_POINT,
    shared: { input, baseline },
    externals: ({ offset, samples: inChunk }) => {
      return startOf(alphas.subarray(offset / SAMPLES_PER_POINT, (offset + inChunk) / SAMPLES_PER_POINT));
    },
    results: { regions: wordsOf },
    endOfChunk: (offset, most) => endOfQuads(offset, most, samples),
    take: (found, { offset }) => {
      const ends = found('regions');
      const words = new Uint32Array(ends.buffer, ends.byteOffset, ends.length);
      const first = offset / SAMPLES_PER_POINT;
      // Part 0 or 1 of each point is an end of its region, part 2 the checksum.
      const column = <T extends Float32Array | Uint32Array>(numbers: T, part: number) =>
        numbers.filter((_, index) => index % WORDS_PER_POINT === part);
      lower.set(column(ends, 0), first);
      upper.set(column(ends, 1), first);
      gates.set(column(words, 2), first);
    },
  });
  const progress = (done: number) => onProgress?.(done / SAMPLES_PER_POINT, count);
  await runChunks(resources, meter, 'regions', requestOf, { ...(signal && { signal }), onProgress: progress });
  return { lower, upper, gates, cost: meter.cost() };
}

/** The points with their twins, and the regions before any gate narrows them: all of [0, 1], with a checksum of 0. */
function startOf(alphas: Float64Array): { readonly points: Float32Array; readonly regions: Uint32Array } {
  const points = new Float32Array(SAMPLES_PER_POINT * alphas.length);
  const regions = new Float32Array(WORDS_PER_POINT * alphas.length);
  for (const [index, alpha] of alphas.entries()) {
    points.set([alpha, alpha > 0.5 ? 0 : 1], SAMPLES_PER_POINT * index);
    regions.set([0, 1, 0], WORDS_PER_POINT * index);
  }
  return { points, regions: new Uint32Array(regions.buffer) };
}
