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
/** Invocations of a workgroup of most kernels. */
const WORKGROUP = 64;
/**
 * Where invocations share loads they come in groups of this size, a vector of a software adapter's CPU. So many are a workgroup where there
 * are few: the linear prefix of one path is a quad, and 784 -> 128 on it 8 invocations, which one workgroup would run on one core (M2 at 64
 * steps: 3.6 -> 3.3 ms, the least of 353 interleaved runs each).
 */
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
  const few = broadcasts && device.broadcasts && tiles * quadsOf(layout) < FEWEST_WORKGROUPS * WORKGROUP;
  const workgroup = sharing ? SMALL_WORKGROUP : few ? SHARING : WORKGROUP;
  const widest = sharing ? layout.lanes / SHARING : Math.min(layout.lanes, 2 ** Math.floor(Math.log2(MAX_SUMS / (constants.TILE ?? 1))));
  let quads = Math.min(most ?? 1, widest);
  while (quads > 1 && (tiles * quadsOf(layout)) / quads < FEWEST_WORKGROUPS * workgroup) quads /= 2;
  return {
    quads,
    workgroup,
    constants: {
      ...(most !== undefined && { QUADS: quads }),
      ...(sharing && { BROADCAST: 1 }),
      ...(workgroup !== WORKGROUP && { WORKGROUP: workgroup, ...('UNROLL' in constants && { UNROLL: SHARING }) }),
    },
  };
}
