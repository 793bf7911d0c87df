import type { Control, Diagnosis, GraphDescription, LayerDiagnosis, RepairMap, Said } from '../../src/app.js';
import type {
  Attempt,
  Method as AttributionMethod,
  AttributionResult,
  Baseline,
  BaselineName,
  Cost,
  ExactAccount,
  LabelList,
  OutputMode,
  Patches,
  Picture,
  Preprocessing,
  PreprocessingOptions,
  Preset,
  QuantisedReading,
  Repair,
  Rule,
  Steps,
  Strategy,
} from '../../src/index.js';
import type { Fit } from '../lib/fits.js';
import type { OptionFiles, OptionTexts } from '../lib/options.js';
import type { ShippedModel } from '../lib/shipped.js';

import type { Layout } from './compute/graph_layout.js';

/** A method of the engine: what it takes, what it answers, and what it reports before it answers (`never`: nothing). */
interface Method<Arguments extends readonly unknown[], Result, News = never> {
  readonly arguments: Arguments;
  readonly result: Result;
  readonly news: News;
}

/**
 * Everything that the page asks of the worker. The page's client, the messages, the worker's dispatch and its handlers all derive their types
 * from this interface. All images are [elements] in the open model's input space. Every request rejects with an Error whose message is one
 * sentence for people, or with the signal's reason once the signal is aborted.
 */
export interface EngineMethods {
  /** Reads a network: a shipped one, or a file. If this fails, the network before stays open. */
  open: Method<[source: ModelSource], OpenModel>;
  /** Test digits for the open model; null unless the model takes 28x28 grey pictures and has ten classes. */
  digits: Method<[], readonly Digit[] | null>;
  /** Turns a picture file into the model's input. `null`: fitted as the model says, or as its pictures usually are. */
  decode: Method<[file: Blob, fit: Fit | null], Fitted>;
  /** Turns a frame of a camera into the model's input. */
  frame: Method<[frame: Picture, fit: Fit], Decoded>;
  /** Turns a drawing [side][side], 0 to 255, white on black, into the model's input; centred as in MNIST. */
  drawing: Method<[pixels: Uint8Array, side: number], Decoded>;
  /** Turns a picture with a colour for each patch, or an array with a number for each, into a mask [pixels] of the model's input. */
  mask: Method<[file: Blob, fit: Fit], Float64Array>;
  /** The layers that methods can look at, and which one they do by default. */
  layers: Method<[], LayerChoice>;
  /** About so many superpixels of an input. */
  superpixels: Method<[image: Float32Array, count: number], Patches>;
  /** Runs the model on one input. */
  predict: Method<[image: Float32Array], Reading>;
  /** What the model reads in a picture file with each of the usual ways to turn pixels into numbers. Reports every reading when it is there. */
  presets: Method<[shown: Blob | Picture, fit: Fit], readonly PresetReading[], PresetNews>;
  /** What a quantised model makes of an input with its own arithmetic, in float64 on the processor; null for a model of floats. */
  quantised: Method<[image: Float32Array], QuantisedReading | null>;
  /**
   * Maps for several questions about one image, in one batch. Reports progress if the network is so large that this takes several chunks, and the
   * maps so far where they take longer than a second.
   */
  attribute: Method<[request: AttributeRequest], AttributeAnswer, AttributeNews>;
  /** Exact maps for the same questions, or why there are none. Cached. Rejects if there are too many linear regions for a few seconds. */
  exact: Method<[request: AttributeRequest], ExactAnswer>;
  /** The integrand along the path, so that moving the slider computes nothing. */
  path: Method<[request: PathRequest], PathAnswer>;
  /** Searches for the smallest edit. Reports every attempt when it ends, and the progress of the one that runs. */
  repair: Method<[request: RepairRequest], RepairAnswer, RepairNews>;
  /** Evaluates every prefix of a strategy's order, in one batch. Only for strategies with a map: contrast, target, saliency, flip. */
  outcomes: Method<[request: RepairRequest], Outcomes>;
  /** Measures rules and step counts. Reports every row when it is measured. */
  bench: Method<[request: BenchRequest], BenchAnswer, BenchNews>;
  /** Whether every kernel is right on the adapter, and how fast it is. Reports every check when it ends. Needs no open model, but WebGPU. */
  doctor: Method<[request: DoctorRequest], Diagnosis, DoctorNews>;
  /** What another model makes of the same picture, and of the edit that turned the open one. The other model stays open until another is asked for. */
  compare: Method<[request: CompareRequest], CompareAnswer | UndecidedNetwork>;
  /** What becomes of the class while the parts that a map calls strongest are removed, and while they are put in. */
  curves: Method<[request: CurvesRequest], CurvesAnswer>;
  /** The nodes of the open model, and where they are drawn. */
  graph: Method<[], NetworkGraph>;
  /** Where units are dead and gradients are zero in an input, for the logit of a class; in float64, on the processor. */
  layerFacts: Method<[image: Float32Array, target: number], LayerFacts>;
  /** The class activation map of a layer. */
  cam: Method<[request: CamRequest], CamAnswer>;
  /** What `report.html` tells of the last repair. */
  report: Method<[request: Omit<FileRequest, 'kind' | 'index'>], ReportFacts>;
  /** Makes a file for download. */
  file: Method<[request: FileRequest], NamedFile>;
  /** The command line that makes the same maps as the page. */
  command: Method<[request: CommandRequest], string>;
  /** Destroys the device. Only for tests. */
  destroyDevice: Method<[], void>;
}

export type MethodName = keyof EngineMethods;
export type Arguments<M extends MethodName> = EngineMethods[M]['arguments'];
export type Result<M extends MethodName> = EngineMethods[M]['result'];
export type News<M extends MethodName> = EngineMethods[M]['news'];

/** Methods without news take no listener. */
type Listener<M extends MethodName> = [News<M>] extends [never] ? [] : [onNews?: (news: News<M>) => void];

/** The engine as the page calls it: each method takes its arguments, a signal that aborts the request, and a listener for its news. */
export type Engine = {
  readonly [M in MethodName]: (...request: [...Arguments<M>, signal: AbortSignal, ...Listener<M>]) => Promise<Result<M>>;
} & {
  /** The listener is called whenever a lost device was rebuilt. */
  onRebuilt(listener: () => void): void;
  /** The listener is called when a lost device was not rebuilt: what the open model runs on from now on. */
  onDevice(listener: (device: OpenModel['device']) => void): void;
};

/** How far a request has come, in units of its own. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface AttributeNews extends Progress {
  /** The maps of the part of the path that is done. */
  readonly partial?: PartialMaps;
}

/** The maps of the part of the path from the baseline on. */
export interface PartialMaps {
  /** One for each question: [pixels], summed over channels. */
  readonly maps: readonly Float32Array[];
  /** The magnitude that has the strongest colour. */
  readonly scale: number;
  /** The part of the path, above 0 and below 1. */
  readonly share: number;
}

/** How far the strategy that is being tried has come. */
export interface RepairProgress extends Progress {
  readonly strategy: string;
}

/** What a running search for a repair reports. */
export type RepairNews = { readonly attempt: Attempt } | { readonly progress: RepairProgress };

export type { ShippedModel };
export type ModelSource = { readonly shipped: ShippedModel } | OwnModel;

/** A network of the visitor's. */
export interface OwnModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The text of the `.json` beside it: its settings, or only the names of its classes. */
  readonly sideFile?: string;
  /** The texts of `config.json` and `preprocessor_config.json` of a folder of Hugging Face. */
  readonly config?: string;
  readonly preprocessorConfig?: string;
  /** Files that may hold its weights. Only the parts that it needs are read. */
  readonly data?: readonly { readonly name: string; readonly file: Blob }[];
  /** A file with the names of its classes. They win over those of the side file. */
  readonly labels?: { readonly name: string; readonly bytes: Uint8Array };
  /** A list with the names of its classes, where there is no such file; or the choice of their numbers, where otherwise a list would be assumed. */
  readonly labelList?: LabelList | 'numbers';
  /** How pixels become numbers, where nothing beside the model says so. */
  readonly preset?: Preset;
  /** The same in the visitor's own settings, instead of a preset. */
  readonly pixels?: PixelSettings;
  /** The output with the class scores, by its name; by default the likeliest. */
  readonly outputName?: string;
  /** Height and width of its input, where its file leaves them open. */
  readonly size?: readonly [height: number, width: number];
}

/** How pixels become numbers, in the visitor's own settings. How a picture is fitted is asked with every picture. */
export type PixelSettings = Pick<PreprocessingOptions, 'resize'> &
  Required<Pick<PreprocessingOptions, 'range' | 'mean' | 'std' | 'order' | 'interpolation' | 'layout'>>;

/** What a visitor has chosen for a network of their own. A link keeps it, for whoever has the network, too. */
export type Choices = Pick<OwnModel, 'preset' | 'pixels' | 'labelList' | 'outputName' | 'size'>;

export interface OpenModel {
  readonly name: string;
  readonly shipped: ShippedModel | null;
  readonly classes: number;
  /** Whether the classes do not exclude each other. */
  readonly multiLabel: boolean;
  /** Whether there are a class and its opposite, made of one number. */
  readonly binary: boolean;
  /** Of a quantised model: whether its own arithmetic runs so fast that it may be run unasked. null for a model of floats. */
  readonly quantised: { readonly quick: boolean } | null;
  /** The names of all outputs, that with the class scores first. */
  readonly outputs: readonly [string, ...string[]];
  /** The names of the files that hold its weights; none where they lie in the model itself. */
  readonly dataFiles: readonly string[];
  /** What was chosen while the model was read, and what is doubtful. */
  readonly notes: readonly Said[];
  readonly preprocessing: Preprocessing;
  /** Whether its file leaves the height or the width of its input open. */
  readonly sizeOpen: boolean;
  /** The list that names its classes; null where the visitor or the network itself does, or nobody. */
  readonly labelList: NamedBy | null;
  /** The way to turn pixels into numbers that the visitor has chosen; `own`: by settings of their own. */
  readonly preset: Preset | 'own' | null;
  /** All that the visitor has chosen, and the name of the file with the names of its classes. */
  readonly choices: Choices & { readonly labelFile?: string };
  /** Whether the side file gives range, mean or deviation. */
  readonly preprocessingFound: boolean;
  readonly description: GraphDescription;
  readonly layers: readonly { readonly op: string; readonly name: string; readonly shape: readonly number[] }[];
  /** Where the model runs. `reason` says why not on a GPU, if it runs on the CPU. */
  readonly device: { readonly kind: 'gpu' | 'software' | 'cpu'; readonly adapter: string; readonly reason?: Said };
}

/** The list that names classes; `assumed`: because it has as many names as there are classes. */
export interface NamedBy {
  readonly name: LabelList;
  readonly assumed: boolean;
}

export interface LayerChoice {
  readonly layers: readonly { readonly name: string; readonly channels: number; readonly rows: number; readonly columns: number }[];
  /** null where methods must be told. */
  readonly usual: string | null;
}

export interface Digit {
  readonly index: number;
  readonly truth: number;
  /** The class that the open model reads. */
  readonly read: number;
  readonly group: 'study' | 'misread' | 'correct';
  /** [784], 0 to 255. */
  readonly pixels: Uint8Array;
}

export interface Decoded {
  readonly image: Float32Array;
  readonly picture: Picture;
}

/** A picture in the model's input, and how it was fitted there. */
export interface Fitted extends Decoded {
  readonly fit: Fit;
}

export interface Reading {
  readonly class: number;
  readonly probabilities: Float64Array;
  readonly logits: Float64Array;
}

/** The probabilities of all classes with a preset, or why it does not fit the model. */
export type PresetReading = { readonly preset: Preset } & ({ readonly probabilities: Float64Array } | { readonly refused: Said });

/** A preset that was just tried; `done` of `total` are tried now. */
export interface PresetNews extends Progress {
  readonly reading: PresetReading;
}

export interface Question {
  readonly target: number;
  readonly contrast?: number;
}

export interface AttributeRequest {
  readonly image: Float32Array;
  readonly questions: readonly Question[];
  readonly method: AttributionMethod;
  /** Read by methods that integrate along a path; the rule by `ig` alone. */
  readonly steps: Steps;
  readonly rule: Rule;
  readonly baseline: BaselineName;
  readonly output: OutputMode;
  /** What the visitor has set of the options of methods. Those of other methods may be among them. */
  readonly options?: OptionTexts;
  /** By the names of the options that files give. */
  readonly files?: Readonly<Record<string, OptionFiles>>;
}

/** A network of the visitor's of which nobody has said how pixels become numbers: what it reads with every preset. */
export interface UndecidedNetwork {
  readonly name: string;
  readonly labels: readonly string[] | null;
  readonly presets: readonly PresetReading[];
}

export interface CompareRequest extends Omit<AttributeRequest, 'image' | 'questions'> {
  readonly other: ModelSource;
  readonly question: Question;
  readonly picture: Picture;
  /** The picture after an edit; null where there is none. */
  readonly edited: Picture | null;
}

export interface CurvesRequest {
  readonly image: Float32Array;
  readonly target: number;
  /** What removed parts become. */
  readonly cover: BaselineName;
  /** [pixels] a map; or a control, which knows nothing of the network. */
  readonly map: Float32Array | Control;
}

export interface CurvesAnswer {
  /** [units + 1] the probability of the target with the k strongest units removed, and with only these left. */
  readonly deletion: Float64Array;
  readonly insertion: Float64Array;
  /** The areas under the curves over 0 to 1: the mean probabilities. */
  readonly deleted: number;
  readonly inserted: number;
  /** The side of a unit, a block of pixels. */
  readonly side: number;
}

export interface CompareAnswer {
  readonly name: string;
  /** The names of the classes of the other model; null where it has none. */
  readonly labels: readonly string[] | null;
  readonly reading: Reading;
  readonly map: MapAnswer;
  /** The picture as the other model gets it. */
  readonly picture: Picture;
  readonly editedReading: Reading | null;
}

/** The map for one question, without what the page does not show. */
export interface MapAnswer
  extends Pick<
    AttributionResult,
    'values' | 'sum' | 'outputAtInput' | 'outputAtBaseline' | 'delta' | 'relativeDelta' | 'steps' | 'exact' | 'auto'
  > {
  /** [pixels] `values`, summed over channels. */
  readonly pixels: Float32Array;
}

export interface AttributeAnswer {
  readonly maps: readonly MapAnswer[];
  /** The magnitude that has the strongest colour: all maps share one scale. For photographs it is the library's percentile. */
  readonly scale: number;
  readonly cost: Cost;
  readonly milliseconds: number;
}

export type ExactAnswer =
  | { readonly maps: readonly { readonly values: Float32Array; readonly exact: ExactAccount }[] }
  | { /** The smooth node, because of which there are no exact maps. */ readonly smooth: string };

export interface PathRequest extends Omit<AttributeRequest, 'questions' | 'method' | 'steps' | 'rule'> {
  readonly target: number;
  readonly runnerUp: number | null;
  /** The number of alphas, k / (count - 1) for k from 0 on: the positions of the slider. */
  readonly count: number;
}

/** Every list has one entry per alpha. */
export interface PathAnswer {
  readonly alphas: Float64Array;
  readonly target: Float64Array;
  readonly runnerUp: Float64Array | null;
  /** [count][pixels] gradient x (x - b), summed over channels. */
  readonly gradients: Float32Array;
  /** [count][pixels] the integral from 0 to alpha, summed over channels. */
  readonly cumulative: Float32Array;
  /** [count] the sums of `cumulative`. */
  readonly sums: Float64Array;
  /** The magnitude in `gradients` that has the strongest colour. */
  readonly scale: number;
  /** The picture of the baseline and of the input. The pictures in between are blends of the two. */
  readonly from: Picture;
  readonly to: Picture;
}

export interface NetworkNode {
  /** '' for the input. */
  readonly op: string;
  readonly name: string;
  /** The name of its output, which tells it from all others. */
  readonly output: string;
  readonly shape: readonly number[];
  /** Whether its output has channels with planes, so that it has a class activation map. */
  readonly hasPlane: boolean;
}

export interface NetworkGraph {
  readonly nodes: readonly NetworkNode[];
  /** null where there are too many nodes. */
  readonly layout: Layout | null;
  /** How long `layerFacts` takes, about. */
  readonly seconds: number;
}

/** By the name of a node's output; see `LayerDiagnosis` of the library. Nodes that do not depend on the input are left out. */
export type LayerFacts = Readonly<Record<string, Pick<LayerDiagnosis, 'dead' | 'zeroGradients'>>>;

export interface CamRequest {
  readonly image: Float32Array;
  readonly target: number;
  /** The name of the node's output. */
  readonly output: string;
}

export interface CamAnswer {
  /** [pixels] */
  readonly pixels: Float32Array;
  /** The magnitude that has the strongest colour. */
  readonly scale: number;
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
  /** [pixels] the map that ordered the pixels (`repair.map`), summed over channels. If none did, the map of the wanted class minus the class that was read. */
  readonly map: Float32Array;
}

/** What the network reads after the first n pixels of an order are painted, for n from 0 on. */
export interface Outcomes {
  readonly classes: Uint32Array;
  /** The probability of the target. */
  readonly probabilities: Float32Array;
  /** The pixels in the order in which they change. */
  readonly order: Uint32Array;
  /** [elements] the values of the painted pixels. */
  readonly paint: Float32Array;
  readonly painted: Picture;
  /** The numbers n that were tried, ascending. If trying all takes too long, evenly spread ones, at least 101. */
  readonly tried: Uint32Array;
}

export interface DoctorRequest {
  readonly quick: boolean;
  /** Only checks with this text in their name, such as an operator; all where it is empty. */
  readonly only: string;
}

export interface DoctorNews extends Progress {
  readonly stage: 'kernels' | 'speed';
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

/** A row that was just measured; `done` of `total` rows are measured now. */
export interface BenchNews extends Progress {
  readonly row: BenchRow;
}

export interface BenchAnswer {
  readonly rows: readonly BenchRow[];
  readonly adapter: string;
  readonly plan: string;
  /** What errors are measured against: the exact integral, or Gauss-Legendre with this many steps. */
  readonly reference: 'exact' | number;
}

export interface CommandRequest extends Omit<AttributeRequest, 'image' | 'questions'> {
  readonly question: Question;
  readonly model: string;
  readonly input: string;
  /** How the visitor's own picture was fitted; absent where the input has the size of the model's already. */
  readonly fit?: Fit;
}

export interface FileRequest extends AttributeRequest {
  readonly kind: 'png' | 'svg' | 'npy' | 'result' | 'repair' | 'zip';
  /** The index of the question that the file is about. */
  readonly index: number;
  readonly model: string;
  /** The name of the picture, or of an array (`.npy`). */
  readonly input: string;
  /** The visitor's own picture, where `input` is its name; absent where `input` is the model's input itself. */
  readonly file?: Blob;
  /** As in CommandRequest. */
  readonly fit?: Fit;
  /** Whether the page shows a repair of this image: the last one that was found. The archive has no other. */
  readonly repaired: boolean;
  /** `report.html` of that repair, for the archive. */
  readonly report?: string;
}

/** The most probable classes, or all of a few. */
export interface ReportReadingFacts {
  readonly class: number;
  readonly probabilities: readonly { readonly class: number; readonly probability: number }[];
}

export interface ReportFacts {
  /** That of the file. */
  readonly name: string;
  readonly repair: Repair;
  /** The map that is shown. */
  readonly map: RepairMap;
  readonly before: ReportReadingFacts;
  /** null where nothing was changed. */
  readonly after: ReportReadingFacts | null;
  /** PNG files in base64. */
  readonly images: { readonly original: string; readonly modified?: string; readonly attribution: string };
  readonly labels: readonly string[] | null;
  readonly device: { readonly kind: 'gpu' | 'software' | 'cpu'; readonly adapter: string };
}

export interface NamedFile {
  readonly name: string;
  /** The media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}
