import type {
  CandidateBatch,
  Executor,
  Forward,
  GradientMoments,
  GradientMomentsRequest,
  GradientRequest,
  Gradients,
  LayerGradients,
  LayerRequest,
  PathGradient,
  PathRequest,
  RegionRequest,
  Regions,
  RunOptions,
  Verdicts,
} from '../executor.js';
import type { Graph } from '../graph/graph.js';
import { absorbAffine } from '../graph/passes/absorb.js';
import { sizeOf } from '../tensor/tensor.js';
import { layoutOf, quadsFor, SAMPLES_PER_QUAD } from './compile/layout.js';
import type { ScheduleOptions } from './compile/lower.js';
import type { Schedule, Stage } from './compile/schedule.js';
import type { DeviceSource } from './device/device.js';
import { GpuDeviceLostError } from './device/errors.js';
import { endOfChunk } from './device/submit_size.js';
import type { Plan, PlanChoice } from './fused/choose.js';
import { compactKernels } from './fused/kernels.js';
import { candidateSchedule, forwardSchedule } from './requests/evaluate.js';
import { findGradients, findMoments, type GradientEnding, gradientSchedule } from './requests/gradients.js';
import { findLayerGradients, layerSchedule } from './requests/layers.js';
import { findRegions, regionSchedule } from './requests/linear_regions.js';
import { pathSchedule } from './requests/path.js';
import { bytesOfImages, GpuResources } from './resources.js';

export interface GpuExecutorOptions {
  /** Bytes of GPU memory in use at once, weights included; 1 GiB by default. */
  readonly memoryBudget?: number;
  /** `auto` by default (src/gpu/fused/choose.ts). */
  readonly plan?: PlanChoice;
  /** Milliseconds that a submit should take at most; by default as src/gpu/device/submit_size.ts has it for the adapter's kind. */
  readonly longestSubmit?: number;
}

const DEFAULT_BUDGET = 2 ** 30;
/** Of the budget, what the images of one request may take; larger requests are done in several. */
const REQUEST_SHARE = 1 / 8;
/** Of a path: the input and the baseline. */
const ENDS = 2;
/** All that evaluations have. */
const CHUNK: ReadonlySet<Stage> = new Set(['chunk']);

/** Runs a canonical graph (src/graph/passes/canonicalise.ts) on a WebGPU device by the layered plan: one dispatch an operator and direction. */
export class GpuExecutor implements Executor {
  readonly kind: 'gpu' | 'software';
  readonly adapter: string;
  readonly elements: number;
  readonly classes: number;
  readonly epsilon = 2 ** -24;
  readonly #gradientSchedules = new Map<GradientEnding, Schedule>();
  readonly #layerSchedules = new Map<string, Schedule>();
  #regionSchedule: Schedule | undefined;
  readonly #options: ScheduleOptions;
  readonly #schedules: { forward: Schedule; path: Schedule; candidates: Schedule };
  #fusedPath: Schedule | undefined;
  #destroyed = false;

  private constructor(
    /** What is absorbed into the node before it has no value here: layers are looked for in `withLayers`. */
    private readonly graph: Graph,
    private readonly withLayers: Graph,
    private readonly source: DeviceSource,
    private readonly budget: number,
    private session: GpuResources,
    private readonly plan: PlanChoice,
    private readonly longestSubmit: number | undefined,
  ) {
    this.kind = session.gpu.kind;
    this.adapter = session.gpu.adapter;
    this.elements = sizeOf(graph.input.shape);
    this.classes = sizeOf(graph.output.shape);
    this.#options = plan === 'fused' ? { kernels: compactKernels } : {};
    this.#schedules = {
      forward: forwardSchedule(graph, this.#options),
      path: pathSchedule(graph),
      candidates: candidateSchedule(graph, this.#options),
    };
  }

  /** Throws GpuUnsupportedError where there is no adapter. */
  static async create(source: DeviceSource, graph: Graph, options: GpuExecutorOptions = {}): Promise<GpuExecutor> {
    const budget = options.memoryBudget ?? DEFAULT_BUDGET;
    const plan = options.plan ?? 'auto';
    const { longestSubmit } = options;
    const session = new GpuResources(await source.get(), budget, plan, longestSubmit);
    return new GpuExecutor(absorbAffine(graph), graph, source, budget, session, plan, longestSubmit);
  }

  forward(images: Float32Array, count: number, options: RunOptions = {}): Promise<Forward> {
    return this.#exclusively(async (session) => {
      const { elements, classes } = this;
      const meter = session.meter();
      const outputs = new Float32Array(count * classes);
      const fixed = (samples: number) => 4 * samples * (elements + 2 * classes);
      const request = { schedule: this.#schedules.forward, samples: count, images: 0, fixedBytes: fixed };
      const recording = await session.record('forward', () => request);
      const { submitSize } = recording;
      let samples: number;
      for (let offset = 0; offset < count; offset += samples) {
        options.signal?.throwIfAborted();
        samples = Math.min(submitSize.samples(recording.samples), count - offset);
        const externals = {
          images: meter.upload('images', images.subarray(offset * elements, (offset + samples) * elements)),
          outputs: session.buffer('outputs', 4 * samples * classes),
        };
        const encoder = session.encoder();
        meter.dispatches += recording.encode(
          encoder,
          CHUNK,
          { samples: quadsFor(samples), ends: 0, images: 0 },
          {
            externals,
            parameters: { images_load: { samples }, outputs_store: { samples } },
          },
        );
        const [result] = await submitSize.time(samples, () => meter.submitAndRead(encoder, [[externals.outputs, 4 * samples * classes]]));
        outputs.set(result!, offset * classes);
        options.onProgress?.(offset + samples, count);
      }
      return { outputs, cost: meter.cost() };
    });
  }

  pathGradient(request: PathRequest, options: RunOptions = {}): Promise<PathGradient> {
    return this.#exclusively(async (session) => {
      const { elements, classes } = this;
      const meter = session.meter();
      const gradients = new Float32Array(request.count * elements);
      const outputsAtInput = new Float32Array(request.count * classes);
      const outputsAtBaseline = new Float32Array(request.count * classes);
      const share = Math.min(session.limits.buffer, session.limits.budget * REQUEST_SHARE);
      const four = bytesOfImages(this.#schedules.path, { ends: layoutOf(8), images: layoutOf(4) });
      const imagesAtOnce = Math.max(1, Math.floor(share / (four / 4 + 4 * (3 * elements + 3 * classes))));
      for (let first = 0; first < request.count; first += imagesAtOnce) {
        const count = Math.min(imagesAtOnce, request.count - first);
        const { sums, ends } = await this.#pathGradientOf(session, meter, request, first, count, options);
        gradients.set(sums, first * elements);
        for (let image = 0; image < count; image++) {
          const at = ENDS * image * classes;
          outputsAtInput.set(ends.subarray(at, at + classes), (first + image) * classes);
          outputsAtBaseline.set(ends.subarray(at + classes, at + 2 * classes), (first + image) * classes);
        }
      }
      return { gradients, outputsAtInput, outputsAtBaseline, cost: meter.cost() };
    });
  }

  async #pathGradientOf(
    session: GpuResources,
    meter: ReturnType<GpuResources['meter']>,
    request: PathRequest,
    first: number,
    count: number,
    { signal, onProgress }: RunOptions,
  ): Promise<{ sums: Float32Array; ends: Float32Array }> {
    const { elements, classes } = this;
    const part = (data: Float32Array, size: number) => data.subarray(first * size, (first + count) * size);
    const nodes = request.alphas.length;
    // A quad belongs to one path. In the fused plan a path's ends are its last samples.
    const stepsOf = (plan: Plan) => Math.ceil((nodes + (plan === 'fused' ? ENDS : 0)) / SAMPLES_PER_QUAD) * SAMPLES_PER_QUAD;
    const recording = await session.record('path', (plan) => {
      const fixed = 4 * (count * (3 * elements + 3 * classes) + 2 * stepsOf(plan));
      return { schedule: this.#pathSchedule(plan), samples: count * stepsOf(plan), images: count, fixedBytes: () => fixed };
    });
    const steps = stepsOf(recording.plan);
    const samples = count * steps;
    const alphas = new Float32Array(steps);
    alphas.set(request.alphas);
    if (recording.plan === 'fused') alphas[nodes] = 1;
    const weights = new Float32Array(steps);
    weights.set(request.weights);
    const externals = {
      inputs: meter.upload('inputs', part(request.inputs, elements)),
      baselines: meter.upload('baselines', part(request.baselines, elements)),
      seeds: meter.upload('seeds', part(request.seeds, classes)),
      alphas: meter.upload('alphas', alphas),
      weights: meter.upload('weights', weights),
      gradients: session.buffer('gradients', 4 * count * elements),
      ends: session.buffer('ends', 4 * ENDS * count * classes),
    };
    const { layouts, submitSize } = recording;
    const { multiplyAdds } = this.#pathSchedule(recording.plan);
    meter.multiplyAdds += multiplyAdds.samples * samples + multiplyAdds.ends * ENDS * count + multiplyAdds.images * count;
    for (let offset = 0, done: number; ; offset = done) {
      signal?.throwIfAborted();
      const encoder = session.encoder();
      done = endOfChunk(offset, submitSize.samples(recording.samples), { samples, steps });
      const inChunk = done - offset;
      const firstImage = Math.floor(offset / steps);
      const images = Math.floor((done - 1) / steps) - firstImage + 1;
      const place = { samples, offset, steps };
      const blend = { ...place, ends_lanes: layouts.ends.lanes };
      const stages: Stage[] = ['chunk', 'reduce'];
      if (offset === 0) stages.unshift('begin');
      if (done === samples) stages.push('finish');
      const quads = {
        samples: quadsFor(inChunk),
        ends: quadsFor(2 * count),
        images: quadsFor(count),
      };
      const reduce = { samples: inChunk, offset, steps, sample_lanes: layouts.samples.lanes, first_image: firstImage, images };
      meter.dispatches += recording.encode(encoder, new Set(stages), quads, {
        externals,
        parameters: {
          path_ends: { images: count },
          path_blend: blend,
          path_blend_pool: blend,
          path_outputs: { ...place, first_end: nodes },
          outputs_store: { samples: ENDS * count },
          images_load: { samples: count },
          path_seed: place,
          path_spread: { ...place, images_lanes: layouts.images.lanes },
          path_reduce: reduce,
          path_store: { images: count },
        },
        invocations: { path_reduce: ({ tiles }) => images * tiles },
      });
      if (done < samples) {
        await submitSize.time(inChunk, () => meter.submit(encoder));
        onProgress?.(first * steps + done, request.count * steps);
        continue;
      }
      const wanted = [
        [externals.gradients, 4 * count * elements],
        [externals.ends, 4 * ENDS * count * classes],
      ] as const;
      const [gradients, ends] = await submitSize.time(inChunk, () => meter.submitAndRead(encoder, wanted));
      onProgress?.(first * steps + done, request.count * steps);
      return { sums: gradients!, ends: ends! };
    }
  }

  #pathSchedule(plan: Plan): Schedule {
    if (plan === 'layered') return this.#schedules.path;
    this.#fusedPath ??= pathSchedule(this.graph, 'fused', { kernels: compactKernels });
    return this.#fusedPath;
  }

  gradients(request: GradientRequest, options: RunOptions = {}): Promise<Gradients> {
    return this.#exclusively(async (session) => {
      return findGradients(session, this.#gradientSchedule('gradients'), request, this.elements, options);
    });
  }

  gradientMoments(request: GradientMomentsRequest, options: RunOptions = {}): Promise<GradientMoments> {
    return this.#exclusively(async (session) => {
      const schedule = this.#gradientSchedule(request.factors ? 'products' : 'moments');
      return findMoments(session, schedule, request, this.elements, options);
    });
  }

  layerGradients(request: LayerRequest, options: RunOptions = {}): Promise<LayerGradients> {
    return this.#exclusively(async (session) => {
      const schedule = this.#layerSchedules.get(request.layer) ?? layerSchedule(this.withLayers, request.layer, this.#options);
      this.#layerSchedules.set(request.layer, schedule);
      return findLayerGradients(session, schedule, request, this.withLayers, options);
    });
  }

  #gradientSchedule(ending: GradientEnding): Schedule {
    const schedule =
      this.#gradientSchedules.get(ending) ?? gradientSchedule(this.graph, ending, ending === 'gradients' ? this.#options : {});
    this.#gradientSchedules.set(ending, schedule);
    return schedule;
  }

  regions(request: RegionRequest, options: RunOptions = {}): Promise<Regions> {
    return this.#exclusively(async (session) => {
      this.#regionSchedule ??= regionSchedule(this.graph);
      return findRegions(session, this.#regionSchedule, request, options);
    });
  }

  evaluate(batch: CandidateBatch, target: number, options: RunOptions = {}): Promise<Verdicts> {
    return this.#exclusively(async (session) => {
      const meter = session.meter();
      const count = batch.candidates.length / 4;
      const predicted = new Uint32Array(count);
      const margin = new Float32Array(count);
      const probability = new Float32Array(count);
      const fixed = (samples: number) => 48 * samples + 8 * this.elements + batch.patches.labels.byteLength + batch.ranks.byteLength;
      const request = { schedule: this.#schedules.candidates, samples: count, images: 0, fixedBytes: fixed };
      const recording = await session.record('candidates', () => request);
      const shared = {
        image: meter.upload('image', batch.image),
        paint: meter.upload('paint', batch.paint),
        patches: meter.upload('patches', batch.patches.labels),
        ranks: meter.upload('ranks', batch.ranks),
      };
      const { pixels, channels, layout } = batch.pixels;
      const { submitSize } = recording;
      let samples: number;
      for (let offset = 0; offset < count; offset += samples) {
        options.signal?.throwIfAborted();
        samples = Math.min(submitSize.samples(recording.samples), count - offset);
        const externals = {
          ...shared,
          candidates: meter.upload('candidates', batch.candidates.subarray(4 * offset, 4 * (offset + samples))),
          verdicts: session.buffer('verdicts', 16 * samples),
        };
        const encoder = session.encoder();
        meter.dispatches += recording.encode(
          encoder,
          CHUNK,
          { samples: quadsFor(samples), ends: 0, images: 0 },
          {
            externals,
            parameters: {
              candidates: { samples, pixels, patches: batch.patches.count, channels, channelsLast: layout === 'nhwc' ? 1 : 0 },
              verdict: { samples, wanted: target },
            },
          },
        );
        const [verdicts] = await submitSize.time(samples, () => meter.submitAndRead(encoder, [[externals.verdicts, 16 * samples]]));
        for (let i = 0; i < samples; i++) {
          predicted[offset + i] = verdicts![4 * i]!;
          margin[offset + i] = verdicts![4 * i + 1]!;
          probability[offset + i] = verdicts![4 * i + 2]!;
        }
        options.onProgress?.(offset + samples, count);
      }
      return { predicted, margin, probability, cost: meter.cost() };
    });
  }

  destroy(): void {
    this.#destroyed = true;
    this.session.destroy();
  }

  /** Runs requests one after another; a request whose device is lost is repeated once on a new one. */
  #exclusively<T>(work: (session: GpuResources) => Promise<T>): Promise<T> {
    const attempt = async (): Promise<T> => {
      if (this.#destroyed) throw new GpuDeviceLostError('the executor was destroyed', 'create a new one');
      const device = await this.source.get();
      if (device !== this.session.gpu) {
        this.session.destroy();
        this.session = new GpuResources(device, this.budget, this.plan, this.longestSubmit);
      }
      return this.session.checked(() => work(this.session));
    };
    return this.source.exclusively(async () => {
      try {
        return await attempt();
      } catch (error) {
        if (this.#destroyed || !(error instanceof GpuDeviceLostError)) throw error;
        return attempt();
      }
    });
  }
}
