import type { Dispatch, WorkgroupProduct } from '../../ops/operator.js';
import type { Variant } from './variant.js';

/** A tile of a product with weights, for the kernels of shaders/lib/workgroup/constants.wgsl, which explains its constants. */
interface WeightsTile {
  readonly name: string;
  readonly second: 'weights';
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
  readonly second: 'values';
  readonly constants: { readonly ROWS: number; readonly COLUMNS: number; readonly LANES: number; readonly DEPTH: number };
}

/** A tile of a product in workgroup memory. */
export type WorkgroupTile = WeightsTile | ValuesTile;

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
 * that with slices, which is for products of few outputs and samples: it has many workgroups, four of whose parts share the depth.
 */
export const WORKGROUP_TILES: readonly WorkgroupTile[] = [
  { name: '128 x 128, deep', second: 'weights', constants: { OUTPUTS: 128, QUADS: 32, EACH: 2, DEPTH: 32, SLICES: 1 } },
  { name: '128 x 128', second: 'weights', constants: { OUTPUTS: 128, QUADS: 32, EACH: 2, DEPTH: 16, SLICES: 1 } },
  { name: '64 x 64', second: 'weights', constants: { OUTPUTS: 64, QUADS: 16, EACH: 2, DEPTH: 16, SLICES: 1 } },
  { name: '32 x 32, 4 slices', second: 'weights', constants: { OUTPUTS: 32, QUADS: 8, EACH: 1, DEPTH: 16, SLICES: 4 } },
  { name: '32 x 32 of 8 samples', second: 'values', constants: { ROWS: 32, COLUMNS: 32, LANES: 2, DEPTH: 8 } },
  { name: '32 x 32 of 4 samples', second: 'values', constants: { ROWS: 32, COLUMNS: 32, LANES: 1, DEPTH: 8 } },
];

/** Bytes of workgroup memory: 16 for a quad, 4 for a weight. */
export function workgroupBytes({ second, constants }: WorkgroupTile): number {
  if (second === 'values') return 16 * constants.DEPTH * (constants.ROWS + constants.COLUMNS) * constants.LANES;
  return constants.SLICES * constants.DEPTH * (4 * constants.OUTPUTS + 16 * constants.QUADS);
}

/** Invocations of a workgroup. */
export function workgroupSize({ second, constants }: WorkgroupTile): number {
  if (second === 'values') return (constants.ROWS / 4) * (constants.COLUMNS / 4) * constants.LANES;
  return ((constants.OUTPUTS / 8) * constants.QUADS * constants.SLICES) / constants.EACH;
}

/** Tiles of the outputs of one part. */
function tilesOfPart({ outputs, places }: WorkgroupProduct, { second, constants }: WorkgroupTile): number {
  if (second === 'weights') return Math.ceil(outputs / constants.OUTPUTS);
  return Math.ceil(outputs / constants.ROWS) * Math.ceil(places / constants.COLUMNS);
}

/** The part of its tiles that a product fills, from 0 to 1, with so many quads of samples. */
export function filled(product: WorkgroupProduct, tile: WorkgroupTile, quads: number): number {
  const [height, width, across] =
    tile.second === 'weights'
      ? [tile.constants.OUTPUTS, tile.constants.QUADS, quads * product.places]
      : [tile.constants.ROWS * tile.constants.COLUMNS, tile.constants.LANES, quads];
  const outputs = tile.second === 'weights' ? product.outputs : product.outputs * product.places;
  return (outputs / (tilesOfPart(product, tile) * height)) * (across / (Math.ceil(across / width) * width));
}

/** A dispatch in workgroups with this tile. Undefined where the dispatch has no such kernel, or the device too little for the tile. */
export function workgroupVariant(
  { workgroups, constants = {} }: Pick<Dispatch, 'workgroups' | 'constants'>,
  tile: WorkgroupTile,
  limits: WorkgroupLimits,
): Variant | undefined {
  const workgroup = workgroupSize(tile);
  if (workgroups?.second !== tile.second) return undefined;
  if (workgroupBytes(tile) > limits.maxComputeWorkgroupStorageSize || workgroup > limits.maxComputeInvocationsPerWorkgroup)
    return undefined;
  const { ACCUMULATE = 0, GATED = 0 } = constants;
  const [stores, columns] =
    tile.second === 'weights'
      ? [
          { ACCUMULATE, GATED },
          { ofQuad: workgroups.places, ofWorkgroup: tile.constants.QUADS },
        ]
      : [{}, { ofQuad: 1, ofWorkgroup: tile.constants.LANES }];
  return {
    kernel: workgroups.kernel,
    tiles: workgroups.parts * tilesOfPart(workgroups, tile),
    quads: 1,
    workgroup,
    constants: { ...workgroups.constants, ...tile.constants, ...stores },
    columns,
  };
}
