import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { graphOfCase, relativeDistance } from '../../../src/doctor/case_graph.js';
import { constantCases } from '../../../src/doctor/cases/constant.js';
import { linearCases } from '../../../src/doctor/cases/linear.js';
import { operatorCases } from '../../../src/doctor/cases/operators.js';
import { reductionCases } from '../../../src/doctor/cases/reductions.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { operators } from '../../../src/ops/index.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import { buildModel, floatTensor } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';

/** Both graphs are evaluated in float64; constants that a pass computes are kept in float64, so that only rounding differs. */
const TOLERANCE = 1e-12;

const cases = [...operatorCases, ...linearCases, ...reductionCases, ...constantCases].filter(({ op }) => op !== 'Replicate');

describe('canonicalise', () => {
  test.each(cases.map((each) => [each.name, each] as const))('computes the same: %s', async (_, operatorCase) => {
    const { graph, images } = graphOfCase(operatorCase, 2);
    const canonical = canonicalise(graph);
    const [before, after] = [new CpuExecutor(graph), new CpuExecutor(canonical)];
    const seeds = Float32Array.from(uniformArray(mulberry32(5), 2 * before.classes, -1, 1));
    const request = { count: 2, inputs: images, baselines: images, seeds, alphas: Float64Array.of(1), weights: Float64Array.of(1) };
    const [expected, actual] = [await before.pathGradient(request), await after.pathGradient(request)];
    expect(relativeDistance(actual.outputsAtInput, expected.outputsAtInput)).toBeLessThan(TOLERANCE);
    expect(relativeDistance(actual.gradients, expected.gradients)).toBeLessThan(TOLERANCE);
  });

  test.each(cases.map((each) => [each.name, each] as const))(
    'leaves only what has kernels, and no constant where they read values: %s',
    (_, operatorCase) => {
      const { nodes, constants, shapes } = canonicalise(graphOfCase(operatorCase, 1).graph);
      for (const node of nodes) {
        expect(operators[node.op].view || operators[node.op].lower, node.op).toBeTruthy();
        for (const input of node.inputs) expect(constants.has(input) !== shapes.has(input), `${node.op} ${input}`).toBe(true);
      }
    },
  );

  test('arithmetic with a constant becomes one Affine, a product with one a Dense', () => {
    const ops = (name: string) => {
      const found = cases.find((each) => each.name === name)!;
      return canonicalise(graphOfCase(found, 1).graph).nodes.map(({ op }) => op);
    };
    expect(ops('Mul, a constant second: one a channel')).toEqual(['Reshape', 'Affine']);
    expect(ops('Div, a constant first: a scalar')).toEqual(['Reshape', 'Replicate', 'Div']);
    expect(ops('Gemm, alpha, beta, a vector').at(-1)).toBe('Dense');
  });

  // More rows and columns than are turned together, and no multiples of them.
  test('the weights of a Gemm with transB are turned', () => {
    const [outputs, depth] = [70, 45];
    const values = Float32Array.from({ length: outputs * depth }, (_, i) => i);
    const bytes = buildModel({
      inputs: { x: ['N', depth] },
      outputs: ['y'],
      initializers: { w: floatTensor([outputs, depth], values) },
      nodes: [{ op: 'Gemm', inputs: ['x', 'w'], output: 'y', attributes: { transB: 1 } }],
    });
    const [{ shape, data }] = [...canonicalise(importModel(bytes).graph).constants.values()] as [Tensor];
    expect(shape).toEqual([depth, outputs]);
    expect(data).toEqual(Float32Array.from({ length: data.length }, (_, i) => depth * (i % outputs) + Math.floor(i / outputs)));
  });
});
