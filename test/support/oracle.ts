import { createRequire } from 'node:module';
import type { TestContext } from 'vitest';

/** The part of onnxruntime-node that tests use. test/support/install_oracle.ts installs the package. */
interface OnnxRuntime {
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: object,
    ): Promise<{ run(feeds: Record<string, unknown>): Promise<Record<string, OrtTensor>>; release(): Promise<void> }>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OrtTensor;
}
interface OrtTensor {
  readonly data: Float32Array;
}

const require = createRequire(new URL('../oracle/package.json', import.meta.url));

function load(): OnnxRuntime | undefined {
  try {
    return require('onnxruntime-node') as OnnxRuntime;
  } catch {
    return undefined;
  }
}

/** Skips the test, with the reason, where ONNX Runtime could not be installed. */
export function needsOnnxRuntime(context: TestContext): void {
  context.skip(load() === undefined, 'onnxruntime-node could not be installed into test/oracle');
}

/**
 * All outputs of a model, in the file's order, as ONNX Runtime computes them on the CPU in float32 with one thread.
 * @param shape the input's shape, batch included; `data` has as many elements.
 */
export async function runOnnxRuntime(
  model: Uint8Array,
  inputName: string,
  shape: readonly number[],
  data: Float32Array,
): Promise<Float32Array[]> {
  const runtime = load();
  if (runtime === undefined) throw new Error('onnxruntime-node is not installed in test/oracle');
  const session = await runtime.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    const outputs = await session.run({ [inputName]: new runtime.Tensor('float32', data, shape) });
    return Object.values(outputs).map((output) => Float32Array.from(output.data));
  } finally {
    await session.release();
  }
}
