import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { create, globals } from 'webgpu';
import type { OperatorCase } from '../../src/doctor/cases/operator_case.js';
import { operatorCases } from '../../src/doctor/cases/operators.js';
import { reflectKernel, writeParameters } from '../../src/gpu/kernels/interface.js';
import { kernelSource } from '../../src/gpu/kernels/source.js';
import { operatorOf, operators } from '../../src/ops/index.js';
import type { Dispatch } from '../../src/ops/operator.js';
import { type Shape, sizeOf } from '../../src/tensor/tensor.js';
import { variantsOf } from '../support/variants.js';

/** What `lower` makes of a case, its inputs being named by their positions; and what a rule's does. */
function lowered(operatorCase: OperatorCase) {
  const { attributes, inputShapes, constants = [], outputShape } = operatorCase;
  const inputs = inputShapes.map((shape: Shape, position) => ({
    name: `input${position}`,
    shape,
    ...(constants.includes(position) && { constant: { shape, type: 'float' as const, data: new Float32Array(sizeOf(shape)).fill(1) } }),
  }));
  const lowering = { attributes, inputs, output: { name: 'output', shape: outputShape } };
  const operator = operatorOf(operatorCase);
  const active = inputs.map((_, position) => !constants.includes(position));
  const rules = Object.values(operator.rules ?? {}).filter((rule) => rule.serves?.(attributes, active) ?? true);
  const made = [operator.lower!(lowering), ...rules.map((rule) => rule.lower(lowering))];
  return { forward: made.flatMap(({ forward }) => forward), backward: made.flatMap(({ backward }) => backward) };
}

const cases = operatorCases.filter(({ op }) => operators[op].lower !== undefined);
const variants = variantsOf(cases.flatMap((c) => [...lowered(c).forward, ...lowered(c).backward]));

describe('every kernel of these operators is valid WGSL', () => {
  // Dawn's null backend validates shaders and pipelines as any other, and runs nothing: no GPU is needed. Kept, or the device dies.
  let instance: GPU;
  let device: GPUDevice;
  beforeAll(async () => {
    Object.assign(globalThis, globals);
    instance = create(['backend=null']);
    const adapter = await instance.requestAdapter();
    device = await adapter!.requestDevice({ requiredFeatures: ['subgroups'] });
  });
  afterAll(() => device.destroy());

  test.each(variants)('%s', async (_, { kernel, constants }) => {
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code: kernelSource(kernel, constants) });
    const { messages } = await module.getCompilationInfo();
    expect(messages.map(({ lineNum, message }) => `${lineNum}: ${message}`)).toEqual([]);
    await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } });
    expect(await device.popErrorScope()).toBeNull();
  });
});

describe('every dispatch fits its kernel', () => {
  function checkDispatch(dispatch: Dispatch, forward: boolean): void {
    const reflected = reflectKernel(dispatch.kernel, kernelSource(dispatch.kernel, dispatch.constants));
    // Throws at a parameter that is missing, of the wrong size or unknown. Members of `grid` are the planner's.
    const parameters = { ...dispatch.parameters, 'grid.lanes': 1, 'grid.quads': 1, 'grid.tiles': dispatch.tiles, 'grid.accumulate': 0 };
    writeParameters(dispatch.kernel, reflected, parameters, new DataView(new ArrayBuffer(reflected.parameters.size)));
    expect(dispatch.bindings.length).toBe(reflected.storage.length);
    expect(reflected.storage.map((access) => access === 'read_write')).toEqual(
      dispatch.bindings.map(({ kind }, k) => k === dispatch.bindings.length - 1 || (forward && kind === 'saved')),
    );
  }

  test.each(cases.map((c) => [c.name, c] as const))('%s', (_, operatorCase) => {
    const { forward, backward } = lowered(operatorCase);
    for (const dispatch of forward) {
      checkDispatch(dispatch, true);
      expect(dispatch.bindings.at(-1)).toEqual({ kind: 'value', name: 'output' });
    }
    const written = new Set<string>();
    for (const dispatch of backward) {
      checkDispatch(dispatch, false);
      const target = dispatch.bindings.at(-1)!;
      expect(target.kind).toBe('cotangent');
      const position = operatorCase.inputShapes.findIndex((_, k) => 'name' in target && target.name === `input${k}`);
      const gates = dispatch.bindings.find(({ kind }) => kind === 'saved') as { words: number } | undefined;
      expect(dispatch.tiles, 'one invocation an element, or a gate word: the cotangent is written completely').toBe(
        gates?.words ?? sizeOf(operatorCase.inputShapes[position]!),
      );
      written.add(`input${position}`);
    }
    const { flat = false } = operators[operatorCase.op];
    const computed = operatorCase.inputShapes.map((_, k) => k).filter((k) => !flat && !operatorCase.constants?.includes(k));
    expect([...written].sort()).toEqual(computed.map((k) => `input${k}`));
  });
});
