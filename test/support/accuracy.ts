import { expect, type TestContext } from 'vitest';

/** What is held against numbers that others computed, and how far it may be off, relative, in the Euclidean norm. */
export const TOLERANCES = {
  /** Outputs against ONNX Runtime, which computes in float32 as the GPU does: both round in every layer. */
  forward: { gpu: 1e-4, cpu: 1e-4 },
  /**
   * Maps of PyTorch in float64, stored as float32: the CPU executor may differ by their last place (6e-8) and that of weights which the
   * export folded (mini_resnet); the GPU by float32 rounding through a network, 64 times averaged.
   */
  maps: { gpu: 1e-5, cpu: 2e-7 },
} as const;

export interface Accuracy {
  /** Below the folder of the files, without `.onnx`. */
  readonly file: string;
  readonly what: keyof typeof TOLERANCES;
  readonly device: 'gpu' | 'cpu';
  readonly error: number;
}

/** What test/support/accuracy_reporter.ts makes its table of. */
declare module 'vitest' {
  interface TaskMeta {
    accuracy?: Accuracy[];
  }
}

/** Asserts that an error is within its tolerance, and keeps it for the table of `npm run verify`. */
export function expectAccurate({ task }: Pick<TestContext, 'task'>, accuracy: Accuracy): void {
  const { what, device, error } = accuracy;
  task.meta.accuracy ??= [];
  task.meta.accuracy.push(accuracy);
  expect(error, `${what}, ${device}`).toBeLessThan(TOLERANCES[what][device]);
}
