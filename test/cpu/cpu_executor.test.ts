import { expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { importModel } from '../../src/onnx/import.js';
import { buildModel } from '../support/onnx_builder.js';

test('a point with weight 0 is left out, also where the model has no number', async () => {
  // x / |x| has none at 0. Its gradient at (3, 4) is (I - u u^T) / |x| with u = (0.6, 0.8): for the first output (0.64, -0.48) / 5.
  const { graph } = importModel(
    buildModel({
      inputs: { x: ['N', 2] },
      nodes: [
        { op: 'ReduceL2', inputs: ['x'], output: 'length', attributes: { axes: [1] } },
        { op: 'Div', inputs: ['x', 'length'], output: 'y' },
      ],
      outputs: ['y'],
    }),
  );
  const { gradients, outputsAtBaseline } = await new CpuExecutor(graph).pathGradient({
    count: 1,
    inputs: Float32Array.of(3, 4),
    baselines: new Float32Array(2),
    seeds: Float32Array.of(1, 0),
    alphas: Float64Array.of(0, 1),
    weights: Float64Array.of(0, 1),
  });
  expect([...gradients]).toEqual([0.128, -0.096].map((value) => expect.closeTo(value, 12)));
  expect([...outputsAtBaseline]).toEqual([Number.NaN, Number.NaN]);
});
