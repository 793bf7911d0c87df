import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { create, globals } from 'webgpu';
import { linearCases } from '../../src/doctor/cases/linear.js';
import { DEFAULT_RANGE, type OperatorCase } from '../../src/doctor/cases/operator_case.js';
import { reductionCases } from '../../src/doctor/cases/reductions.js';
import { reflectKernel, writeParameters } from '../../src/gpu/kernels/interface.js';
import { kernelSource } from '../../src/gpu/kernels/source.js';
import { operatorOf, operators } from '../../src/ops/index.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { checkBackward } from '../support/gradient_check.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { variantsOf } from '../support/variants.js';

const cases = [...linearCases, ...reductionCases];
const byName = (cases: readonly OperatorCase[]) => cases.map((c) => [c.name, c] as const);

describe('the float64 backward of convolutions, products, pools, reductions and softmax agrees with central differences', () => {
  test.each(byName(cases))('%s', (_, operatorCase) => {
    const { attributes, inputShapes, outputShape, constants = [], range = DEFAULT_RANGE } = operatorCase;
    const uniform = mulberry32(3);
    const inputs = inputShapes.map((shape) => ({ shape, data: uniformArray(uniform, sizeOf(shape), ...range) }));
    checkBackward(operatorOf(operatorCase), attributes, inputs, outputShape, { constants });
  });

  test('case names are unique', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });
});

/** What `lower` makes of a case, its inputs being named by their positions. */
function lowered(operatorCase: OperatorCase) {
  const { attributes, inputShapes, constants = [], outputShape } = operatorCase;
  const inputs = inputShapes.map((shape, position) => ({
    name: `input${position}`,
    shape,
    ...(constants.includes(position) && { constant: { shape, type: 'float' as const, data: new Float32Array(sizeOf(shape)) } }),
  }));
  return operatorOf(operatorCase).lower!({ attributes, inputs, output: { name: 'output', shape: outputShape } });
}

// Some have no kernels: passes rewrite them.
const loweredCases = cases.filter((c) => operators[c.op].lower !== undefined);
const dispatchesOf = (c: OperatorCase) => [...lowered(c).forward, ...lowered(c).backward];

describe('every dispatch fits its kernel', () => {
  test.each(byName(loweredCases))('%s', (_, operatorCase) => {
    for (const { kernel, parameters, bindings, tiles, constants } of dispatchesOf(operatorCase)) {
      const reflected = reflectKernel(kernel, kernelSource(kernel, constants));
      // Throws at a parameter that is missing, of the wrong size or unknown.
      const grid = { 'grid.lanes': 1, 'grid.quads': 1, 'grid.tiles': tiles, 'grid.accumulate': 0 };
      writeParameters(kernel, reflected, { ...parameters, ...grid }, new DataView(new ArrayBuffer(reflected.parameters.size)));
      expect(reflected.storage.length).toBe(bindings.length);
      expect(reflected.storage.at(-1)).toBe('read_write');
      expect(Number.isInteger(tiles) && tiles > 0).toBe(true);
    }
    const { backward } = lowered(operatorCase);
    const computed = operatorCase.inputShapes.map((_, k) => `input${k}`).filter((_, k) => !operatorCase.constants?.includes(k));
    const targets = backward.map(({ bindings }) => bindings.at(-1)!);
    expect(targets.filter(({ kind }) => kind !== 'saved')).toEqual(computed.map((name) => ({ kind: 'cotangent', name })));
  });
});

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

  test.each(variantsOf(loweredCases.flatMap(dispatchesOf)))('%s', async (_, { kernel, constants }) => {
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code: kernelSource(kernel, constants) });
    const { messages } = await module.getCompilationInfo();
    expect(messages.map(({ lineNum, message }) => `${lineNum}: ${message}`)).toEqual([]);
    await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } });
    expect(await device.popErrorScope()).toBeNull();
  });
});
