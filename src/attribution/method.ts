import { PathlightError } from '../errors.js';
import type { Executor, RunOptions } from '../executor.js';
import type { Network } from '../graph/analysis/network.js';
import type { ImageSpace, PatchChoice, Patches } from '../tensor/pixels.js';
import type { Products } from './batches.js';
import type { Paths, Steps } from './integral/integral.js';
import { MAX_STEPS, type Rule } from './integral/quadrature.js';
import type { Maps } from './maps.js';

/** How the path integral is computed, for methods that integrate along a path. */
export interface IntegralOptions {
  readonly steps: Steps;
  /** `midpoint` by default. Not allowed with `exact`. */
  readonly rule?: Rule;
  /** For `auto`: the largest error allowed in any element, relative to the largest attribution. 1e-3 by default. */
  readonly tolerance?: number;
  /** For `auto`: the most steps, 4,096 by default. For `exact`: the most evaluations that find regions, 65,536 by default. */
  readonly maxSteps?: number;
  /**
   * Called by `ig` with a number of steps, where maps take longer than a second: with the maps [count][elements] of the part of each path from
   * the baseline on that is done, and how many of all points it has. The path is then integrated in parts of about a second.
   */
  readonly onPartial?: (values: Float32Array, done: number, total: number) => void;
}

/** What every method is given beside its own options. */
export interface MethodContext extends IntegralOptions {
  /** Seed of all random numbers; 0 by default. */
  readonly seed?: number;
  /** Geometry and colours of the images, for methods that need `pixels`. */
  readonly space?: ImageSpace;
  /** Cuts an image [elements] into patches, for methods that need `patches`. */
  readonly cut?: (image: Float32Array, patch: PatchChoice) => Patches;
  /** The network as the file has it, for methods that need `layers`. */
  readonly network?: Network;
}

/** The name of a request that executors answer. */
export type RequestName = {
  [K in keyof Executor]: Executor[K] extends (...given: never[]) => Promise<unknown> ? K : never;
}[keyof Executor];

/** The values that an option takes. The command line parses them and the page chooses its control by `kind`. */
export type OptionValues =
  /** A whole number in this range. */
  | { readonly kind: 'whole'; readonly least: number; readonly most: number }
  /** A number above 0, up to `most`. */
  | { readonly kind: 'above 0'; readonly most: number }
  /** A number up to 1. `from` says whether 0 is allowed. */
  | { readonly kind: 'share'; readonly from: 'from 0' | 'above 0' }
  /** One of these names. */
  | { readonly kind: 'choice'; readonly names: readonly string[] }
  /** Patches of an image: the side of square blocks in pixels, or superpixels. */
  | { readonly kind: 'patch' }
  /** The name of a layer of the network. */
  | { readonly kind: 'layer' }
  /** Names of layers. */
  | { readonly kind: 'layers' }
  /** Images, or how many images of noise to draw. */
  | { readonly kind: 'images'; readonly most: number };

/** An option that belongs to one method. Its flag follows from its name: `maxDistance` is `--max-distance`. */
export interface MethodOption {
  readonly values: OptionValues;
  /** What stands for the value in the command line's help, such as `pixels`. */
  readonly placeholder: string;
  /** What the option does, and its default, for the command line's help. */
  readonly help: string;
  /** Present where the method needs the option. It ends the sentence of the refusal: what the user should give. */
  readonly required?: string;
}

/** The flag of an option: `--max-distance` for `maxDistance`. Commander names values in the same way. */
export function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** How numbers and counts are written for readers. */
export interface Wording {
  /** `1 window`, `2 windows`; `many` where the plural is not the noun with an s. */
  readonly plural: (number: number, noun: string, many?: string) => string;
  /** With 4 significant digits. */
  readonly short: (value: number) => string;
}

/** The facts of a method that do not depend on its options. */
export interface MethodFacts {
  /** The name that users give, such as `ig`. */
  readonly name: string;
  /** The name in the literature. */
  readonly title: string;
  /**
   * How the method uses `steps`. `quadrature`: steps of every kind, and a rule. `points`: a number of steps, and no rule. `none`: the
   * method has no path.
   */
  readonly path: 'quadrature' | 'points' | 'none';
  /**
   * What the method does with the user's baseline: the path or the difference starts there (`start`), windows of the image are covered with it (`cover`),
   * outputs are compared with it (`compared`), or nothing, since the method has its own (`own`).
   */
  readonly baseline: 'start' | 'cover' | 'compared' | 'own';
  /** The method's own options, by name. */
  readonly options: Readonly<Record<string, MethodOption>>;
  readonly needs: {
    /** Requests that the method makes of an executor. */
    readonly requests: readonly RequestName[];
    /** The method must know the pixels of its images (`MethodContext.space`). */
    readonly pixels?: true;
    /** The method must know the patches of its images (`MethodContext.cut`). */
    readonly patches?: true;
    /** The method must know the layers of the network (`MethodContext.network`). */
    readonly layers?: true;
  };
  /**
   * Whether a map sums to f(x) - f(b), up to an error that more steps make smaller, or that operators make which `parameters` name. `delta` is then
   * this error.
   */
  readonly complete: boolean;
  /** Whether a map is the gradient itself. Zeros in it can then tell of dead units (src/attribution/diagnosis.ts). */
  readonly diagnosed?: true;
  /** The method's line in the table of docs/methods.md. */
  readonly summary: { readonly when: string; readonly gradients: string; readonly forwards: string; readonly sums: string };
  /** Throws PathlightError where this network cannot be explained with these options. Called before a device is opened. */
  check?(network: Network, options: object & IntegralOptions): void;
  /** Phrases for readers about the parameters, such as `from a blur of 4.2 pixels`. */
  words?(parameters: object, wording: Wording): readonly string[];
}

/**
 * A method of attribution, as it stands in the table of src/attribution/methods/index.ts. `N` is its name, `O` its options, and `P` what it
 * reports in `parameters`.
 */
export interface AttributionMethod<N extends string = string, O extends object = object, P extends object = object> extends MethodFacts {
  readonly name: N;
  readonly options: Readonly<Record<keyof O & string, MethodOption>>;
  maps(executor: Executor, paths: Paths, options: O & MethodContext, run: RunOptions): Promise<Maps<P>>;
  /** Present where a map is the gradient at the image times factors. Smoothing then averages these products on the executor, and makes no maps. */
  readonly product?: Pick<Products, 'factors'>;
  check?(network: Network, options: O & IntegralOptions): void;
  words?(parameters: Partial<P>, wording: Wording): readonly string[];
}

/** The most windows, baselines or pixels. A larger number is taken for a mistake. */
export const MOST = 1_000_000;

/** The number of points for a method whose path takes no rule. Throws PathlightError for anything but a whole number of steps. */
export function pointsOf({ name }: Pick<MethodFacts, 'name'>, { steps, rule }: IntegralOptions): number {
  if (rule !== undefined) throw new PathlightError('rule.with-method', { rule, method: name });
  if (typeof steps === 'number' && Number.isInteger(steps) && steps >= 1 && steps <= MAX_STEPS) return steps;
  throw new PathlightError('steps.with-method', { steps, method: name, most: MAX_STEPS });
}

/** The geometry of the images. Throws PathlightError where the caller gave none. */
export function spaceOf({ space }: Pick<MethodContext, 'space'>): ImageSpace {
  if (space === undefined) throw new PathlightError('method.no-space');
  return space;
}

/** The network, for methods that look at its layers. Throws PathlightError where the caller gave none. */
export function knownNetwork({ network }: Pick<MethodContext, 'network'>): Network {
  if (network === undefined) throw new PathlightError('method.no-network');
  return network;
}

/** How images are cut into patches. Throws PathlightError where the caller does not say. */
export function cutterOf({ cut }: Pick<MethodContext, 'cut'>): (image: Float32Array, patch: PatchChoice) => Patches {
  if (cut === undefined) throw new PathlightError('method.no-space');
  return cut;
}
