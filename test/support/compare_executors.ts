import { graphOfCase, type Surroundings } from '../../src/doctor/case_graph.js';
import { comparableCases } from '../../src/doctor/cases/index.js';
import { DEFAULT_RANGE, type OperatorCase } from '../../src/doctor/cases/operator_case.js';
import { compareImages } from '../../src/doctor/compare.js';
import { convolutionNetworks } from '../../src/doctor/networks/index.js';
import { bothWays, dispatchesOf } from '../../src/doctor/selection.js';
import type { ScheduledDispatch } from '../../src/gpu/compile/schedule.js';
import type { DeviceSource } from '../../src/gpu/device/device.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { pairsOf } from './variants.js';

/** A case, and what stands around it. */
export type Placement = readonly [operatorCase: OperatorCase, surroundings: Surroundings];

/**
 * Every case alone, between nonlinearities, and behind gates; but a convolution only where it has a pair of constants that no other has, nor a
 * network of src/doctor/networks. Convolutions unroll kernels for their shapes, which compile for a second or two in each place.
 * With narrow tiles all of them run (test/agreement/convolutions.gpu.test.ts).
 */
export function placements(): Record<'alone' | 'between nonlinearities' | 'behind gates', Placement[]> {
  const all = (around: Surroundings) => comparableCases.map((each): Placement => [each, around]);
  const placed = {
    alone: all({}),
    'between nonlinearities': all({ before: 'LeakyRelu', after: 'Relu' }),
    // Divisors and the like must not be 0.
    'behind gates': all({ before: 'gates' }).filter(([{ op, range = DEFAULT_RANGE }]) => op !== 'Div' && range[0] < 0 && range[1] > 0),
  };
  const redundant = redundantConvolutions(Object.values(placed).flat());
  const needed = (each: Placement) => !redundant.has(each);
  return {
    alone: placed.alone.filter(needed),
    'between nonlinearities': placed['between nonlinearities'].filter(needed),
    'behind gates': placed['behind gates'].filter(needed),
  };
}

/** Convolutions of which every pair of constants occurs in one that is kept, or in a block. Of two with the same pairs the later is kept. */
function redundantConvolutions(placed: readonly Placement[]): Set<Placement> {
  const convolutions = placed.filter(([{ op }]) => op === 'Conv').map((each) => ({ each, pairs: pairsIn(dispatchesOf(...each)) }));
  const counts = new Map<string, number>();
  const count = (pairs: ReadonlySet<string>, by: number) => {
    for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + by);
  };
  for (const graph of convolutionNetworks()) count(pairsIn(bothWays(canonicalise(graph))), 1);
  for (const { pairs } of convolutions) count(pairs, 1);
  const redundant = new Set<Placement>();
  for (const { each, pairs } of convolutions) {
    if ([...pairs].some((pair) => counts.get(pair) === 1)) continue;
    redundant.add(each);
    count(pairs, -1);
  }
  return redundant;
}

function pairsIn(dispatches: readonly ScheduledDispatch[]): Set<string> {
  return new Set(dispatches.flatMap(({ kernel, constants = {} }) => pairsOf({ kernel, constants })));
}

/** Seven images fill a quad and most of a second one. */
const IMAGES = 7;

/**
 * Outputs and gradients are sums of at most a few hundred float32 terms. In the Euclidean norm their rounding errors (6e-8 each) grow with
 * the square root of the number of terms. WGSL's exp and tanh may be off by some more units in the last place.
 */
export const OPERATOR_TOLERANCE = 3e-6;

/** Compares an operator on the GPU with its float64 reference: see `compareImages`. */
export function compareWithReference(operatorCase: OperatorCase, source: DeviceSource, surroundings: Surroundings = {}) {
  const { graph, images } = graphOfCase(operatorCase, IMAGES, 7, surroundings);
  return compareImages(graph, images, IMAGES, source);
}
