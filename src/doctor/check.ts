import { type Layouts, layoutOf, quadsFor, SAMPLES_PER_QUAD } from '../gpu/compile/layout.js';
import { halvesOf, type Schedule } from '../gpu/compile/schedule.js';
import type { DeviceSource } from '../gpu/device/device.js';
import type { Plan } from '../gpu/fused/choose.js';
import { variantName } from '../gpu/kernels/source.js';
import { kernelOf } from '../gpu/kernels/variant.js';
import { type CandidateDevice, candidatesOf, REGISTERS } from '../gpu/tuning/candidates.js';
import type { Distances } from './compare.js';

/** Something that an adapter can get wrong, and kernels that it runs for that. */
export interface Check {
  readonly name: string;
  /** What it serves: operators of ONNX, or what is asked of a network. */
  readonly serves: readonly string[];
  readonly plan: Plan;
  /** Whether activations are stored in 16 bits: then gradients are as far from float64 as such rounding makes them (HALVES_TOLERANCE in examine.ts). */
  readonly mixed?: true;
  /** What it runs on the device. */
  readonly runs: () => readonly Run[];
  /** Whether the first run alone decides the distance called `outputs`. */
  readonly outputsFirst?: true;
  readonly run: (source: DeviceSource) => Promise<Distances>;
}

/** A schedule as a check runs it. */
export interface Run {
  readonly schedule: Schedule;
  readonly layouts: Layouts;
  /** The candidate that runs whatever dispatch has it, else the dispatch's own kernel (src/gpu/tuning/candidates.ts). */
  readonly candidate: string;
}

/** A run of independent samples: images, candidates, or points with their twins. */
export function runOf(schedule: Schedule, samples: number, candidate: string = REGISTERS): Run {
  return { schedule, layouts: { samples: layoutOf(samples), ends: layoutOf(0), images: layoutOf(0) }, candidate };
}

/** A run of paths of so many images with so many points each. */
export function pathRun(schedule: Schedule, images: number, points: number, candidate: string = REGISTERS): Run {
  const samples = images * quadsFor(points) * SAMPLES_PER_QUAD;
  return { schedule, layouts: { samples: layoutOf(samples), ends: layoutOf(2 * images), images: layoutOf(images) }, candidate };
}

/** The kernels that a check runs on a device, with all of their constants: `conv_tile_forward POOL=2 TAPS=3`. `runs`: only those of these runs. */
export function kernelsOf(check: Check, device: CandidateDevice, runs: readonly Run[] = check.runs()): readonly string[] {
  const names = runs.flatMap(({ schedule: { dispatches }, layouts, candidate }) =>
    dispatches.map((dispatch) => {
      if (check.plan === 'fused') return `${variantName(dispatch.kernel, dispatch.constants)}, fused`;
      const candidates = candidatesOf(dispatch, layouts[dispatch.space], device);
      const { variant } = candidates.find(({ name }) => name === candidate) ?? candidates[0];
      const { kernel, constants } = kernelOf(dispatch, variant);
      return `${variantName(kernel, constants)}${halvesOf(dispatch).length > 0 ? ', 16 bits' : ''}`;
    }),
  );
  return [...new Set(names)];
}
