import { firstOf } from '../../tensor/items.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { Binding, Evaluation, Lowering, Piecewise } from '../operator.js';
import type { Periodic } from './broadcast.js';
import { clampToFloat32 } from './float32_range.js';

/*
 * Operators that are piecewise affine in their first input. Along a straight path the gates of a network (which piece every unit is on)
 * change at finitely many points. Between two of these, in a linear region, everything is affine in alpha. To find where a region ends, a
 * *twin* of the sample goes through the network with it: another point of the path, computed on the sample's pieces.
 * (Regions of such networks along a line: Sattelberg et al., Locally Linear Attributes of ReLU Neural Networks, arXiv:2012.01940.)
 */

/**
 * f(x) = slope * clamp(x, lower, upper) + offset + below * min(x - lower, 0). It has the slope `below` under `lower`, and is constant above
 * `upper`. Kinks may be infinite. At a kink a unit counts to the outer piece. The derivative there matters to no region.
 */
export interface Kinks {
  readonly lower: number;
  readonly upper: number;
  readonly slope: number;
  readonly offset: number;
}

/** An operator that applies a function with up to two kinks to every element. `below` gives each element's slope under the lower kink. */
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
      const x = firstOf(evaluation.inputs).data;
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
        bindings: [{ kind: 'value', name: firstOf(lowering.inputs).name }, slopes],
        parameters: {
          elements: units,
          lower: clampToFloat32(lower),
          upper: clampToFloat32(upper),
          at_lower: clampToFloat32(slope * lower + offset),
          at_upper: clampToFloat32(slope * upper + offset),
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

/** A slope under the lower kink that is the same for all elements. */
export function uniformBelow<A>(slopeOf: (attributes: A) => number) {
  return {
    at: ({ attributes }: Evaluation<A>) => {
      const slope = slopeOf(attributes);
      return () => slope;
    },
    packed: ({ attributes }: Lowering<A>): Periodic => ({ data: Float32Array.of(slopeOf(attributes)), inner: 1, period: 1 }),
  };
}

/** Units that one invocation of shaders/elementwise/kinked_regions.wgsl compares before its atomics. The shader has the same number. */
const UNITS_PER_INVOCATION = 16;
