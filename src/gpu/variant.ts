import type { Dispatch } from '../ops/operator.js';
import { quadsOf, type SampleLayout } from './layout.js';

/** How a dispatch of the layered plan runs on an adapter. */
export interface Variant {
  /** Quads of samples that an invocation works on. */
  readonly quads: number;
  /** Invocations of a workgroup. */
  readonly workgroup: number;
  /** Template constants that the planner sets, besides the dispatch's own. */
  readonly constants: Readonly<Record<string, number>>;
}

/**
 * Below this many workgroups, invocations that take several quads each would leave cores idle: two for each of the two cores that a
 * software adapter has at least.
 */
const FEWEST_WORKGROUPS = 4;
/** Where invocations share loads they come in groups of this size. */
const SHARING = 4;
/**
 * Invocations of a workgroup where they share loads, on a software adapter. Such an invocation does work of 0.1 ms and more, and a
 * workgroup runs on one core: with 64, a product of 128 x 64 weights with 64 samples would be one workgroup.
 */
const SMALL_WORKGROUP = 16;
/** Registers of a GPU's invocation hold so many vec4f sums. Where sums lie in memory anyway and loads are shared there are no limits. */
const MAX_SUMS = 32;

/** `broadcasts`: that of the device (src/gpu/device.ts). */
export function chooseVariant(
  { quads: most, broadcasts = false, constants = {}, tiles }: Pick<Dispatch, 'quads' | 'broadcasts' | 'constants' | 'tiles'>,
  layout: SampleLayout,
  device: { readonly broadcasts: boolean },
): Variant {
  const sharing = broadcasts && device.broadcasts && layout.lanes >= SHARING;
  const workgroup = sharing ? SMALL_WORKGROUP : 64;
  const widest = sharing ? layout.lanes / SHARING : Math.min(layout.lanes, 2 ** Math.floor(Math.log2(MAX_SUMS / (constants.TILE ?? 1))));
  let quads = Math.min(most ?? 1, widest);
  while (quads > 1 && (tiles * quadsOf(layout)) / quads < FEWEST_WORKGROUPS * workgroup) quads /= 2;
  return {
    quads,
    workgroup,
    constants: {
      ...(most !== undefined && { QUADS: quads }),
      ...(sharing && { BROADCAST: 1, WORKGROUP: workgroup, ...('UNROLL' in constants && { UNROLL: SHARING }) }),
    },
  };
}
