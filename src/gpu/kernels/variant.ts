import type { Dispatch } from '../../ops/operator.js';
import { quadsOf, type SampleLayout } from '../compile/layout.js';

/** How a dispatch of the layered plan runs on an adapter. */
export interface Variant {
  /** Invocations for every group of quads: the dispatch's tiles, but where an invocation takes several rows. */
  readonly tiles: number;
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
/**
 * Rows that an invocation takes where lanes are fewer than SHARING: with 16 outputs 4 share as many loads as 4 quads would. ViT-Ti/16 with four samples,
 * all of its products with weights: 8.3 s with 4 rows and 8.4 with 8, alone on the machine; 18.3 with 4 rows sharing loads and 32.7 with one row
 * that did not, both beside the same other work.
 */
const MOST_ROWS = 4;

/** `broadcasts`: that of the device (src/gpu/device/device.ts). */
export function chooseVariant(dispatch: Planned, layout: SampleLayout, device: { readonly broadcasts: boolean }): Variant {
  return variantOfRows(dispatch, layout, device) ?? variantOfQuads(dispatch, layout, device);
}

type Planned = Pick<Dispatch, 'quads' | 'rows' | 'broadcasts' | 'unrolls' | 'constants' | 'tiles'>;

/**
 * Rows in place of quads, where lanes are too few to share loads over: a photograph's network has memory for few samples at once, and a
 * transformer's products have hundreds of rows. Undefined where a dispatch has none, or too few.
 */
function variantOfRows(
  { rows, tiles, constants = {} }: Planned,
  layout: SampleLayout,
  { broadcasts }: { readonly broadcasts: boolean },
): Variant | undefined {
  if (rows === undefined || layout.lanes >= SHARING) return undefined;
  const tilesOf = (taken: number) => (Math.ceil(rows / (taken * SHARING)) * SHARING * tiles) / rows;
  const workgroup = broadcasts ? SMALL_WORKGROUP : WORKGROUP;
  let taken = broadcasts ? MOST_ROWS : Math.min(MOST_ROWS, 2 ** Math.floor(Math.log2(MAX_SUMS / constants.TILE!)));
  while (taken > 1 && (rows < taken * SHARING || tilesOf(taken) * quadsOf(layout) < FEWEST_WORKGROUPS * workgroup)) taken /= 2;
  if (taken === 1) return undefined;
  return {
    tiles: tilesOf(taken),
    quads: 1,
    workgroup,
    constants: { QUADS: 1, ROWS: taken, ...(broadcasts && { BROADCAST: 1, WORKGROUP: workgroup, UNROLL: SHARING }) },
  };
}

function variantOfQuads(
  { quads: most, broadcasts = false, unrolls = false, constants = {}, tiles }: Planned,
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
    tiles,
    quads,
    workgroup,
    constants: {
      ...(most !== undefined && { QUADS: quads }),
      ...(sharing && { BROADCAST: 1 }),
      ...(workgroup !== WORKGROUP && { WORKGROUP: workgroup, ...(unrolls && { UNROLL: SHARING }) }),
    },
  };
}
