import type { Dispatch } from '../../ops/operator.js';
import { quadsOf, type SampleLayout } from '../compile/layout.js';
import { chooseVariant, type Variant, type VariantDevice } from '../kernels/variant.js';
import { filled, WORKGROUP_TILES, type WorkgroupLimits, workgroupVariant } from '../kernels/workgroup_tiles.js';

/** A way to run a dispatch. All candidates of a dispatch compute the same, up to rounding. */
export interface Candidate {
  /** `registers`, or the name of a tile in workgroup memory. */
  readonly name: string;
  readonly variant: Variant;
  /** The part of its tiles that the dispatch fills, from 0 to 1. Those in registers are small. */
  readonly filled: number;
}

/** What candidates depend on, of a device. */
export interface CandidateDevice extends VariantDevice {
  readonly device: { readonly limits: WorkgroupLimits };
}

/** The candidate that every dispatch has: its own kernel, whose invocations keep tiles in registers alone. */
export const REGISTERS = 'registers';

/** All ways to run a dispatch on a device, the dispatch's own kernel first. */
export function candidatesOf(
  dispatch: Pick<Dispatch, 'kernel' | 'constants' | 'quads' | 'rows' | 'broadcasts' | 'unrolls' | 'tiles' | 'workgroups'>,
  layout: SampleLayout,
  gpu: CandidateDevice,
): readonly [Candidate, ...Candidate[]] {
  const others = WORKGROUP_TILES.flatMap((tile): Candidate[] => {
    const variant = workgroupVariant(dispatch, tile, gpu.device.limits);
    if (variant === undefined || dispatch.workgroups === undefined) return [];
    return [{ name: tile.name, variant, filled: filled(dispatch.workgroups, tile, quadsOf(layout)) }];
  });
  return [{ name: REGISTERS, variant: chooseVariant(dispatch, layout, gpu), filled: 1 }, ...others];
}
