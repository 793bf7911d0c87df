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
import { absorbAffine, absorbConcat } from '../graph/passes/absorb.js';
import { afterLayer } from '../graph/passes/after_layer.js';
import { keyOf, RuledGraphs } from '../graph/passes/rules/rule_set.js';
import { sizeOf } from '../tensor/tensor.js';
import type { DeviceSource } from './device/device.js';
import { findOutputs, findVerdicts } from './requests/evaluate.js';
import { findGradients, findMoments } from './requests/gradients.js';
import { findLayerGradients } from './requests/layers.js';
import { findRegions } from './requests/linear_regions.js';
import { findMultipliers } from './requests/multipliers.js';
import { findPathGradient } from './requests/path/path.js';
import { Schedules } from './requests/schedules.js';
import { type GpuExecutorOptions, ResourceOwner } from './resource_owner.js';

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
  readonly #owner: ResourceOwner;

  private constructor(graph: Graph, owner: ResourceOwner) {
    this.#withLayers = new Schedules(graph);
    this.#schedules = new Schedules(absorbConcat(absorbAffine(graph)));
    this.#ruled = new RuledGraphs(graph, (ruled) => new Schedules(ruled));
    this.#owner = owner;
    this.kind = owner.resources.gpu.kind;
    this.adapter = owner.resources.gpu.adapter;
    this.elements = sizeOf(graph.input.shape);
    this.classes = sizeOf(graph.output.shape);
    this.bySigmoid = graph.bySigmoid === true;
  }

  /** Bytes of GPU memory that may be in use at once. A budget that nobody set grows where a request needs it. */
  get memoryBudget(): number {
    return this.#owner.resources.limits.budget;
  }

  /** Throws GpuUnsupportedError where there is no adapter. */
  static async create(source: DeviceSource, graph: Graph, options: GpuExecutorOptions = {}): Promise<GpuExecutor> {
    return new GpuExecutor(graph, await ResourceOwner.create(source, options));
  }

  forward(images: Float32Array, count: number, options: RunOptions = {}): Promise<Forward> {
    return this.#owner.run((resources) => findOutputs(resources, this.#schedules, images, count, options));
  }

  pathGradient(request: PathRequest, options: RunOptions = {}): Promise<PathGradient> {
    return this.#owner.run((resources) => findPathGradient(resources, this.#schedules, request, options));
  }

  gradients(request: GradientRequest, options: RunOptions = {}): Promise<Gradients> {
    return this.#owner.run((resources) => findGradients(resources, this.#schedules, request, options));
  }

  gradientMoments(request: GradientMomentsRequest, options: RunOptions = {}): Promise<GradientMoments> {
    return this.#owner.run((resources) => findMoments(resources, this.#schedules, request, options));
  }

  layerGradients(request: LayerRequest, options: RunOptions = {}): Promise<LayerGradients> {
    const { rules } = request;
    return this.#owner.run((resources) => {
      return findLayerGradients(resources, rules ? this.#ruled.get(rules).made : this.#withLayers, request, options);
    });
  }

  ruledGradients({ rules, ...request }: RuledGradientRequest, options: RunOptions = {}): Promise<RuledGradients> {
    return this.#owner.run(async (resources) => {
      const { made, byGradient } = this.#ruled.get(rules);
      return { ...(await findGradients(resources, made, request, options, `gradients ${keyOf(rules)}`)), byGradient };
    });
  }

  multipliers(request: MultiplierRequest, options: RunOptions = {}): Promise<Multipliers> {
    return this.#owner.run((resources) => findMultipliers(resources, this.#schedules, request, options));
  }

  regions(request: RegionRequest, options: RunOptions = {}): Promise<Regions> {
    return this.#owner.run((resources) => findRegions(resources, this.#schedules, request, options));
  }

  evaluate(batch: CandidateBatch, target: number, options: RunOptions = {}): Promise<Verdicts> {
    return this.#owner.run((resources) => findVerdicts(resources, this.#schedules, batch, target, options));
  }

  async behind(layer: string): Promise<Behind> {
    const whole = this.#withLayers.graph;
    const { graph, others } = afterLayer(whole, layer);
    return { executor: new GpuExecutor(graph, await this.#owner.another()), others, image: whole.input.name };
  }

  destroy(): void {
    this.#owner.destroy();
  }
}
