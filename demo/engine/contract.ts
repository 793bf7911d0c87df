import type {
  Attempt,
  AttributionResult,
  Baseline,
  BaselineName,
  Cost,
  ExactAccount,
  GraphDescription,
  OutputMode,
  Picture,
  Preprocessing,
  Repair,
  Rule,
  Steps,
  Strategy,
} from '../../src/index.js';

/**
 * What the page asks of what computes for it, in a worker. All images are [elements] in the open model's input space. Every request rejects
 * with an Error whose message is one sentence for people, and with the signal's reason when that is raised.
 */
export interface Engine {
  /** Reads a network: one that is shipped, or a file. The network before stays open if this fails. */
  open(source: ModelSource, signal: AbortSignal): Promise<OpenModel>;
  /** Test digits for the open model; null where it does not tell ten classes of 28x28 grey pictures apart. */
  digits(signal: AbortSignal): Promise<readonly Digit[] | null>;
  /** The model's input of a picture file. */
  decode(file: Blob, fit: Fit, signal: AbortSignal): Promise<Decoded>;
  /** The model's input of a drawing [side][side], 0 to 255, white on black; centred as MNIST does. */
  drawing(pixels: Uint8Array, side: number, signal: AbortSignal): Promise<Decoded>;
  /** What the model makes of an input. */
  predict(image: Float32Array, signal: AbortSignal): Promise<Reading>;
  /** Maps of several questions about one image, in one batch; of a large network that takes several chunks, which are told. */
  attribute(request: AttributeRequest, signal: AbortSignal, onProgress?: (progress: Progress) => void): Promise<AttributeAnswer>;
  /** Exact maps of the same questions, or why there are none; cached. Rejects where there are more linear regions than seconds find. */
  exact(request: AttributeRequest, signal: AbortSignal): Promise<ExactAnswer>;
  /** The integrand along the path, so that a slider scrubs without computing. */
  path(request: PathRequest, signal: AbortSignal): Promise<PathAnswer>;
  repair(
    request: RepairRequest,
    onAttempt: (attempt: Attempt) => void,
    signal: AbortSignal,
    onProgress?: (progress: RepairProgress) => void,
  ): Promise<RepairAnswer>;
  /** What every prefix of a strategy's order comes to, in one batch; only of those with a map: contrast, target, saliency, flip. */
  outcomes(request: RepairRequest, signal: AbortSignal): Promise<Outcomes>;
  /** Measures rules and step counts, a row at a time. */
  bench(request: BenchRequest, onRow: (row: BenchRow, done: number, total: number) => void, signal: AbortSignal): Promise<BenchAnswer>;
  /** A file to take away. */
  file(request: FileRequest, signal: AbortSignal): Promise<{ readonly name: string; readonly type: string; readonly bytes: Uint8Array }>;
  /** The command line that does the same as the maps on the page. */
  command(request: CommandRequest, signal: AbortSignal): Promise<string>;
  /** Called when a lost device was rebuilt. */
  onRebuilt(listener: () => void): void;
  /** Only for tests: destroys the device. */
  destroyDevice(): Promise<void>;
}

/** How far a request has come, in units of its own. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** How far the strategy that is being tried has come. */
export interface RepairProgress extends Progress {
  readonly strategy: string;
}

/** What is told while a repair is looked for. */
export type RepairNews = { readonly attempt: Attempt } | { readonly progress: RepairProgress };

export type ShippedModel = 'digits' | 'digits-naive';
export type ModelSource =
  | { readonly shipped: ShippedModel }
  | { readonly name: string; readonly bytes: Uint8Array; readonly sideFile?: string };
export type Fit = 'cover' | 'contain' | 'stretch' | 'centre';

export interface OpenModel {
  readonly name: string;
  readonly shipped: ShippedModel | null;
  readonly classes: number;
  readonly preprocessing: Preprocessing;
  /** Whether the side file gave range, mean and deviation. */
  readonly preprocessingFound: boolean;
  readonly description: GraphDescription;
  readonly layers: readonly { readonly op: string; readonly name: string; readonly shape: readonly number[] }[];
  /** `reason`: why there is no GPU, where the CPU serves. */
  readonly device: { readonly kind: 'gpu' | 'software' | 'cpu'; readonly adapter: string; readonly reason?: string };
}

export interface Digit {
  readonly index: number;
  readonly truth: number;
  /** What the open model reads. */
  readonly read: number;
  readonly group: 'study' | 'misread' | 'correct';
  /** [784], 0 to 255. */
  readonly pixels: Uint8Array;
}

export interface Decoded {
  readonly image: Float32Array;
  readonly picture: Picture;
}

export interface Reading {
  readonly class: number;
  readonly probabilities: Float64Array;
  readonly logits: Float64Array;
}

export interface Question {
  readonly target: number;
  readonly contrast?: number;
}

export interface AttributeRequest {
  readonly image: Float32Array;
  readonly questions: readonly Question[];
  readonly steps: Steps;
  readonly rule: Rule;
  readonly baseline: BaselineName;
  readonly output: OutputMode;
}

/** One answer a question, without what the page does not show. */
export interface MapAnswer
  extends Pick<
    AttributionResult,
    'values' | 'sum' | 'outputAtInput' | 'outputAtBaseline' | 'delta' | 'relativeDelta' | 'steps' | 'exact' | 'auto'
  > {
  /** [pixels], channels summed. */
  readonly pixels: Float32Array;
}

export interface AttributeAnswer {
  readonly maps: readonly MapAnswer[];
  readonly cost: Cost;
  readonly milliseconds: number;
}

export type ExactAnswer =
  | { readonly maps: readonly { readonly values: Float32Array; readonly exact: ExactAccount }[] }
  | { /** The node because of which there is none. */ readonly smooth: string };

export interface PathRequest extends Omit<AttributeRequest, 'questions' | 'steps' | 'rule'> {
  readonly target: number;
  readonly runnerUp: number | null;
  /** Alphas at which the slider can stand: k / (count - 1). */
  readonly count: number;
}

/** One entry an alpha. */
export interface PathAnswer {
  readonly alphas: Float64Array;
  readonly target: Float64Array;
  readonly runnerUp: Float64Array | null;
  /** [count][pixels] gradient x (x - b), channels summed. */
  readonly gradients: Float32Array;
  /** [count][pixels] the integral from 0 to alpha, channels summed. */
  readonly cumulative: Float32Array;
  /** [count] the sums of `cumulative`. */
  readonly sums: Float64Array;
  /** Of `gradients`: the largest magnitude. */
  readonly largest: number;
  /** The picture at the baseline and at the input: what lies between is a blend. */
  readonly from: Picture;
  readonly to: Picture;
}

export interface RepairRequest {
  readonly image: Float32Array;
  readonly target: number;
  readonly strategy: Strategy | 'auto';
  readonly baseline: Baseline;
  readonly steps: Steps;
  readonly rule: Rule;
}

export interface RepairAnswer {
  readonly repair: Repair;
  readonly before: Picture;
  readonly after: Picture;
  /** [pixels] the map that ordered the pixels (`repair.map`), channels summed; else that of the contrast of the wanted class with the one read. */
  readonly map: Float32Array;
}

/** Of the first n pixels of an order painted, for n from 0 on. */
export interface Outcomes {
  readonly classes: Uint32Array;
  /** Of the target. */
  readonly probabilities: Float32Array;
  /** The pixels in the order in which they change. */
  readonly order: Uint32Array;
  /** [elements] what each pixel becomes. */
  readonly paint: Float32Array;
  readonly painted: Picture;
  /** The numbers of pixels that were tried, ascending: all of them, or as many evenly spread ones, 101 at least, as take seconds. */
  readonly tried: Uint32Array;
}

export interface BenchRequest {
  readonly image: Float32Array;
  readonly target: number;
  readonly baseline: BaselineName;
}

export interface BenchRow {
  readonly rule: Rule | null;
  readonly steps: Steps;
  readonly points: number;
  readonly error: number | null;
  readonly relativeDelta: number;
  readonly milliseconds: number;
  readonly pointsPerSecond: number;
  readonly dispatches: number;
  readonly peakBytes: number;
  readonly readbackBytes: number;
}

export interface BenchAnswer {
  readonly rows: readonly BenchRow[];
  readonly adapter: string;
  readonly plan: string;
  /** What errors are measured against. */
  readonly reference: 'exact' | number;
}

export interface CommandRequest extends Omit<AttributeRequest, 'image' | 'questions'> {
  readonly question: Question;
  readonly model: string;
  readonly input: string;
}

export interface FileRequest extends AttributeRequest {
  readonly kind: 'png' | 'svg' | 'npy' | 'result' | 'report' | 'repair' | 'zip';
  /** Which of the questions. */
  readonly index: number;
  /** What the strongest colours stand for. */
  readonly scale: number;
  readonly model: string;
  readonly input: string;
  readonly truth: number | null;
}
