import type { Dispatch } from '../../ops/operator.js';
import type { Variant } from './variant.js';

/** A tile of a product in workgroup memory. shaders/lib/workgroup/constants.wgsl explains its constants. */
export interface WorkgroupTile {
  readonly name: string;
  readonly constants: {
    readonly OUTPUTS: number;
    readonly QUADS: number;
    readonly EACH: number;
    readonly DEPTH: number;
    readonly SLICES: number;
  };
}

/** What a workgroup may use at most, by the limits of a device. */
export interface WorkgroupLimits {
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
}

/**
 * The tiles that are tried, outputs x samples of a workgroup. All but the largest need no more than what WebGPU guarantees: 16 KiB of workgroup
 * memory and 256 invocations. docs/gpu.md has their bytes, registers and occupancy.
 *
 * Each keeps 64 sums in the registers of an invocation, as fast products of matrices do on GPUs (https://siboehm.com/articles/22/CUDA-MMM), but for
 * the smallest, which is for products of few outputs and samples: it has many workgroups, four of whose parts share the depth.
 */
export const WORKGROUP_TILES: readonly WorkgroupTile[] = [
  { name: '128 x 128, deep', constants: { OUTPUTS: 128, QUADS: 32, EACH: 2, DEPTH: 32, SLICES: 1 } },
  { name: '128 x 128', constants: { OUTPUTS: 128, QUADS: 32, EACH: 2, DEPTH: 16, SLICES: 1 } },
  { name: '64 x 64', constants: { OUTPUTS: 64, QUADS: 16, EACH: 2, DEPTH: 16, SLICES: 1 } },
  { name: '32 x 32, 4 slices', constants: { OUTPUTS: 32, QUADS: 8, EACH: 1, DEPTH: 16, SLICES: 4 } },
];

/** Bytes of workgroup memory: a number for each output, a vec4f for each quad, at each step. */
export function workgroupBytes({ constants: { OUTPUTS, QUADS, DEPTH, SLICES } }: WorkgroupTile): number {
  return SLICES * DEPTH * (4 * OUTPUTS + 16 * QUADS);
}

export function workgroupSize({ constants: { OUTPUTS, QUADS, EACH, SLICES } }: WorkgroupTile): number {
  return ((OUTPUTS / 8) * QUADS * SLICES) / EACH;
}

/** A dispatch in workgroups with this tile. Undefined where the dispatch has no such kernel, or the device too little for the tile. */
export function workgroupVariant(
  { workgroups, constants = {} }: Pick<Dispatch, 'workgroups' | 'constants'>,
  tile: WorkgroupTile,
  limits: WorkgroupLimits,
): Variant | undefined {
  if (workgroups === undefined || workgroupBytes(tile) > limits.maxComputeWorkgroupStorageSize) return undefined;
  const workgroup = workgroupSize(tile);
  if (workgroup > limits.maxComputeInvocationsPerWorkgroup) return undefined;
  const { OUTPUTS, QUADS } = tile.constants;
  const { ACCUMULATE = 0, GATED = 0 } = constants;
  return {
    kernel: workgroups.kernel,
    tiles: workgroups.parts * Math.ceil(workgroups.outputs / OUTPUTS),
    quads: 1,
    workgroup,
    constants: { ...workgroups.constants, ...tile.constants, ACCUMULATE, GATED },
    columns: { ofQuad: workgroups.places, ofWorkgroup: QUADS },
  };
}
