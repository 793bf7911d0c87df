import { expect, type TestContext } from 'vitest';

/** Largest allowed relative errors against numbers that others computed, in the Euclidean norm. */
export const TOLERANCES = {
  /** Outputs against ONNX Runtime. It computes in float32 as the GPU does, and both round in every layer. */
  forward: { gpu: 1e-4, cpu: 1e-4 },
  /**
   * Maps against PyTorch's, computed in float64 and stored as float32. The CPU executor may differ by their last place (6e-8) and by that
   * of weights which the export folded (mini_resnet). The GPU may differ by float32 rounding through a network, averaged over 64 points.
   */
  maps: { gpu: 1e-5, cpu: 2e-7 },
} as const;

export interface Accuracy {
  /** The path below the folder of the files, without `.onnx`. */
  readonly file: string;
  readonly what: keyof typeof TOLERANCES;
  readonly device: 'gpu' | 'cpu';
  readonly error: number;
}

/** The data for the table of test/support/accuracy_reporter.ts. */
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
