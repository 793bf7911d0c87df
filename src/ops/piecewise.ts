import { sizeOf } from '../tensor/tensor.js';
import type { Periodic } from './broadcast.js';
import { finite } from './finite.js';
import type { Binding, Dispatch, Evaluation, Lowering } from './operator.js';

/*
 * Operators that are affine in pieces of their first input. Along a straight path the gates of a network (which piece every unit is on)
 * change at finitely many points; between two of them, in a linear region, everything is affine in alpha. To extend a region beyond its
 * ends, a *twin* of the sample goes through the network with it: the values of another point of the path, but on the sample's pieces.
 * (Regions of such networks along a line: Sattelberg et al., Locally Linear Attributes of ReLU Neural Networks, arXiv:2012.01940.)
 */

/** Where a sample stands with respect to the gates of one operator. */
export interface GateReader {
  /** The next unit is on this piece. */
  gate(piece: number): void;
  /** A number that is affine in the input while the gates hold, at least 0 at the sample, and such that a gate changes where it passes 0. */
  margin(atSample: number, atTwin: number): void;
}

export interface Piecewise<A> {
  /** Whether it is affine in pieces of all inputs together, and not of the first alone, the others being constant. */
  readonly anyInput?: boolean;

  /**
   * The twin's output, given the sample's inputs and the twin's first one; `twins` are all of the twin's. Reports the gates of all units, in
   * order, and their margins.
   */
  extend(evaluation: Evaluation<A>, twin: Float64Array, gates: GateReader, twins: readonly Float64Array[]): Float64Array;

  /** The kernel that does this to samples and twins. */
  lower(lowering: Lowering<A>): RegionKernel;
}

/**
 * A forward kernel on samples and their twins, lying side by side, that also narrows their regions (shaders/lib/regions.wgsl). After
 * `bindings` it has those of shaders/lib/regions.wgsl, the output between them; its parameters include `samples` and `first_unit`.
 */
export interface RegionKernel extends Dispatch {
  /** Gates of a sample. */
  readonly units: number;
}

/**
 * f(x) = slope * clamp(x, lower, upper) + offset + below * min(x - lower, 0): constant above `upper`, of the slope `below` under `lower`. Kinks may
 * be infinite. At a kink a unit counts to the outer piece; a derivative at a kink matters to no region.
 */
export interface Kinks {
  readonly lower: number;
  readonly upper: number;
  readonly slope: number;
  readonly offset: number;
}

/** An operator that applies a function with up to two kinks to every element. `below` gives its slope under the lower kink, by element. */
export function kinked<A>(
  kinksOf: (attributes: A) => Kinks,
  below: {
    readonly at: (evaluation: Evaluation<A>) => (element: number) => number;
    readonly packed: (lowering: Lowering<A>) => Periodic;
  },
): Piecewise<A> {
  return {
    extend(evaluation, twin, gates) {
      const { lower, upper, slope, offset } = kinksOf(evaluation.attributes);
      const x = evaluation.inputs[0]!.data;
      const slopeBelow = below.at(evaluation);
      return twin.map((atTwin, element) => {
        const value = x[element]!;
        if (value <= lower) {
          gates.gate(0);
          gates.margin(lower - value, lower - atTwin);
          return slope * lower + offset + slopeBelow(element) * (atTwin - lower);
        }
        if (value >= upper) {
          gates.gate(2);
          gates.margin(value - upper, atTwin - upper);
          return slope * upper + offset;
        }
        gates.gate(1);
        if (lower !== -Infinity) gates.margin(value - lower, atTwin - lower);
        if (upper !== Infinity) gates.margin(upper - value, upper - atTwin);
        return slope * atTwin + offset;
      });
    },

    lower(lowering) {
      const { lower, upper, slope, offset } = kinksOf(lowering.attributes);
      const { data, inner, period } = below.packed(lowering);
      const units = sizeOf(lowering.output.shape);
      const slopes: Binding = { kind: 'constant', data };
      return {
        kernel: 'kinked_regions',
        bindings: [{ kind: 'value', name: lowering.inputs[0]!.name }, slopes],
        parameters: {
          elements: units,
          lower: finite(lower),
          upper: finite(upper),
          at_lower: finite(slope * lower + offset),
          at_upper: finite(slope * upper + offset),
          slope,
          offset,
          inner,
          period,
        },
        tiles: Math.ceil(units / UNITS_PER_INVOCATION),
        units,
      };
    },
  };
}

/** The same slope under the lower kink for all elements. */
export function uniformBelow<A>(slopeOf: (attributes: A) => number) {
  return {
    at: ({ attributes }: Evaluation<A>) => {
      const slope = slopeOf(attributes);
      return () => slope;
    },
    packed: ({ attributes }: Lowering<A>): Periodic => ({ data: Float32Array.of(slopeOf(attributes)), inner: 1, period: 1 }),
  };
}

/** Units whose margins one invocation of shaders/kinked_regions.wgsl compares before it takes part in the atomics; the same as there. */
const UNITS_PER_INVOCATION = 16;
