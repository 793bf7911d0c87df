import type { KernelName } from '../../ops/kernel_name.js';
import type { Dispatch, TiledPlane } from '../../ops/operator.js';
import { quadsOf, type SampleLayout } from '../compile/layout.js';

/** How a dispatch of the layered plan runs on an adapter. */
export interface Variant {
  /** The kernel. The dispatch's own where this is absent. */
  readonly kernel?: KernelName;
  /** Invocations for every group of quads: the dispatch's tiles, or fewer where an invocation takes several rows. */
  readonly tiles: number;
  /** Quads of samples that an invocation works on. */
  readonly quads: number;
  /** Invocations of a workgroup. */
  readonly workgroup: number;
  /** Template constants that are chosen here. They add to the dispatch's own, or with another kernel they are all. */
  readonly constants: Readonly<Record<string, number>>;
  /** Where quads lie on one axis with places: the columns that a quad has, and those that a workgroup has (shaders/lib/workgroup). */
  readonly columns?: { readonly ofQuad: number; readonly ofWorkgroup: number };
}

/** The kernel that a dispatch runs in a variant, with all of its constants. */
export function kernelOf(
  { kernel, constants }: Pick<Dispatch, 'kernel' | 'constants'>,
  variant: Variant,
): { readonly kernel: KernelName; readonly constants: Readonly<Record<string, number>> } {
  if (variant.kernel !== undefined) return { kernel: variant.kernel, constants: variant.constants };
  return { kernel, constants: { ...constants, ...variant.constants } };
}

/** The invocations of a dispatch in a variant, for quads that fill blocks. */
export function invocationsOf({ tiles, quads, workgroup, columns }: Variant, quadsHere: number): number {
  if (columns === undefined) return (tiles * quadsHere) / quads;
  return tiles * Math.ceil((quadsHere * columns.ofQuad) / columns.ofWorkgroup) * workgroup;
}

/**
 * A dispatch has at least this many workgroups, or its invocations take one quad each: with fewer, cores would be idle. A software adapter
 * has at least two cores, and each gets two workgroups.
 */
const FEWEST_WORKGROUPS = 4;
/** Invocations in a workgroup of most kernels. */
const WORKGROUP = 64;
/**
 * Invocations share loads in groups of this size, which is a vector of a software adapter's CPU. This is also the size of a workgroup where
 * a dispatch has few invocations: the linear prefix of one path is one quad, for which 784 -> 128 has 8 invocations, and a single workgroup
 * would run them on one core (M2 at 64 steps: 3.6 -> 3.3 ms, the least of 353 interleaved runs each).
 */
const SHARING = 4;
/**
 * Invocations in a workgroup that shares loads, on a software adapter. Such an invocation works for 0.1 ms and more, and a workgroup runs
 * on one core. With 64 invocations a product of 128 x 64 weights with 64 samples would be a single workgroup.
 */
const SMALL_WORKGROUP = 16;
/** The most vec4f sums that fit into the registers of a GPU's invocation. Where loads are shared, sums lie in memory: no limit holds. */
const MAX_SUMS = 32;
/**
 * The most rows that an invocation takes where there are fewer lanes than SHARING. With 16 outputs, 4 rows share as many loads as 4 quads
 * would. All products with weights of ViT-Ti/16 on four samples took 8.3 s with 4 rows and 8.4 with 8, alone on the machine; beside other
 * work, the same for both, 18.3 s with 4 rows that share loads and 32.7 with one row that does not.
 */
const MOST_ROWS = 4;

/** What a variant depends on, of a device (src/gpu/device/device.ts). */
export interface VariantDevice {
  readonly broadcasts: boolean;
  readonly shortLoops?: boolean;
  readonly octets?: boolean;
}

export function chooseVariant(dispatch: Planned, layout: SampleLayout, device: VariantDevice): Variant {
  return (
    variantOfOctets(dispatch, layout, device) ??
    variantOfRows(dispatch, layout, device) ??
    variantOfWideProduct(dispatch, layout, device) ??
    variantOfWideTiles(dispatch, layout, device) ??
    variantOfNeighbours(dispatch, layout, device) ??
    variantCutShort(dispatch, layout, device) ??
    variantOfQuads(dispatch, layout, device)
  );
}

type Planned = Pick<Dispatch, 'quads' | 'rows' | 'plane' | 'broadcasts' | 'unrolls' | 'constants' | 'tiles' | 'workgroups'>;

/** Invocations that share loads where eight can (shaders/lib/broadcast.wgsl). They are a workgroup; in shaders/convolution/conv_subgroup.wgsl they have as many columns. */
const OCTET = 8;
/**
 * Channels that a half of them may have, and the GFLOP/s with so many where they fill all tiles: one tap, 512 -> 512, 2x2, 36 groups, 32 samples, on lavapipe. With weights of
 * the other direction (512 -> 1000, 13x13, backward), 32 channels run at 87 as 16 do, which fill as much or more.
 */
const OCTET_HALVES = { own: { 32: 92, 24: 89, 16: 84 }, other: { 24: 83, 16: 87 } };
/** The least part of its tiles that a convolution fills: with less the kernels in which four invocations share loads are as fast. */
const LEAST_FILLED = 0.8;
/** The same where a block has too few lanes for four to share loads. The three products at the ends of the path of ResNet-18's 7x7 planes, 36 groups with 4 places each: 34 -> 9 ms. */
const LEAST_FILLED_ALONE = 0.45;

/** A variant of a convolution of one tap in which eight invocations share loads. Undefined where they cannot, or would compute too much that nobody reads. */
function variantOfOctets({ workgroups, constants = {} }: Planned, layout: SampleLayout, { octets }: VariantDevice): Variant | undefined {
  const { GATED = 0, ACCUMULATE = 0 } = constants;
  if (!octets || !workgroups?.oneTap) return undefined;
  const { parts, outputs, places } = workgroups;
  const { BIAS = 0, RESIDUAL = 0, RELU = 0, TRANSPOSED = 0 } = workgroups.constants;
  const least = layout.lanes >= SHARING ? LEAST_FILLED : LEAST_FILLED_ALONE;
  const columns = quadsOf(layout) * places;
  const filled = (half: number) =>
    (outputs / (Math.ceil(outputs / (2 * half)) * 2 * half)) * (columns / (Math.ceil(columns / OCTET) * OCTET));
  const rates = Object.entries(OCTET_HALVES[TRANSPOSED ? 'other' : 'own']).map(([half, rate]) => ({ half: Number(half), rate }));
  const [best] = rates.filter(({ half }) => filled(half) >= least).sort((a, b) => b.rate * filled(b.half) - a.rate * filled(a.half));
  if (best === undefined) return undefined;
  return {
    kernel: 'conv_subgroup',
    tiles: parts * Math.ceil(outputs / (2 * best.half)),
    quads: 1,
    workgroup: OCTET,
    constants: { CHANNELS: best.half, START: BIAS, RESIDUAL, RELU, TRANSPOSED, ACCUMULATE, GATED },
    columns: { ofQuad: places, ofWorkgroup: OCTET },
  };
}

/**
 * A variant with several rows, rather than quads, for each invocation, where there are too few lanes to share loads over. A photograph's
 * network has memory for few samples at once, while a transformer's products have hundreds of rows. Undefined where a dispatch has too few
 * rows, or none.
 */
function variantOfRows({ rows, tiles, constants = {} }: Planned, layout: SampleLayout, { broadcasts }: VariantDevice): Variant | undefined {
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
    constants: { QUADS: 1, ROWS: taken, ...(broadcasts && { BROADCAST: SHARING, WORKGROUP: workgroup, UNROLL: SHARING }) },
  };
}

/**
 * Outputs of a product's tile of which eight invocations share the weights: two packed tiles, or one. On lavapipe M1's products of 1,568 x 64 with 1,024 samples, milliseconds
 * of processor time forward and back: 6.9 and 8.8 with 16 outputs where quads share, 5.3 and 7.6 with 32 where eight do; M2's of 128 x 64 0.78 and 0.81, 0.58 and 0.60. A
 * bare loop of four steps runs at 55 GFLOP/s with 16 outputs and quads, 62 with eight, 81 with 32 and eight, 48 with 64.
 */
const OCTET_OUTPUTS = [32, 16] as const;

/** A variant of a product of which eight invocations share the weights, one quad each. */
function variantOfWideProduct(dispatch: Planned, layout: SampleLayout, { octets, shortLoops }: VariantDevice): Variant | undefined {
  const { unrolls = false, rows = 1, constants = {}, tiles } = dispatch;
  const { TILE = 0 } = constants;
  if (!octets || !shortLoops || !unrolls || TILE !== 16 || layout.lanes < OCTET) return undefined;
  const cut = (outputs: number) => ({ outputs, tiles: (tiles * TILE) / outputs, whole: ((tiles / rows) * TILE) % outputs === 0 });
  const fits = (each: ReturnType<typeof cut>) => each.whole && each.tiles * quadsOf(layout) >= FEWEST_WORKGROUPS * OCTET;
  const chosen = OCTET_OUTPUTS.map(cut).find(fits) ?? cut(TILE);
  return {
    tiles: chosen.tiles,
    quads: 1,
    workgroup: OCTET,
    constants: { QUADS: 1, BROADCAST: OCTET, WORKGROUP: OCTET, UNROLL: SHARING, TILE: chosen.outputs },
  };
}

/** The most tiles that a plane is filled up with, as a part of its own. */
const MOST_FILLED = 0.25;

/** A variant in which neighbouring tiles of a convolution's plane share loads, where there are too few lanes to share them over. */
function variantOfNeighbours({ plane, tiles, constants = {} }: Planned, layout: SampleLayout, device: VariantDevice): Variant | undefined {
  if (!plane || !device.broadcasts || layout.lanes >= SHARING) return undefined;
  const inPlane = filledUp(plane, constants, SHARING);
  if (inPlane === undefined) return undefined;
  const all = (tiles / tilesOf(plane, constants)) * inPlane;
  const workgroup = all * quadsOf(layout) < FEWEST_WORKGROUPS * WORKGROUP ? SHARING : SMALL_WORKGROUP;
  return {
    tiles: all,
    quads: 1,
    workgroup,
    constants: { BROADCAST: SHARING, NEIGHBOURS: SHARING, WORKGROUP: workgroup, ...stepOf(constants, device) },
  };
}

/** The tiles of a plane, filled up to a multiple. Undefined where these are too many. */
function filledUp(plane: TiledPlane, constants: Readonly<Record<string, number>>, multiple: number): number | undefined {
  const tiles = tilesOf(plane, constants);
  const all = Math.ceil(tiles / multiple) * multiple;
  return all <= (1 + MOST_FILLED) * tiles ? all : undefined;
}

/** The number of tiles in a plane. */
function tilesOf({ height, width }: TiledPlane, { ROWS = 1, PIXELS = 1 }: Readonly<Record<string, number>>): number {
  return Math.ceil(height / ROWS) * Math.ceil(width / PIXELS);
}

/**
 * Sums of a convolution's tile where loops should be short: channels x pixels of one row, and the loop's body has one row of taps. On lavapipe 3x3, 64 -> 64, 14x14, 64
 * samples, GFLOP/s of processor time forward and back, as channels x rows x pixels: 77 and 71 with 16x1x2 and a row of taps, 79 and 73 with 16x1x3, 50 and 48 with 16x2x2
 * and all taps, 38 and 39 with 16x2x2, 49 and 46 with 16x1x4, 51 and 51 with 16x1x1, 59 and 57 with 8x1x4, 54 and 55 with 8x1x2, each with a row of taps. 16x1x3
 * computes more pixels past the edges of planes of 7, 13 and 28. Where the cotangent of a pool of 2 is spread, whose columns a tile must fit: M1's second convolution
 * backward, 1,024 samples, 68 ms of processor time with 16x2x2 and 56 with 16x1x2. Where a pool of 2 follows, whose windows a tile must have whole: the same convolution forward,
 * 256 samples, 39 GFLOP/s with 16x2x2 and all taps, 35 with a row of taps, 60 with a row of taps and a loop for each of the two rows.
 */
const SHORT_SUMS = 32;

/**
 * Quads that an invocation of a product takes where loops should be short and loads are shared. On lavapipe M1's products of 1,568 x 64 with 1,024 samples, milliseconds of
 * processor time forward and back: 11.5 and 12.2 with four quads, 10.2 and 13.5 with two, 7.1 and 9.3 with one.
 */
const SHORT_QUADS = 1;

/** A variant with tiles of which eight invocations share loads: those of eight lanes, or of neighbouring tiles of a plane where there are fewer. */
function variantOfWideTiles({ plane, tiles, constants = {} }: Planned, layout: SampleLayout, device: VariantDevice): Variant | undefined {
  if (!device.shortLoops || !device.octets || !plane?.cuttable) return undefined;
  const { CHANNELS = 1 } = constants;
  const wide = octetTile(plane, constants);
  const NEIGHBOURS = layout.lanes < OCTET ? OCTET : 1;
  const inPlane = wide && filledUp(plane, wide, NEIGHBOURS);
  if (wide === undefined || inPlane === undefined) return undefined;
  const planes = ((tiles / tilesOf(plane, constants)) * CHANNELS) / wide.CHANNELS;
  return {
    tiles: planes * inPlane,
    quads: 1,
    workgroup: OCTET,
    constants: { BROADCAST: OCTET, WORKGROUP: OCTET, ...wide, ...(NEIGHBOURS > 1 && { NEIGHBOURS }) },
  };
}

/** A variant with tiles whose loops have short bodies, on a device that is faster with them where loads are shared. */
function variantCutShort(dispatch: Planned, layout: SampleLayout, device: VariantDevice): Variant | undefined {
  const { plane, constants = {}, tiles } = dispatch;
  if (!device.shortLoops || !plane?.cuttable || layout.lanes < SHARING) return undefined;
  const planes = tiles / tilesOf(plane, constants);
  const cut = shortTile(plane, constants);
  const variant = variantOfQuads({ ...dispatch, tiles: planes * tilesOf(plane, cut) }, layout, device);
  return { ...variant, constants: { ...variant.constants, ...cut } };
}

/**
 * Tiles of which eight invocations share loads, the best first, and the most columns of x that each may load: the loop's body has to fit the 32 KB of instructions that a
 * processor keeps at hand. The first needs written channels that fill such tiles. On lavapipe, GFLOP/s of processor time of a bare loop over channels with three taps, where
 * eight share and where quads do, as channels x pixels: 99 and 62 with 32x2, 93 and 71 with 16x4, 86 and 85 with 16x3, 79 and 74 with 16x2, 63 and 56 with 32x3. With
 * quads and 16x2 before, and with these, forward and back: 3x3, 64 -> 64, 14x14, 64 samples, 77 and 71 -> 96 and 93; 16 -> 32, 14x14, 256 samples, 67 and 72 -> 80 and
 * 80; 64 -> 128, 56x56, stride 2, 32 samples, forward 63 -> 73 (59 with 32x2). 16 -> 32, 28x28, back, has 74 with 16x3 and 59 with 16x4.
 */
const OCTET_TILES = [
  { channels: 32, pixels: 2, columns: 4 },
  { channels: 16, pixels: 3, columns: 5 },
  { channels: 16, pixels: 2, columns: Number.POSITIVE_INFINITY },
] as const;
/** The most taps of a row for such a tile. */
const OCTET_TAPS = 3;

/**
 * The constants of a tile of which eight invocations share loads, with one row, or with the rows of a pool's windows, each of which has a loop of its own. Undefined where
 * fewer channels are written, or a row has many taps.
 */
function octetTile({ width, outputs }: TiledPlane, constants: Readonly<Record<string, number>>) {
  const { CHANNELS, TAPS = 1, STRIDE = 1, DILATION = 1, POOL = 1, EXPAND = 1 } = constants;
  if (CHANNELS !== 16 || TAPS > OCTET_TAPS) return undefined;
  const window = Math.max(POOL, EXPAND);
  for (const { channels, pixels, columns } of OCTET_TILES) {
    const PIXELS = Math.min(Math.floor(pixels / window), Math.ceil(width / window)) * window;
    const loaded = (PIXELS - 1) * STRIDE + (TAPS - 1) * DILATION + 1;
    if (outputs % channels > 0 && channels > CHANNELS) continue;
    if (loaded <= columns) return { CHANNELS: channels, ROWS: POOL, LOOPS: POOL, PIXELS, TAP_ROWS: 1, ...(EXPAND > 1 && { ROW_PHASE: 0 }) };
  }
  return undefined;
}

/** The constants of a tile with one row, or with the rows of a pool's windows, each of which has a loop of its own. */
function shortTile({ width }: TiledPlane, constants: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const { CHANNELS = 1, PIXELS = 1, EXPAND = 1, POOL = 1 } = constants;
  if (EXPAND > 1) return { ROWS: 1, PIXELS, TAP_ROWS: 1, ROW_PHASE: 0 };
  const windows = Math.max(1, Math.floor(SHORT_SUMS / CHANNELS / POOL));
  const row = { PIXELS: Math.min(windows * POOL, width), TAP_ROWS: 1 };
  return POOL > 1 ? { ...row, ROWS: POOL, LOOPS: POOL } : { ...row, ROWS: 1 };
}

function variantOfQuads(
  { quads: most, broadcasts = false, unrolls = false, constants = {}, tiles }: Planned,
  layout: SampleLayout,
  device: VariantDevice,
): Variant {
  const sharing = broadcasts && device.broadcasts && layout.lanes >= SHARING;
  const few = broadcasts && device.broadcasts && tiles * quadsOf(layout) < FEWEST_WORKGROUPS * WORKGROUP;
  const workgroup = sharing ? SMALL_WORKGROUP : few ? SHARING : WORKGROUP;
  const widest = sharing ? layout.lanes / SHARING : Math.min(layout.lanes, 2 ** Math.floor(Math.log2(MAX_SUMS / (constants.TILE ?? 1))));
  let quads = Math.min(most ?? 1, sharing && unrolls && device.shortLoops ? SHORT_QUADS : widest);
  while (quads > 1 && (tiles * quadsOf(layout)) / quads < FEWEST_WORKGROUPS * workgroup) quads /= 2;
  return {
    tiles,
    quads,
    workgroup,
    constants: {
      ...(most !== undefined && { QUADS: quads }),
      ...(sharing && { BROADCAST: SHARING }),
      ...stepOf(constants, device),
      ...(workgroup !== WORKGROUP && { WORKGROUP: workgroup, ...(unrolls && { UNROLL: SHARING }) }),
    },
  };
}

/** One channel an iteration for a convolution of one tap that reads several, where loops should be short. */
function stepOf(
  { CHANNELS, UNROLL = 1 }: Readonly<Record<string, number>>,
  { shortLoops = false }: VariantDevice,
): Readonly<Record<string, number>> {
  return shortLoops && CHANNELS !== undefined && UNROLL > 1 ? { STEP: 1 } : {};
}
