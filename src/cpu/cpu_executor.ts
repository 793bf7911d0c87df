import {
  type Behind,
  type CandidateBatch,
  type Cost,
  type Executor,
  type Forward,
  type GradientMoments,
  type GradientMomentsRequest,
  type GradientRequest,
  type Gradients,
  type LayerGradients,
  type LayerRequest,
  type MultiplierRequest,
  type Multipliers,
  NO_PATCH,
  type PathGradient,
  type PathRequest,
  type RegionRequest,
  type Regions,
  type RuledGradientRequest,
  type RuledGradients,
  type RunOptions,
  type Verdicts,
} from '../executor.js';
import { checkLayer } from '../graph/analysis/layers.js';
import { checkPiecewiseLinear } from '../graph/analysis/piecewise.js';
import { passedByGradient } from '../graph/analysis/rules.js';
import { type Graph, shapeOf } from '../graph/graph.js';
import { afterLayer } from '../graph/passes/after_layer.js';
import { canonicalise } from '../graph/passes/canonicalise.js';
import { RuledGraphs } from '../graph/passes/rules/rule_set.js';
import { Slices } from '../slices.js';
import { itemAt, twoOf } from '../tensor/items.js';
import { Moments } from '../tensor/moments.js';
import { mapPairs } from '../tensor/pairs.js';
import { elementOf } from '../tensor/pixels.js';
import { argmax, marginOf, probabilitiesOf } from '../tensor/softmax.js';
import { sizeOf } from '../tensor/tensor.js';
import { RegionReader } from './linear_regions.js';
import { ReferencePasses, type Values, valueIn } from './passes.js';

/** Runs a graph in float64, one sample after another. It is the oracle of the tests, and serves where there is no GPU. */
export class CpuExecutor implements Executor {
  readonly kind = 'cpu';
  readonly adapter = 'float64 reference';
  readonly epsilon = 2 ** -53;
  readonly elements: number;
  readonly classes: number;
  readonly bySigmoid: boolean;
  readonly #passes: ReferencePasses;
  /** Passes of the canonical graph, since rules are for canonical operators. Made when they are first needed. */
  #canonical: ReferencePasses | undefined;
  readonly #ruled: RuledGraphs<ReferencePasses>;

  constructor(graph: Graph) {
    this.#passes = new ReferencePasses(graph);
    this.#ruled = new RuledGraphs(graph, (ruled) => new ReferencePasses(ruled));
    this.elements = sizeOf(graph.input.shape);
    this.classes = sizeOf(graph.output.shape);
    this.bySigmoid = graph.bySigmoid === true;
  }

  async forward(images: Float32Array, count: number, options: RunOptions = {}): Promise<Forward> {
    const outputs = new Float64Array(count * this.classes);
    const cost = await eachSample(count, options, (i) => {
      outputs.set(this.#output(images.subarray(i * this.elements, (i + 1) * this.elements)), i * this.classes);
    });
    return { outputs, cost };
  }

  async pathGradient(request: PathRequest, options: RunOptions = {}): Promise<PathGradient> {
    const { count, alphas, weights } = request;
    const { elements, classes } = this;
    const gradients = new Float64Array(count * elements);
    const outputsAtInput = new Float64Array(count * classes);
    const outputsAtBaseline = new Float64Array(count * classes);
    const steps = alphas.length;
    const inputOf = (image: number) => request.inputs.subarray(image * elements, (image + 1) * elements);
    const baselineOf = (image: number) => request.baselines.subarray(image * elements, (image + 1) * elements);
    const seeds = Array.from({ length: count }, (_, i) => Float64Array.from(request.seeds.subarray(i * classes, (i + 1) * classes)));
    // Several questions about one image share a path. Its points are evaluated once, and differentiated once for each question.
    const repeats = seeds.map((_, i) => i > 0 && same(inputOf(i), inputOf(i - 1)) && same(baselineOf(i), baselineOf(i - 1)));
    let values: Values | undefined;
    const cost = await eachSample(count * steps, options, (sample) => {
      const step = Math.floor(sample / count);
      const image = sample % count;
      const input = inputOf(image);
      const baseline = baselineOf(image);
      if (step === 0) {
        outputsAtInput.set(this.#output(input), image * classes);
        outputsAtBaseline.set(this.#output(baseline), image * classes);
      }
      const weight = itemAt(weights, step);
      if (weight === 0) return;
      const known = repeats[image] ? values : undefined;
      values = known ?? this.#passes.forward(pointOf(input, baseline, itemAt(alphas, step)));
      const gradient = this.#passes.backward(values, itemAt(seeds, image));
      const sum = gradients.subarray(image * elements, (image + 1) * elements);
      sum.set(mapPairs(sum, gradient, (total, part) => total + weight * part));
    });
    return { gradients, outputsAtInput, outputsAtBaseline, cost };
  }

  gradients(request: GradientRequest, options: RunOptions = {}): Promise<Gradients> {
    return this.#gradientsOf(this.#passes, request, options);
  }

  async ruledGradients({ rules, ...request }: RuledGradientRequest, options: RunOptions = {}): Promise<RuledGradients> {
    const { made, byGradient } = this.#ruled.get(rules);
    return { ...(await this.#gradientsOf(made, request, options)), byGradient };
  }

  async gradientMoments({ images, factors, seed }: GradientMomentsRequest, options: RunOptions = {}): Promise<GradientMoments> {
    const { elements } = this;
    const moments = new Moments(elements);
    const cotangent = Float64Array.from(seed);
    const cost = await eachSample(images.length / elements, options, (i) => {
      const values = this.#passes.forward(images.subarray(i * elements, (i + 1) * elements));
      const gradient = this.#passes.backward(values, cotangent);
      const own = factors?.subarray(i * elements, (i + 1) * elements);
      moments.add(own ? mapPairs(gradient, own, (value, factor) => value * factor) : gradient);
    });
    return { mean: moments.mean, squares: moments.squares, cost };
  }

  async layerGradients({ images, seed, layers, rules }: LayerRequest, options: RunOptions = {}): Promise<LayerGradients> {
    const { elements } = this;
    const passes = rules ? this.#ruled.get(rules).made : this.#passes;
    const count = images.length / elements;
    const found = layers.map((layer) => {
      checkLayer(passes.graph, layer);
      const size = sizeOf(shapeOf(passes.graph, layer));
      return { layer, size, values: new Float64Array(count * size), gradients: new Float64Array(count * size) };
    });
    const cotangent = Float64Array.from(seed);
    const cost = await eachSample(count, options, (i) => {
      const atImage = passes.forward(images.subarray(i * elements, (i + 1) * elements));
      const cotangentOf = passes.backwardTo(layers, atImage, cotangent);
      for (const { layer, size, values, gradients } of found) {
        values.set(valueIn(atImage, layer), i * size);
        gradients.set(cotangentOf(layer), i * size);
      }
    });
    return { layers: found.map(({ values, gradients }) => ({ values, gradients })), cost };
  }

  async multipliers({ count, inputs, baselines, seeds, rule }: MultiplierRequest, options: RunOptions = {}): Promise<Multipliers> {
    const { elements, classes } = this;
    this.#canonical ??= new ReferencePasses(canonicalise(this.#passes.graph));
    const passes = this.#canonical;
    const multipliers = new Float64Array(count * elements);
    const outputsAtInput = new Float64Array(count * classes);
    const outputsAtBaseline = new Float64Array(count * classes);
    const cost = await eachSample(count, options, (i) => {
      const values = passes.forward(inputs.subarray(i * elements, (i + 1) * elements));
      const twins = passes.forward(baselines.subarray(i * elements, (i + 1) * elements));
      const seed = Float64Array.from(seeds.subarray(i * classes, (i + 1) * classes));
      outputsAtInput.set(valueIn(values, passes.graph.output.name), i * classes);
      outputsAtBaseline.set(valueIn(twins, passes.graph.output.name), i * classes);
      multipliers.set(passes.backwardBy(rule, values, twins, seed), i * elements);
    });
    return { multipliers, outputsAtInput, outputsAtBaseline, byGradient: passedByGradient(passes.graph, rule), cost };
  }

  async regions({ input, baseline, alphas }: RegionRequest, options: RunOptions = {}): Promise<Regions> {
    checkPiecewiseLinear(this.#passes.graph);
    const lower = new Float64Array(alphas.length);
    const upper = new Float64Array(alphas.length);
    const gates = new Uint32Array(alphas.length);
    const cost = await eachSample(alphas.length, options, (i) => {
      const alpha = itemAt(alphas, i);
      const twin = alpha > 0.5 ? 0 : 1;
      const reader = new RegionReader(alpha, twin);
      this.#passes.extend(pointOf(input, baseline, alpha), pointOf(input, baseline, twin), reader);
      lower[i] = reader.lower;
      upper[i] = reader.upper;
      gates[i] = reader.gates;
    });
    return { lower, upper, gates, cost };
  }

  async evaluate(batch: CandidateBatch, target: number, options: RunOptions = {}): Promise<Verdicts> {
    const count = batch.candidates.length / 4;
    const predicted = new Uint32Array(count);
    const margin = new Float64Array(count);
    const probability = new Float64Array(count);
    const cost = await eachSample(count, options, (i) => {
      const outputs = this.#output(editedImage(batch, i));
      predicted[i] = argmax(outputs);
      margin[i] = marginOf(outputs, target);
      probability[i] = itemAt(probabilitiesOf(outputs, this.bySigmoid), target);
    });
    return { predicted, margin, probability, cost };
  }

  async behind(layer: string): Promise<Behind> {
    const { graph, others } = afterLayer(this.#passes.graph, layer);
    return { executor: new CpuExecutor(graph), others, image: this.#passes.graph.input.name };
  }

  destroy(): void {
    // There is nothing to release but ordinary memory.
  }

  async #gradientsOf(passes: ReferencePasses, { images, seed }: GradientRequest, options: RunOptions): Promise<Gradients> {
    const { elements } = this;
    const gradients = new Float64Array(images.length);
    const cotangent = Float64Array.from(seed);
    const cost = await eachSample(images.length / elements, options, (i) => {
      const values = passes.forward(images.subarray(i * elements, (i + 1) * elements));
      gradients.set(passes.backward(values, cotangent), i * elements);
    });
    return { gradients, cost };
  }

  #output(image: Float32Array | Float64Array): Float64Array {
    return valueIn(this.#passes.forward(image), this.#passes.graph.output.name);
  }
}

function same(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => value === b[i]);
}

function pointOf(input: Float32Array, baseline: Float32Array, alpha: number): Float64Array {
  return mapPairs(baseline, input, (b, x) => b + alpha * (x - b));
}

/** Candidate `index` of a batch, as an image. */
export function editedImage(batch: CandidateBatch, index: number): Float32Array {
  const [sequence, length] = twoOf(batch.candidates.subarray(4 * index, 4 * index + 2));
  const [first, second] = twoOf(batch.candidates.subarray(4 * index + 2, 4 * index + 4));
  const { labels, count } = batch.patches;
  const edited = Float32Array.from(batch.image);
  const ranks = batch.ranks.subarray(sequence * count, (sequence + 1) * count);
  for (const [pixel, patch] of labels.entries()) {
    let changed = itemAt(ranks, patch) < length;
    if (patch === first && first !== NO_PATCH) changed = !changed;
    if (patch === second && second !== NO_PATCH) changed = !changed;
    if (!changed) continue;
    for (let channel = 0; channel < batch.pixels.channels; channel++) {
      const element = elementOf(batch.pixels, pixel, channel);
      edited[element] = itemAt(batch.paint, element);
    }
  }
  return edited;
}

async function eachSample(count: number, { signal, onProgress }: RunOptions, work: (index: number) => void): Promise<Cost> {
  const start = performance.now();
  const slices = new Slices(signal);
  for (let index = 0; index < count; index++) {
    work(index);
    if (await slices.pause()) onProgress?.(index + 1, count);
  }
  onProgress?.(count, count);
  return {
    plan: 'cpu',
    dispatches: 0,
    submits: 0,
    uploadedBytes: 0,
    readbackBytes: 0,
    peakBytes: 0,
    milliseconds: performance.now() - start,
  };
}
