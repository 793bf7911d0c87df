import type { Diagnosis } from '../../src/app.js';
import type { Patches, Picture, QuantisedReading } from '../../src/index.js';
import type { Fit } from '../lib/fits.js';
import type { BenchAnswer, BenchNews, BenchRequest, DoctorNews, DoctorRequest } from './contract/device.js';
import type { Outcomes, RepairAnswer, RepairNews, RepairRequest } from './contract/edits.js';
import type { CommandRequest, FileRequest, NamedFile, ReportFacts } from './contract/files.js';
import type { Decoded, Digit, Fitted, Reading } from './contract/inputs.js';
import type {
  AttributeAnswer,
  AttributeNews,
  AttributeRequest,
  CamAnswer,
  CamRequest,
  CompareAnswer,
  CompareRequest,
  CurvesAnswer,
  CurvesRequest,
  ExactAnswer,
  PathAnswer,
  PathRequest,
} from './contract/maps.js';
import type {
  LayerChoice,
  LayerFacts,
  ModelSource,
  NetworkGraph,
  OpenModel,
  PresetNews,
  PresetReading,
  UndecidedNetwork,
} from './contract/models.js';

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
