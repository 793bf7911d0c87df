import { expect, test } from 'vitest';
import { ReferencePasses, valueIn } from '../../../src/cpu/passes.js';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel, float, type NodeDescription } from '../../support/onnx_builder.js';

// What no derivative shows: a number that is replaced, and zeros, which have no direction. The values are onnxruntime's.

test.each<[string, string, NodeDescription['attributes'], readonly number[], readonly number[], readonly number[]]>([
  [
    'a number is replaced',
    'Imputer',
    { imputed_value_floats: float([7, 8, 9]), replaced_value_float: float(0.5) },
    [1, 0.5, 0.25],
    [1, 8, 0.25],
    [1, 0, 1],
  ],
  ['0 is, by default', 'Imputer', { imputed_value_floats: float([7]) }, [0, 0.5, 0], [7, 0.5, 7], [0, 1, 0]],
  ['zeros by L1', 'Normalizer', { norm: 'L1' }, [0, 0, 0], [0, 0, 0], [1, 1, 1]],
  ['zeros by L2', 'Normalizer', { norm: 'L2' }, [0, 0, 0], [0, 0, 0], [1, 1, 1]],
  ['zeros by MAX', 'Normalizer', { norm: 'MAX' }, [0, 0, 0], [0, 0, 0], [1, 1, 1]],
  ['all below 0 by MAX', 'Normalizer', {}, [-1, -2, -0.5], [2, 4, 1], [-2, -2, 12]],
])('%s', (_, op, attributes = {}, image, y, gradient) => {
  const nodes = [{ op, domain: 'ai.onnx.ml', inputs: ['x'], output: 'y', attributes }];
  const { graph } = importModel(buildModel({ domains: { 'ai.onnx.ml': 1 }, inputs: { x: [1, 3] }, nodes, outputs: ['y'] }));
  const passes = new ReferencePasses(graph);
  const run = passes.forward(Float64Array.from(image));
  expect([...valueIn(run, 'y')]).toEqual(y);
  expect([...passes.backward(run, new Float64Array(3).fill(1))]).toEqual(gradient);
});
