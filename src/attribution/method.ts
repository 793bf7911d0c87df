import { PathlightError } from '../errors.js';
import type { Executor, RunOptions } from '../executor.js';
import type { Graph } from '../graph/graph.js';
import type { ImageSpace } from '../tensor/pixels.js';
import type { Products } from './batches.js';
import type { Paths, Steps } from './integral/integral.js';
import { MAX_STEPS, type Rule } from './integral/quadrature.js';
import type { Maps } from './maps.js';

/** How the path integral is taken, for methods that integrate along a path. */
export interface IntegralOptions {
  readonly steps: Steps;
  /** `midpoint` by default. Not with `exact`. */
  readonly rule?: Rule;
  /** Of `auto`: the largest error of any element, relative to the largest attribution. 1e-3 by default. */
  readonly tolerance?: number;
  /** Of `auto`, 4,096 by default; of `exact` the evaluations that find regions, 65,536 by default. */
  readonly maxSteps?: number;
}

/** What every method is told beside its own options. */
export interface MethodContext extends IntegralOptions {
  /** Of everything that is drawn; 0 by default. */
  readonly seed?: number;
  /** Geometry and colours of the images, for methods that need `pixels`. */
  readonly space?: ImageSpace;
  /** The network as it is in its file, for methods that need `layers`. */
  readonly graph?: Graph;
}

/** A request of an executor. */
export type RequestName = {
  [K in keyof Executor]: Executor[K] extends (...given: never[]) => Promise<unknown> ? K : never;
}[keyof Executor];

/** The values that an option takes: how the command line reads them, and which control a page shows. */
export type OptionValues =
  /** A whole number in this range. */
  | { readonly kind: 'whole'; readonly least: number; readonly most: number }
  /** A number above 0. */
  | { readonly kind: 'above 0' }
  /** A number up to 1: from 0 on, or above 0. */
  | { readonly kind: 'share'; readonly from: 'from 0' | 'above 0' }
  /** The name of a layer of the network. */
  | { readonly kind: 'layer' }
  /** Several images, or a number of images of noise. */
  | { readonly kind: 'images'; readonly most: number };

/** An option that belongs to one method. Its flag is its name: `maxDistance` is `--max-distance`. */
export interface MethodOption {
  readonly values: OptionValues;
  /** What stands for the value in the help of the command line, such as `pixels`. */
  readonly placeholder: string;
  /** What the option is, for the help of the command line; with its default. */
  readonly help: string;
  /** Where the method cannot do without it: what would be right. */
  readonly required?: string;
}

/** How numbers and counts are written for people. */
export interface Wording {
  /** `1 window`, `2 windows` */
  readonly plural: (number: number, noun: string) => string;
  /** With 4 significant digits. */
  readonly short: (value: number) => string;
}

/** What is known of a method, whatever its options are. */
export interface MethodFacts {
  /** As people ask for it. */
  readonly name: string;
  /** As the literature calls it. */
  readonly title: string;
  /**
   * Of methods that integrate along a path: `quadrature` takes steps of every kind and a rule, `points` a number of steps and no rule. The others
   * have no steps.
   */
  readonly path: 'quadrature' | 'points' | 'none';
  /** What the user's baseline is: the start of the path, what covers the image, or only what outputs are compared with; `own` where it is not used. */
  readonly baseline: 'start' | 'cover' | 'compared' | 'own';
  /** Its own options, by name. */
  readonly options: Readonly<Record<string, MethodOption>>;
  readonly needs: {
    /** The requests that it makes of an executor. */
    readonly requests: readonly RequestName[];
    /** It must know the pixels of its images (`MethodContext.space`). */
    readonly pixels?: true;
    /** It must know the layers of the network (`MethodContext.graph`). */
    readonly layers?: true;
  };
  /** Whether the sum of a map is f(x) - f(b) but for an error that more steps make smaller: then `delta` is that error. */
  readonly complete: boolean;
  /** Whether a map is the gradient itself, so that zeros in it tell of dead units (src/attribution/diagnosis.ts). */
  readonly diagnosed?: true;
  /** Its line in the table of docs/methods.md. */
  readonly summary: { readonly when: string; readonly gradients: string; readonly forwards: string; readonly sums: string };
  /** Throws PathlightError where the network cannot be explained with these options. Asked before a device is opened. */
  check?(graph: Graph, options: object & IntegralOptions): void;
  /** What parameters are told of, in words: what was chosen beside path and baseline. */
  words?(parameters: object, wording: Wording): readonly string[];
}

/** A method of attribution: a line of the table in src/attribution/methods/index.ts. `P` is what it reports in `parameters`. */
export interface AttributionMethod<N extends string = string, O extends object = object, P extends object = object> extends MethodFacts {
  readonly name: N;
  readonly options: Readonly<Record<keyof O & string, MethodOption>>;
  /** Makes maps of a batch of images. */
  maps(executor: Executor, paths: Paths, options: O & MethodContext, run: RunOptions): Promise<Maps<P>>;
  /** Where a map is nothing but factors times the gradient at the image: then copies of an image are averaged where they are computed. */
  readonly product?: Pick<Products, 'factors'>;
  check?(graph: Graph, options: O & IntegralOptions): void;
  words?(parameters: Partial<P>, wording: Wording): readonly string[];
}

/** More windows, baselines or pixels than this are a mistake rather than a wish. */
export const MOST = 1_000_000;

/** The number of points of a method whose path has no rule. Throws PathlightError. */
export function pointsOf({ name }: Pick<MethodFacts, 'name'>, { steps, rule }: IntegralOptions): number {
  if (rule !== undefined) throw new PathlightError('rule.with-method', { rule, method: name });
  if (typeof steps === 'number' && Number.isInteger(steps) && steps >= 1 && steps <= MAX_STEPS) return steps;
  throw new PathlightError('steps.with-method', { steps, method: name, most: MAX_STEPS });
}

/** What a method must know of pixels. Throws PathlightError. */
export function spaceOf({ space }: Pick<MethodContext, 'space'>): ImageSpace {
  if (space === undefined) throw new PathlightError('method.no-space');
  return space;
}

/** The network whose layers a method looks at. Throws PathlightError. */
export function graphOf({ graph }: Pick<MethodContext, 'graph'>): Graph {
  if (graph === undefined) throw new PathlightError('method.no-graph');
  return graph;
}
