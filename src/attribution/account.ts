/** How one map was come by. */
export interface IntegralAccount<P extends object = object> {
  /** Points of the quadrature, of methods that integrate along a path. */
  readonly steps: number;
  readonly exact?: ExactAccount;
  readonly auto?: AutoAccount;
  /** What the method was given or chose beside steps, rule and baseline. */
  readonly parameters?: P & SmoothedParameters;
}

/** What smoothing adds to the parameters of any method. */
export interface SmoothedParameters {
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
export interface SmoothParameters {
  readonly samples: number;
  readonly sigma: number;
  readonly of: 'mean' | 'variance';
  readonly seed: number;
}
