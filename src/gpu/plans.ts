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
