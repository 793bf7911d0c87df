import type { DeviceRecord } from '../records.js';
import type { Session } from '../session.js';
import type { Evaluation, Unit } from './evaluation.js';
import type { EvaluationPlan } from './plan.js';

/** What a record needs beside the evaluation. */
export interface EvaluationRecordRequest {
  /** The names that the user gave; of images those that were measured. */
  readonly model: string;
  readonly images: readonly string[];
  /** How many images there were. */
  readonly wanted: number;
  readonly device: DeviceRecord;
  readonly plan: Pick<EvaluationPlan, 'unit' | 'baseline' | 'steps' | 'seed'>;
  /** How long the call took. */
  readonly seconds: number;
  /** The version of Pathlight. */
  readonly pathlight: string;
}

/** `evaluation.json`. docs/result-json.md explains the fields. */
export function evaluationRecord(session: Session, evaluation: Evaluation, request: EvaluationRecordRequest) {
  const { methods, refused, milliseconds, curves, verdict, targets } = evaluation;
  const { model, images, wanted, device, plan, seconds, pathlight } = request;
  const { unit, baseline, steps, seed } = plan;
  return {
    model,
    images,
    unit: nameOfUnit(unit),
    ...(typeof unit === 'object' && 'superpixels' in unit && { superpixels: unit.superpixels }),
    baseline,
    methods,
    targets: targets.map((index) => ({ class: index, label: session.label(index) })),
    wanted,
    steps,
    seed,
    device,
    refused,
    milliseconds,
    seconds,
    curves,
    verdict,
    pathlight,
  };
}

/** The unit, in the form that `evaluation.json` has. */
function nameOfUnit(unit: Unit): string | number {
  if (typeof unit !== 'object') return unit;
  return 'mask' in unit ? 'mask' : 'superpixels';
}

export type EvaluationRecord = ReturnType<typeof evaluationRecord>;
