import { expect } from 'vitest';
import { PathlightError } from '../../src/errors.js';
import { importModel } from '../../src/onnx/import.js';
import type { ModelProto } from '../../src/onnx/onnx_pb.js';
import { buildModel, buildModelProto, encodeModel, type ModelDescription, type NodeDescription } from './onnx_builder.js';

/** x -> Relu -> y, a model that passes every check. */
export const relu: ModelDescription = { inputs: { x: ['N', 4] }, nodes: [{ op: 'Relu', inputs: ['x'], output: 'y' }], outputs: ['y'] };

/** The model with another node, named `n`, in place of the Relu. */
export function withNode(
  node: Omit<NodeDescription, 'output'> & { output?: NodeDescription['output'] },
  rest: Partial<ModelDescription> = {},
): Uint8Array {
  return buildModel({ ...relu, ...rest, nodes: [{ name: 'n', output: 'y', ...node }] });
}

/** Encodes a model after damaging its decoded form. */
export function damaged(damage: (model: ModelProto) => void, description: ModelDescription = relu): Uint8Array {
  const model = buildModelProto(description);
  damage(model);
  return encodeModel(model);
}

/** The message of the refusal of a model. Asserts that it is one line, of the right class, within a second of processor time. */
export function refusal(bytes: Uint8Array): string {
  const start = process.cpuUsage();
  try {
    importModel(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(PathlightError);
    expect((error as Error).message).not.toContain('\n');
    const { user, system } = process.cpuUsage(start);
    expect(user + system).toBeLessThan(1e6);
    return (error as Error).message;
  }
  throw new Error('the model was accepted');
}
