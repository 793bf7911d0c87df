import type { Dispatch, WorkgroupProduct } from '../../ops/operator.js';
import type { Variant } from './variant.js';

/** A tile of a product with weights, for the kernels of shaders/lib/workgroup/constants.wgsl, which explains its constants. */
interface WeightsTile {
  readonly name: string;
  readonly shares: 'weights';
  readonly constants: {
    readonly OUTPUTS: number;
    readonly QUADS: number;
    readonly EACH: number;
    readonly DEPTH: number;
    readonly SLICES: number;
  };
}

/** A tile of a product of values, for shaders/products/matmul_workgroup.wgsl. */
interface ValuesTile {
  readonly name: string;
  readonly shares: 'values';
  readonly constants: { readonly ROWS: number; readonly COLUMNS: number; readonly LANES: number; readonly DEPTH: number };
}

/** So many invocations for a row of each of so many quads, for kernels that include shaders/lib/workgroup/row.wgsl. */
interface RowTile {
  readonly name: string;
  readonly shares: 'row';
  readonly constants: { readonly MEMBERS: number; readonly LANES: number };
}

/** A tile in workgroup memory. */
export type WorkgroupTile = WeightsTile | ValuesTile | RowTile;

/** What a workgroup may use at most, by the limits of a device. */
export interface WorkgroupLimits {
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
}

/**
 * The tiles that are tried, outputs x samples of a workgroup, or rows x columns of a matrix of so many samples. All but the deep one need no more than
 * what WebGPU guarantees: 16 KiB of workgroup memory and 256 invocations. docs/gpu.md has their bytes, registers and occupancy.
 *
 * Each keeps 64 sums in the registers of an invocation, as fast products of matrices do on GPUs (https://siboehm.com/articles/22/CUDA-MMM), but for
 * those with slices, which are for products of few outputs and samples: they have many workgroups, whose parts share the depth.
 */
export const WORKGROUP_TILES: readonly WorkgroupTile[] = [
  { name: '128 x 128, deep', shares: 'weights', constants: { OUTPUTS: 128, QUADS: 32, EACH: 2, DEPTH: 32, SLICES: 1 } },
  { name: '128 x 128', shares: 'weights', constants: { OUTPUTS: 128, QUADS: 32, EACH: 2, DEPTH: 16, SLICES: 1 } },
  { name: '64 x 64', shares: 'weights', constants: { OUTPUTS: 64, QUADS: 16, EACH: 2, DEPTH: 16, SLICES: 1 } },
  { name: '32 x 32, 4 slices', shares: 'weights', constants: { OUTPUTS: 32, QUADS: 8, EACH: 1, DEPTH: 16, SLICES: 4 } },
  { name: '16 x 16, 16 slices', shares: 'weights', constants: { OUTPUTS: 16, QUADS: 4, EACH: 1, DEPTH: 8, SLICES: 16 } },
  { name: '32 x 32 of 8 samples', shares: 'values', constants: { ROWS: 32, COLUMNS: 32, LANES: 2, DEPTH: 8 } },
  { name: '32 x 32 of 4 samples', shares: 'values', constants: { ROWS: 32, COLUMNS: 32, LANES: 1, DEPTH: 8 } },
  { name: 'a row of 16 samples', shares: 'row', constants: { MEMBERS: 16, LANES: 4 } },
  { name: 'a row of 4 samples', shares: 'row', constants: { MEMBERS: 64, LANES: 1 } },
];

/** Bytes of workgroup memory: 16 for a quad, 4 for a weight. */
export function workgroupBytes({ shares, constants }: WorkgroupTile): number {
  if (shares === 'row') return 2 * 16 * constants.MEMBERS * constants.LANES;
  if (shares === 'values') return 16 * constants.DEPTH * (constants.ROWS + constants.COLUMNS) * constants.LANES;
  return constants.SLICES * constants.DEPTH * (4 * constants.OUTPUTS + 16 * constants.QUADS);
}

/** Invocations of a workgroup. */
export function workgroupSize({ shares, constants }: WorkgroupTile): number {
  if (shares === 'row') return constants.MEMBERS * constants.LANES;
  if (shares === 'values') return (constants.ROWS / 4) * (constants.COLUMNS / 4) * constants.LANES;
  return ((constants.OUTPUTS / 8) * constants.QUADS * constants.SLICES) / constants.EACH;
}

/** Tiles of the outputs of one part. */
function tilesOfPart({ outputs, places }: WorkgroupProduct, { shares, constants }: WorkgroupTile): number {
  if (shares === 'row') return outputs;
  if (shares === 'weights') return Math.ceil(outputs / constants.OUTPUTS);
  return Math.ceil(outputs / constants.ROWS) * Math.ceil(places / constants.COLUMNS);
}

/** The columns that a quad has, and those that a workgroup has (Variant). */
function columnsOf(
  { places }: WorkgroupProduct,
  { shares, constants }: WorkgroupTile,
): { readonly ofQuad: number; readonly ofWorkgroup: number } {
  return shares === 'weights' ? { ofQuad: places, ofWorkgroup: constants.QUADS } : { ofQuad: 1, ofWorkgroup: constants.LANES };
}

/** The part of its tiles that a product fills, from 0 to 1, with so many quads of samples. */
export function filled(product: WorkgroupProduct, tile: WorkgroupTile, quads: number): number {
  const { ofQuad, ofWorkgroup } = columnsOf(product, tile);
  const columns = quads * ofQuad;
  const { shares, constants } = tile;
  const across = columns / (Math.ceil(columns / ofWorkgroup) * ofWorkgroup);
  if (shares === 'row') return across * Math.min(1, product.depth / constants.MEMBERS);
  const outputs = shares === 'weights' ? product.outputs : product.outputs * product.places;
  const size = shares === 'weights' ? constants.OUTPUTS : constants.ROWS * constants.COLUMNS;
  return (across * outputs) / (tilesOfPart(product, tile) * size);
}

/** A dispatch in workgroups with this tile. Undefined where the dispatch has no such kernel, or the device too little for the tile. */
export function workgroupVariant(
  { workgroups, constants = {} }: Pick<Dispatch, 'workgroups' | 'constants'>,
  tile: WorkgroupTile,
  limits: WorkgroupLimits,
): Variant | undefined {
  const workgroup = workgroupSize(tile);
  if (workgroups?.shares !== tile.shares) return undefined;
  if (workgroupBytes(tile) > limits.maxComputeWorkgroupStorageSize || workgroup > limits.maxComputeInvocationsPerWorkgroup)
    return undefined;
  const { ACCUMULATE = 0, GATED = 0 } = constants;
  const stores = tile.shares === 'weights' ? { ACCUMULATE, GATED } : {};
  return {
    kernel: workgroups.kernel,
    tiles: workgroups.parts * tilesOfPart(workgroups, tile),
    quads: 1,
    workgroup,
    constants: { ...workgroups.constants, ...tile.constants, ...stores },
    columns: columnsOf(workgroups, tile),
  };
}
