/** How one map was come by. */
export interface IntegralAccount {
  /** Points of the quadrature, of methods that integrate along a path. */
  readonly steps: number;
  readonly exact?: ExactAccount;
  readonly auto?: AutoAccount;
  readonly parameters?: MethodParameters;
}

/** What a method was given or chose beside steps, rule and baseline. */
export interface MethodParameters {
  /** Of expected gradients: how many baselines there are. */
  readonly baselines?: number;
  /** Of expected gradients: of the points that were drawn. */
  readonly seed?: number;
  readonly window?: OcclusionParameters;
  readonly layer?: LayerParameters;
  /** Of blur IG: the deviation of the strongest blur, in pixels. */
  readonly blur?: number;
  /** Of guided IG, as are they in GuidedOptions. */
  readonly fraction?: number;
  readonly maxDistance?: number;
  readonly smooth?: SmoothParameters;
}

export interface ExactAccount {
  /** Linear regions of the path. */
  readonly regions: number;
  /** Points at which the network was evaluated to find them. */
  readonly evaluations: number;
  /** What the positions of the breakpoints may cost the attribution of any element, relative to the largest attribution. */
  readonly errorBound: number;
}

export interface AutoAccount {
  readonly tolerance: number;
  /** Of the largest error of any element, relative to the largest attribution. */
  readonly estimate: number;
  /** Whether the estimate is below the tolerance. */
  readonly met: boolean;
}

/** As `result.json` tells it. */
export interface LayerParameters {
  /** The name of its node. */
  readonly name: string;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** As `result.json` tells it. */
export interface OcclusionParameters {
  readonly size: number;
  readonly stride: number;
  /** How many there are. */
  readonly count: number;
}

/** As `result.json` tells it. */
export interface SmoothParameters {
  readonly samples: number;
  readonly sigma: number;
  readonly of: 'mean' | 'variance';
  readonly seed: number;
}
