import { CpuExecutor } from '../cpu/cpu_executor.js';
import { PathlightError } from '../errors.js';
import type { Executor, Numbers } from '../executor.js';
import { DeviceSource } from '../gpu/device/device.js';
import type { AdapterOptions, WebGpu } from '../gpu/device/webgpu.js';
import { PLAN_CHOICES, type PlanChoice } from '../gpu/fused/choose.js';
import { GpuExecutor } from '../gpu/gpu_executor.js';
import { PRECISIONS, type Precision } from '../gpu/precision.js';
import { TUNE_CHOICES, type TuneChoice, type TuningStore } from '../gpu/tuning/tuner.js';
import { addsToAll, type Head, headOf } from '../graph/analysis/head/head.js';
import { inputScaling } from '../graph/analysis/input_scaling.js';
import type { Graph } from '../graph/graph.js';
import { canonicalise } from '../graph/passes/canonicalise.js';
import { OUTPUTS, type OutputMode, withOutput } from '../graph/passes/head.js';
import { twoClasses } from '../graph/passes/two_classes.js';
import { type HuggingFaceFiles, readHuggingFace } from '../image/preprocessing/hugging_face.js';
import { withBuiltInLabels } from '../image/preprocessing/label_lists/label_lists.js';
import type { InputSize, PreprocessingOptions } from '../image/preprocessing/options.js';
import { type ModelFacts, type Preprocessing, resolvePreprocessing, sidesOf } from '../image/preprocessing/preprocess.js';
import { parseSideFile } from '../image/preprocessing/side_file.js';
import type { Message } from '../messages/index.js';
import type { ExternalData } from '../onnx/files/external_data.js';
import type { ModelInfo } from '../onnx/files/model_info.js';
import { importModelInSlices } from '../onnx/import.js';
import type { BoundValue } from '../onnx/inputs/bind.js';
import type { InputChoice, StatedSize } from '../onnx/inputs/description.js';
import { checkArgument, type FileBytes, type OptionKinds, readOptions, toBytes } from '../tensor/arguments.js';
import { itemAt } from '../tensor/items.js';
import { argmax, probabilitiesOf } from '../tensor/softmax.js';
import { type Shape, sizeOf } from '../tensor/tensor.js';
import { findClass } from './classes.js';
import { checkClassifier } from './classifier.js';
import { checkOutputs } from './finite.js';
import { notesOf } from './notes.js';

/**
 * Where a model runs, and how pictures become its input. Every setting has a default.
 *
 * @example const options: SessionOptions = { gpu: navigator.gpu, memoryBudget: 512 * 1024 ** 2, preprocessing: { preprocess: 'imagenet' } };
 */
export interface SessionOptions {
  /** WebGPU: `navigator.gpu` in a browser, `openDawn()` of `pathlight/node` in Node. Without it the model runs in float64 on the CPU. */
  readonly gpu?: WebGpu;
  /**
   * Instead of `gpu`: a device that several sessions share, with its compiled kernels. It outlives the sessions, and its own `limits` and
   * `adapter` count.
   */
  readonly device?: DeviceSource;
  /** Which adapter to use, where there are several. */
  readonly adapter?: AdapterOptions;
  /**
   * The most bytes of GPU memory in use at once. By default 1 GiB, and more where a network needs it and the device has it: up to a quarter of
   * the machine's memory. Weights that do not fit are uploaded in turn, which is slower.
   */
  readonly memoryBudget?: number;
  /** `adapter`, the default: all limits that the adapter has. `default`: only the limits that WebGPU guarantees everywhere. */
  readonly limits?: 'adapter' | 'default';
  /** `layered`: one dispatch for each operator. `fused`: the whole network in two dispatches, for small networks. `auto`, the default, chooses by size. */
  readonly plan?: PlanChoice;
  /** Whether kernels are chosen by measurement: by default `auto` on a GPU and `off` on a software adapter, which compiles each for a second. */
  readonly tune?: TuneChoice;
  /** How a GPU stores activations: `f32`, the default, or `mixed`, in 16 bits where gradients along paths are asked for (docs/gpu.md). */
  readonly precision?: Precision;
  /** Where it is kept which kernels are fastest. By default `tuningFile()` of `pathlight/node` with what `openDawn` gives, else nothing is kept. */
  readonly tuningStore?: TuningStore;
  /** Ends the reading of the model with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The files beside the model that hold its weights, where it was saved so: by name, or a function that finds them. */
  readonly externalData?: ExternalData;
  /** The parsed `<model>.json` beside the model. Its `labels` may be the name of a built-in list, such as `imagenet`. */
  readonly sideFile?: unknown;
  /** What lies beside the model in a folder as Hugging Face lays it out: names of classes, and how pictures become the input. The side file wins. */
  readonly huggingFace?: HuggingFaceFiles;
  /** The output that holds the class scores, by its name. By default the one that the side file names, else the likeliest. */
  readonly outputName?: string;
  /** Height and width of the input, where the file leaves them open. By default those that the side file names. */
  readonly size?: InputSize;
  /** The shape of an array that is to be the input, with the batch axis or without it. It counts where an axis is open and not stated. */
  readonly inputShape?: Shape;
  /** Constants in the place of further inputs, by their names, beside those of the side file. */
  readonly bind?: Readonly<Record<string, BoundValue>>;
  /** How pictures become the model's input. Each setting overrides the side file's. */
  readonly preprocessing?: PreprocessingOptions;
}

/**
 * The class that a model reads in an image.
 *
 * @example
 * const [prediction] = await predict(session, image);
 * const { class: index, label, probability }: Prediction = prediction;
 */
export interface Prediction {
  /** The index of the most probable class. */
  readonly class: number;
  /** The name of the class; null where classes have no names. */
  readonly label: string | null;
  /** 0 to 1: the softmax of the logits, or of a multi-label or binary model the sigmoid of the class's logit. */
  readonly probability: number;
}

/**
 * A model that is ready to explain and repair images. `createSession` makes it; `destroy` releases what it holds.
 *
 * @example
 * const session: Session = await createSession(bytes, { gpu: navigator.gpu });
 * const [result] = await integratedGradients(session, image, { target: session.classOf('seven'), contrast: 'predicted' });
 * await session.destroy();
 */
export class Session {
  readonly #device: DeviceSource | undefined;
  readonly #executors = new Map<OutputMode, Promise<Executor>>();
  readonly #references = new Map<OutputMode, CpuExecutor>();
  #quantised: CpuExecutor | undefined;
  #destroyed = false;
  readonly #head: Head;

  /** @internal */
  constructor(
    /** @internal The network, before the output mode is chosen. */
    readonly graph: Graph,
    /** What the file says about itself. */
    readonly info: ModelInfo,
    /** How pictures become the model's input, put together from the file, the side file and the options. */
    readonly preprocessing: Preprocessing,
    private readonly options: SessionOptions,
    /** @internal Reads the file of a quantised model again, with its own arithmetic. */
    readonly readQuantised: (signal?: AbortSignal) => Promise<Graph>,
  ) {
    this.#head = headOf(graph);
    this.#device = options.device ?? (options.gpu && new DeviceSource(options.gpu, options));
  }

  /** @internal The executor: WebGPU if the session has it, else float64. Made at the first call, and again after one that failed. */
  executor(mode: OutputMode = 'logit'): Promise<Executor> {
    // A device that were opened now would never be closed.
    if (this.#destroyed) throw new PathlightError('session.destroyed');
    let executor = this.#executors.get(mode);
    if (executor === undefined) {
      if (this.options.plan === 'fused' && this.#device === undefined) {
        throw new PathlightError('plan.no-gpu');
      }
      if (this.options.precision === 'mixed') {
        if (this.#device === undefined) throw new PathlightError('precision.no-gpu');
        if (this.options.plan === 'fused') throw new PathlightError('precision.fused');
      }
      executor = this.#device
        ? GpuExecutor.create(this.#device, canonicalise(withOutput(this.graph, mode)), this.options)
        : Promise.resolve(this.reference(mode));
      this.#executors.set(mode, executor);
      executor.catch(() => this.#executors.delete(mode));
    }
    return executor;
  }

  /** @internal An executor of another network of the same shapes. The caller destroys it. */
  async executorOf(graph: Graph): Promise<Executor> {
    return this.#device ? GpuExecutor.create(this.#device, canonicalise(graph), this.options) : new CpuExecutor(graph);
  }

  /** @internal The float64 executor, which verifies results. */
  reference(mode: OutputMode = 'logit'): CpuExecutor {
    let reference = this.#references.get(mode);
    if (reference === undefined) {
      reference = new CpuExecutor(withOutput(this.graph, mode));
      this.#references.set(mode, reference);
    }
    return reference;
  }

  /** @internal The model with its own arithmetic, on the float64 executor. The file is read again for it, once. */
  async quantisedReference(signal?: AbortSignal): Promise<CpuExecutor> {
    this.#quantised ??= new CpuExecutor(await this.readQuantised(signal));
    return this.#quantised;
  }

  /** @internal Of a binary model: the output of class 0, given that of class 1, the only number of the file. */
  opposite(output: number): number {
    return this.#head.kind === 'logits' ? -output : this.#head.scale - output;
  }

  /** @internal What readers should know about how the model was read: what was chosen, and what is doubtful. */
  get notes(): readonly Message[] {
    return notesOf(this);
  }

  /**
   * Whether the classes do not exclude each other: the model ends in a sigmoid for each class, or compares pictures with bound texts one by
   * one, as SigLIP does, and each has a probability of its own. The class that it reads is still the one with the largest.
   */
  get multiLabel(): boolean {
    return this.#head.bySigmoid && !this.binary;
  }

  /**
   * Whether the model has a class and its opposite: it ends in one number, the logit z or the probability p of class 1, or in 1 - p and p. The
   * logits of the classes 0 and 1 are then -z and z, and their probabilities 1 - p and p, the sigmoids of these logits.
   */
  get binary(): boolean {
    return this.graph.binary !== undefined;
  }

  /**
   * The class probabilities, given the outputs of one image in this mode. Logits become probabilities by the softmax, and those of a
   * multi-label or binary model by the sigmoid.
   */
  probabilities(outputs: Numbers, mode: OutputMode): Float64Array {
    checkArgument('mode', mode, OUTPUTS);
    if (mode === 'probability') return Float64Array.from(outputs);
    const { kind, scale, bySigmoid } = this.#head;
    if (mode === 'logit' || kind === 'logits' || kind === 'log-softmax') return probabilitiesOf(outputs, bySigmoid);
    return Float64Array.from(outputs, (output) => output / scale);
  }

  /** The most probable class, given the outputs of one image in this mode. Throws PathlightError where an output is no number. */
  predict(outputs: Numbers, mode: OutputMode): Prediction {
    checkOutputs(outputs);
    const best = argmax(outputs);
    return { class: best, label: this.label(best), probability: itemAt(this.probabilities(outputs, mode), best) };
  }

  /** The name of a class, if the model came with names. */
  label(index: number): string | null {
    return this.preprocessing.labels?.[index] ?? null;
  }

  /**
   * The index of a class, given its index, its label, or a part of its label between commas (ImageNet's labels are lists). A number and
   * `index:7` are always an index. Throws PathlightError where there is no such class, and where the name may mean several.
   */
  classOf(name: string | number): number {
    checkArgument('name', name, 'class');
    return findClass(name, this.reference('raw').classes, this.preprocessing.labels);
  }

  /** Releases all executors, and the device unless it was given. The session cannot explain or repair anything afterwards. */
  async destroy(): Promise<void> {
    this.#destroyed = true;
    for (const executor of await Promise.allSettled(this.#executors.values())) {
      if (executor.status === 'fulfilled') executor.value.destroy();
    }
    this.#executors.clear();
    if (this.options.device === undefined) await this.#device?.destroy();
  }
}

const KINDS: OptionKinds<SessionOptions> = {
  gpu: 'gpu',
  device: 'device',
  adapter: 'object',
  memoryBudget: 'above 0',
  limits: ['adapter', 'default'],
  plan: PLAN_CHOICES,
  tune: TUNE_CHOICES,
  precision: PRECISIONS,
  tuningStore: 'object',
  externalData: 'files',
  sideFile: 'object',
  huggingFace: 'object',
  outputName: 'text',
  size: 'input size',
  inputShape: 'shape',
  bind: 'object',
  preprocessing: 'object',
  signal: 'signal',
};

/**
 * Reads an ONNX image classifier.
 *
 * @param model the bytes of the .onnx file.
 * @throws PathlightError for a file that cannot be run, and for labels that are not one a class; one line says why.
 * @example
 * const bytes = new Uint8Array(await (await fetch('digits.onnx')).arrayBuffer());
 * const session = await createSession(bytes, { gpu: navigator.gpu });
 */
export async function createSession(model: FileBytes, options: SessionOptions = {}): Promise<Session> {
  const given = readOptions(options, KINDS);
  const sideFile = await withBuiltInLabels(given.sideFile);
  const settings = sideFile === undefined ? {} : parseSideFile(sideFile);
  const own = { ...(given.size !== undefined && { size: given.size }), ...(given.bind && { bind: given.bind }) };
  const flags = parseSideFile({ ...given.preprocessing, ...own }, 'flags');
  const name = given.outputName ?? flags.output ?? settings.output;
  const folder = given.huggingFace && readHuggingFace(given.huggingFace);
  const labels = (flags.labels ?? settings.labels ?? folder?.options.labels)?.length;
  const layout = flags.layout ?? settings.layout;
  const input: InputChoice = {
    sizes: [...sizesOf('the flags', flags), ...sizesOf('the side file', settings)],
    // It may be wrong: transformers writes the processor's default, whatever the network was made for.
    ...(folder && { likely: sizesOf(folder.from.size ?? '', folder.options) }),
    ...(given.inputShape && { shape: given.inputShape }),
    ...(layout !== undefined && { layout }),
    bind: { ...settings.bind, ...flags.bind },
  };
  const choice = { input, ...(name !== undefined && { name }), ...(labels !== undefined && { labels }) };
  const bytes = toBytes(model, 'model');
  const read = (signal?: AbortSignal, quantised = false) =>
    importModelInSlices(bytes, signal, { ...choice, quantised }, given.externalData);
  const { graph: found, info } = await read(given.signal);
  checkClassifier(found, info);
  const compares = info.boundInputs.length > 0 && headOf(found).kind === 'logits' && addsToAll(found);
  const graph = twoClasses(compares ? { ...found, bySigmoid: true } : found);
  const scaling = inputScaling(graph, info.inputPixels);
  const facts: ModelFacts = {
    metadata: info.metadata,
    classes: sizeOf(graph.output.shape),
    single: sizeOf(found.output.shape) === 1,
    ...(folder && { folder }),
    ...(info.classNames && { labels: info.classNames }),
    ...(info.inputType === 'int' && { pixels: info.inputPixels }),
    ...(scaling && { range: scaling.range }),
  };
  const preprocessing = resolvePreprocessing(graph.input.shape, sideFile, flags, facts);
  return new Session(graph, info, preprocessing, given, async (signal) => (await read(signal, true)).graph);
}

/** The size that settings state, if they do. */
function sizesOf(from: string, { size }: PreprocessingOptions): StatedSize[] {
  return size === undefined ? [] : [{ ...sidesOf(size), from }];
}
