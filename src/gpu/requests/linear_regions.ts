import type { RegionRequest, Regions, RunOptions } from '../../executor.js';
import { checkPiecewiseLinear, isLinear } from '../../graph/analysis/piecewise.js';
import { activeValues, type Graph } from '../../graph/graph.js';
import { operatorOf } from '../../ops/index.js';
import { sizeOf } from '../../tensor/tensor.js';
import { quadsFor } from '../compile/layout.js';
import { lowerGraph, loweringOf } from '../compile/lower.js';
import { type ExternalBinding, type Schedule, type ScheduledDispatch, type Stage, withMemory } from '../compile/schedule.js';
import type { GpuResources } from '../resources.js';

/** Each point goes through the network with its twin (src/ops/shared/piecewise.ts). */
const SAMPLES_PER_POINT = 2;
/** Two ends and a checksum. */
const WORDS_PER_POINT = 3;

const CHUNK = { stage: 'chunk', space: 'samples' } as const;
const STAGES: ReadonlySet<Stage> = new Set(['chunk']);

const external = (name: string): ExternalBinding => ({ kind: 'external', name });

/**
 * input, baseline, points -> regions. Linear operators run as ever, on samples and twins alike; kernels of piecewise-linear ones take their
 * place and narrow the regions. Throws PathlightError where the network is not piecewise linear.
 */
export function regionSchedule(graph: Graph): Schedule {
  checkPiecewiseLinear(graph);
  const network = lowerGraph(graph);
  const active = activeValues(graph);
  let units = 0;
  const forward = network.lowered.flatMap(({ node, kernels }): readonly ScheduledDispatch[] => {
    if (isLinear(node, active)) return kernels.forward.map((dispatch) => ({ ...dispatch, ...CHUNK }));
    const kernel = operatorOf(node).piecewise!.lower(loweringOf(graph, node));
    const dispatch: ScheduledDispatch = {
      ...kernel,
      ...CHUNK,
      bindings: [...kernel.bindings, external('points'), { kind: 'value', name: node.output }, external('regions')],
      parameters: { ...kernel.parameters, first_unit: units },
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
  };
  return { ...withMemory(network, [points, ...forward]), layeredOnly: true };
}

/** Runs a region schedule, in as many chunks as memory asks for. */
export async function findRegions(
  session: GpuResources,
  schedule: Schedule,
  { input, baseline, alphas }: RegionRequest,
  { signal, onProgress }: RunOptions,
): Promise<Regions> {
  const meter = session.meter();
  const count = alphas.length;
  const lower = new Float64Array(count);
  const upper = new Float64Array(count);
  const gates = new Uint32Array(count);
  const fixed = (samples: number) => 8 * input.length + (4 * (2 + WORDS_PER_POINT) * samples) / SAMPLES_PER_POINT;
  const recording = await session.record('regions', () => ({ schedule, samples: SAMPLES_PER_POINT * count, images: 0, fixedBytes: fixed }));
  const { submitSize } = recording;
  const ends = { input: meter.upload('input', input), baseline: meter.upload('baseline', baseline) };
  let samples: number;
  for (let offset = 0; offset < count; offset += samples) {
    signal?.throwIfAborted();
    const chunk = alphas.subarray(offset, offset + submitSize.samples(recording.samples) / SAMPLES_PER_POINT);
    samples = chunk.length;
    const points = new Float32Array(2 * samples);
    const whole = new Uint32Array(WORDS_PER_POINT * samples);
    const one = new Uint32Array(Float32Array.of(1).buffer)[0]!;
    chunk.forEach((alpha, i) => {
      points.set([alpha, alpha > 0.5 ? 0 : 1], 2 * i);
      whole.set([0, one, 0], WORDS_PER_POINT * i);
    });
    const regions = meter.upload('regions', whole);
    const encoder = session.encoder();
    const quads = { samples: quadsFor(SAMPLES_PER_POINT * samples), ends: 0, images: 0 };
    const place = { samples };
    meter.dispatches += recording.encode(encoder, STAGES, quads, {
      externals: { ...ends, points: meter.upload('points', points), regions },
      parameters: { region_points: place, kinked_regions: place, max_pool_regions: place, extremum_regions: place, reduce_regions: place },
    });
    const [found] = await submitSize.time(SAMPLES_PER_POINT * samples, () => meter.submitAndRead(encoder, [[regions, whole.byteLength]]));
    const words = new Uint32Array(found!.buffer, found!.byteOffset, found!.length);
    for (let i = 0; i < samples; i++) {
      lower[offset + i] = found![WORDS_PER_POINT * i]!;
      upper[offset + i] = found![WORDS_PER_POINT * i + 1]!;
      gates[offset + i] = words[WORDS_PER_POINT * i + 2]!;
    }
    onProgress?.(offset + samples, count);
  }
  return { lower, upper, gates, cost: meter.cost() };
}
