/** How one map was come by. */
export interface IntegralAccount<P extends object = object> {
  /** Points of the quadrature, for methods that integrate along a path. */
  readonly steps: number;
  /** With steps `exact`. */
  readonly exact?: ExactAccount;
  /** With steps `auto`. */
  readonly auto?: AutoAccount;
  /** What the method was given or chose beside steps, rule and baseline. */
  readonly parameters?: P & SmoothedParameters;
}

/** What smoothing adds to the parameters of any method. */
export interface SmoothedParameters {
  /** Of smoothed maps: samples, noise, what was taken of them, seed. */
  readonly smooth?: SmoothParameters;
}

/**
 * How the exact integral was come by: `steps: 'exact'`.
 *
 * @example const exact: ExactAccount | undefined = result.exact;
 */
export interface ExactAccount {
  /** Number of linear regions that the path crosses. */
  readonly regions: number;
  /** Points at which the network was evaluated to find them. */
  readonly evaluations: number;
  /** What the positions of the breakpoints may cost the attribution of any element, relative to the largest attribution. */
  readonly errorBound: number;
}

/**
 * How the number of steps was chosen: `steps: 'auto'`.
 *
 * @example const auto: AutoAccount | undefined = result.auto;
 */
export interface AutoAccount {
  /** The error that was allowed. */
  readonly tolerance: number;
  /** Estimate of the largest error of any element, relative to the largest attribution. */
  readonly estimate: number;
  /** Whether the estimate is below the tolerance. */
  readonly met: boolean;
}

/** As `result.json` tells it. */
export interface SmoothParameters {
  readonly samples: number;
  readonly sigma: number;
  readonly of: 'mean' | 'variance';
  readonly seed: number;
}
