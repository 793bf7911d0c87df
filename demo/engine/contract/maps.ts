import type { Control } from '../../../src/app.js';
import type {
  Method as AttributionMethod,
  AttributionResult,
  BaselineName,
  Cost,
  ExactAccount,
  OutputMode,
  Picture,
  Rule,
  Steps,
} from '../../../src/index.js';
import type { OptionFiles, OptionTexts } from '../../lib/options.js';
import type { Reading } from './inputs.js';
import type { ModelSource } from './models.js';
import type { Progress } from './progress.js';

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
