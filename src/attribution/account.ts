/** How one map was computed. */
export interface IntegralAccount<P extends object = object> {
  /** Points of the quadrature. Methods without a path report 1. */
  readonly steps: number;
  /** Present with steps `exact`. */
  readonly exact?: ExactAccount;
  /** Present with steps `auto`. */
  readonly auto?: AutoAccount;
  /** The method's other settings, given or chosen: everything beside steps, rule and baseline. */
  readonly parameters?: P & SmoothedParameters;
}

/** What smoothing adds to the parameters of any method. */
export interface SmoothedParameters {
  /** Present for smoothed maps. */
  readonly smooth?: SmoothParameters;
}

/**
 * How the exact integral was computed: `steps: 'exact'`.
 *
 * @example const exact: ExactAccount | undefined = result.exact;
 */
export interface ExactAccount {
  /** Number of linear regions that the path crosses. */
  readonly regions: number;
  /** Points at which the network was evaluated to find them. */
  readonly evaluations: number;
  /** The largest error that inexact breakpoints can cause in any element, relative to the largest attribution. */
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

/** Smoothing, in the form that `result.json` has. */
export interface SmoothParameters {
  readonly samples: number;
  readonly sigma: number;
  readonly of: 'mean' | 'variance';
  readonly seed: number;
}
