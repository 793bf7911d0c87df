import { beforeEach, describe, expect, test } from 'vitest';
import { ReferencePasses } from '../../src/cpu/passes.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import type { Graph } from '../../src/graph/graph.js';
import { differentiableValues } from '../../src/graph/graph.js';
import { importModel } from '../../src/onnx/import.js';
import { operatorOf } from '../../src/ops/index.js';
import { type GeneratedModel, generatedModels } from '../support/generated_cases.js';
import { generators } from '../support/generated_lists.js';
import { checkBackward } from '../support/gradient_check.js';
import { buildModel } from '../support/onnx_builder.js';
import { needsOnnxRuntime, runOnnxRuntime } from '../support/oracle.js';

/** ONNX Runtime rounds its operations to float32 (6e-8), on sums of at most 120 terms; the reference rounds none. */
const TOLERANCE = 2e-6;
/** Div: 6 a / b^4 = 6 * 2 / 0.5^4 = 192. Generators of steeper functions say so. */
const THIRD_DERIVATIVE = 200;

const models = generators.flatMap((generator) =>
  generatedModels(generator).map((model) => [`${model.op}, opset ${model.opset}: ${model.cases.length} cases`, model] as const),
);

describe('the float64 forward on generated shapes is that of ONNX Runtime', () => {
  beforeEach(needsOnnxRuntime);

  test.each(models.filter(([, { generator }]) => generator.withoutOracle === undefined))('%s', async (_, model) => {
    const bytes = buildModel(model.description);
    const { graph } = importModel(bytes);
    const [expected] = await runOnnxRuntime(bytes, 'image', [1, model.image.length], model.image);
    const values = new ReferencePasses(graph).forward(model.image);
    const wrong: string[] = [];
    let start = 0;
    for (const { name, value, flat } of model.cases) {
      const actual = values.get(value) ?? graph.constants.get(flat)!.data;
      const own = expected!.subarray(start, start + actual.length);
      start += actual.length;
      const apart = relativeDistance(actual, own);
      if (!(apart < (model.generator.tolerance ?? TOLERANCE))) wrong.push(`${name}: ${apart}`);
    }
    expect(wrong).toEqual([]);
    expect(start).toBe(expected!.length - Number(model.cases.every(({ elements }) => elements === 0)));
  });
});

describe('the float64 backward on generated shapes agrees with central differences', () => {
  test.each(models.filter(([, { generator }]) => !generator.foldsOnly))('%s', (_, model) => {
    const { graph } = importModel(buildModel(model.description));
    const passes = new ReferencePasses(graph);
    const values = passes.forward(model.image);
    const differentiable = differentiableValues(graph);
    const wrong = model.cases.flatMap(({ name, value }) => {
      const node = graph.nodes.find(({ output }) => output === value);
      // A case whose inputs are all constant has been folded.
      if (node === undefined) return [];
      try {
        checkBackward(operatorOf(node), node.attributes, operandsOf(graph, node.inputs, values), graph.shapes.get(value)!, {
          constants: node.inputs.flatMap((input, position) => (differentiable.has(input) ? [] : [position])),
          thirdDerivative: model.generator.thirdDerivative ?? THIRD_DERIVATIVE,
        });
        return [];
      } catch (error) {
        return [`${name}: ${(error as Error).message}`];
      }
    });
    expect(wrong).toEqual([]);
  });
});

function operandsOf(graph: Graph, inputs: readonly string[], values: ReadonlyMap<string, Float64Array>) {
  return inputs.map((name) => {
    const constant = graph.constants.get(name);
    if (constant) return { shape: constant.shape, data: Float64Array.from(constant.data) };
    return { shape: graph.shapes.get(name)!, data: values.get(name)! };
  });
}

test('the same cases are drawn every time, and those of a share are among all', () => {
  const [first] = generators;
  const namesOf = (list: readonly GeneratedModel[]) => list.map(({ cases }) => cases.map(({ name }) => name));
  const [all, some] = [namesOf(generatedModels(first!)), namesOf(generatedModels(first!, { share: 0.1 }))];
  expect(namesOf(generatedModels(first!))).toEqual(all);
  some.forEach((names, index) => {
    expect(names.length).toBe(Math.round(0.1 * all[index]!.length));
    expect(all[index]).toEqual(expect.arrayContaining(names));
  });
});
