import type { GraphDescription, LayerDiagnosis, Said } from '../../../src/app.js';
import type { LabelList, Preprocessing, PreprocessingOptions, Preset } from '../../../src/index.js';
import type { ShippedModel } from '../../lib/shipped.js';
import type { Layout } from '../compute/graph_layout.js';
import type { Progress } from './progress.js';

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

/** The probabilities of all classes with a preset, or why it does not fit the model. */
export type PresetReading = { readonly preset: Preset } & ({ readonly probabilities: Float64Array } | { readonly refused: Said });

/** A preset that was just tried; `done` of `total` are tried now. */
export interface PresetNews extends Progress {
  readonly reading: PresetReading;
}

/** A network of the visitor's of which nobody has said how pixels become numbers: what it reads with every preset. */
export interface UndecidedNetwork {
  readonly name: string;
  readonly labels: readonly string[] | null;
  readonly presets: readonly PresetReading[];
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
