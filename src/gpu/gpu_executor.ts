import type {
  Behind,
  CandidateBatch,
  Executor,
  Forward,
  GradientMoments,
  GradientMomentsRequest,
  GradientRequest,
  Gradients,
  LayerGradients,
  LayerRequest,
  MultiplierRequest,
  Multipliers,
  PathGradient,
  PathRequest,
  RegionRequest,
  Regions,
  RuledGradientRequest,
  RuledGradients,
  RunOptions,
  Verdicts,
} from '../executor.js';
import type { Graph } from '../graph/graph.js';
import { absorbAffine } from '../graph/passes/absorb.js';
import { afterLayer } from '../graph/passes/after_layer.js';
import { keyOf, RuledGraphs } from '../graph/passes/rules/rule_set.js';
import { sizeOf } from '../tensor/tensor.js';
import type { DeviceSource, GpuDevice } from './device/device.js';
import { GpuDeviceLostError } from './device/errors.js';
import { MemoryBudget } from './device/memory_budget.js';
import type { PlanChoice } from './fused/choose.js';
import type { Precision } from './precision.js';
import { findOutputs, findVerdicts } from './requests/evaluate.js';
import { findGradients, findMoments } from './requests/gradients.js';
import { findLayerGradients } from './requests/layers.js';
import { findRegions } from './requests/linear_regions.js';
import { findMultipliers } from './requests/multipliers.js';
import { findPathGradient } from './requests/path/path.js';
import { Schedules } from './requests/schedules.js';
import { GpuResources } from './resources.js';
import type { TuneChoice } from './tuning/tuner.js';

export interface GpuExecutorOptions {
  /** Bytes of GPU memory that may be in use at once, weights included. The default depends on the device (src/gpu/device/memory_budget.ts). */
  readonly memoryBudget?: number;
  /** `auto` by default (src/gpu/fused/choose.ts). */
  readonly plan?: PlanChoice;
  /** Milliseconds that a submit should take at most. The default depends on the kind of adapter (src/gpu/device/submit_size.ts). */
  readonly longestSubmit?: number;
  /** Whether kernels are chosen by measurement. By default on hardware alone. */
  readonly tune?: TuneChoice;
  /** How activations are stored. `f32` by default. `mixed` runs in the layered plan. */
  readonly precision?: Precision;
  /** The candidate that runs whatever dispatch has it (src/gpu/tuning/candidates.ts), for comparisons of all. */
  readonly candidate?: string;
}

/** Runs a canonical graph (src/graph/passes/canonicalise.ts) on a WebGPU device. Each request has a file in src/gpu/requests. */
export class GpuExecutor implements Executor {
  readonly kind: 'gpu' | 'software';
  readonly adapter: string;
  readonly elements: number;
  readonly classes: number;
  readonly bySigmoid: boolean;
  readonly epsilon = 2 ** -24;
  readonly #schedules: Schedules;
  /** Schedules of the graph before Affines are absorbed: an absorbed node has no value, so layers are looked for here. */
  readonly #withLayers: Schedules;
  readonly #ruled: RuledGraphs<Schedules>;
  #resources: GpuResources;
  #destroyed = false;

  private constructor(
    graph: Graph,
    private readonly source: DeviceSource,
    resources: GpuResources,
    private readonly resourcesOn: (device: GpuDevice) => GpuResources,
  ) {
    this.#withLayers = new Schedules(graph);
    this.#schedules = new Schedules(absorbAffine(graph));
    this.#ruled = new RuledGraphs(graph, (ruled) => new Schedules(ruled));
    this.#resources = resources;
    this.kind = resources.gpu.kind;
    this.adapter = resources.gpu.adapter;
    this.elements = sizeOf(graph.input.shape);
    this.classes = sizeOf(graph.output.shape);
    this.bySigmoid = graph.bySigmoid === true;
  }

  /** Bytes of GPU memory that may be in use at once. A budget that nobody set grows where a request needs it. */
  get memoryBudget(): number {
    return this.#resources.limits.budget;
  }

  /** Throws GpuUnsupportedError where there is no adapter. */
  static async create(source: DeviceSource, graph: Graph, options: GpuExecutorOptions = {}): Promise<GpuExecutor> {
    const { memoryBudget } = options;
    const resourcesOn = (device: GpuDevice) => new GpuResources(device, new MemoryBudget(device, memoryBudget), options);
    return new GpuExecutor(graph, source, resourcesOn(await source.get()), resourcesOn);
  }

  forward(images: Float32Array, count: number, options: RunOptions = {}): Promise<Forward> {
    return this.#exclusively((resources) => findOutputs(resources, this.#schedules, images, count, options));
  }

  pathGradient(request: PathRequest, options: RunOptions = {}): Promise<PathGradient> {
    return this.#exclusively((resources) => findPathGradient(resources, this.#schedules, request, options));
  }

  gradients(request: GradientRequest, options: RunOptions = {}): Promise<Gradients> {
    return this.#exclusively((resources) => findGradients(resources, this.#schedules, request, options));
  }

  gradientMoments(request: GradientMomentsRequest, options: RunOptions = {}): Promise<GradientMoments> {
    return this.#exclusively((resources) => findMoments(resources, this.#schedules, request, options));
  }

  layerGradients(request: LayerRequest, options: RunOptions = {}): Promise<LayerGradients> {
    const { rules } = request;
    return this.#exclusively((resources) => {
      return findLayerGradients(resources, rules ? this.#ruled.get(rules).made : this.#withLayers, request, options);
    });
  }

  ruledGradients({ rules, ...request }: RuledGradientRequest, options: RunOptions = {}): Promise<RuledGradients> {
    return this.#exclusively(async (resources) => {
      const { made, byGradient } = this.#ruled.get(rules);
      return { ...(await findGradients(resources, made, request, options, `gradients ${keyOf(rules)}`)), byGradient };
    });
  }

  multipliers(request: MultiplierRequest, options: RunOptions = {}): Promise<Multipliers> {
    return this.#exclusively((resources) => findMultipliers(resources, this.#schedules, request, options));
  }

  regions(request: RegionRequest, options: RunOptions = {}): Promise<Regions> {
    return this.#exclusively((resources) => findRegions(resources, this.#schedules, request, options));
  }

  evaluate(batch: CandidateBatch, target: number, options: RunOptions = {}): Promise<Verdicts> {
    return this.#exclusively((resources) => findVerdicts(resources, this.#schedules, batch, target, options));
  }

  async behind(layer: string): Promise<Behind> {
    const whole = this.#withLayers.graph;
    const { graph, others } = afterLayer(whole, layer);
    const device = await this.source.get();
    const executor = new GpuExecutor(graph, this.source, this.resourcesOn(device), this.resourcesOn);
    return { executor, others, image: whole.input.name };
  }

  destroy(): void {
    this.#destroyed = true;
    this.#resources.destroy();
  }

  /** Runs requests one after another. A request that loses its device is repeated once on a new one. */
  #exclusively<T>(work: (resources: GpuResources) => Promise<T>): Promise<T> {
    const attempt = async (): Promise<T> => {
      if (this.#destroyed) throw new GpuDeviceLostError('gpu.destroyed');
      const device = await this.source.get();
      if (device !== this.#resources.gpu) {
        this.#resources.destroy();
        this.#resources = this.resourcesOn(device);
      }
      return this.#resources.checked(() => work(this.#resources));
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
