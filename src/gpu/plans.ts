import { lowerConv } from '../ops/convolution/conv.js';
import { TILES } from '../ops/convolution/tiles.js';
import { byWinogradFrom } from '../ops/convolution/winograd.js';
import type { Plan } from './fused/choose.js';
import { linkedKernels } from './fused/kernels.js';
import { fusedPathSchedule } from './fused/path.js';
import { pathSchedule } from './requests/path/path_schedule.js';
import type { PlanParts } from './requests/schedules.js';

/** The kernels and the form of paths of each plan. */
export const PLANS: Readonly<Record<Plan, PlanParts>> = {
  layered: { kernels: {}, path: { schedule: pathSchedule, ends: [] } },
  fused: { kernels: linkedKernels, path: { schedule: fusedPathSchedule, ends: [1, 0] } },
};

const byWinograd = new Map<number, PlanParts>();

/**
 * The layered plan of an adapter whose 3x3 convolutions go by Winograd's filtering from this harmonic mean of their channels on (`winogradChannels` of
 * src/gpu/device/device.ts). For the same number it is the same object.
 */
export function layeredPlan(winogradChannels: number): PlanParts {
  if (winogradChannels === Number.POSITIVE_INFINITY) return PLANS.layered;
  const known = byWinograd.get(winogradChannels);
  if (known) return known;
  const suits = byWinogradFrom(winogradChannels);
  const parts: PlanParts = { ...PLANS.layered, kernels: { Conv: (lowering) => lowerConv(lowering, TILES, suits) } };
  byWinograd.set(winogradChannels, parts);
  return parts;
}
