import { lowerConv } from '../ops/convolution/conv.js';
import { TILES } from '../ops/convolution/tiles.js';
import { NO_WINOGRAD, type WinogradUse } from '../ops/convolution/winograd.js';
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

const byWinograd = new WeakMap<WinogradUse, PlanParts>();

/** The layered plan of an adapter that uses Winograd's filtering so (`winograd` of src/gpu/device/device.ts). For the same object it is the same plan. */
export function layeredPlan(use: WinogradUse): PlanParts {
  if (use === NO_WINOGRAD) return PLANS.layered;
  const parts = byWinograd.get(use) ?? { ...PLANS.layered, kernels: { Conv: (lowering) => lowerConv(lowering, TILES, use) } };
  byWinograd.set(use, parts);
  return parts;
}
