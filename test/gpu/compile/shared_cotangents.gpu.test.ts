import { expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../../src/doctor/case_graph.js';
import { comparePaths } from '../../../src/doctor/compare.js';
import { GpuExecutor } from '../../../src/gpu/gpu_executor.js';
import { pathSchedule } from '../../../src/gpu/requests/path/path_schedule.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { weights } from '../../support/exported_model.js';
import { useDevice } from '../../support/gpu.js';
import { buildModel, type NodeDescription } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';

const shared = useDevice();

/** relu(conv(t) + short), where `short` is a residual made of t = relu(conv(x)) by the given nodes, and then a product. */
function network(...short: NodeDescription[]) {
  const nodes: NodeDescription[] = [
    { op: 'Conv', inputs: ['x', 'first'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
    { op: 'Relu', inputs: ['c'], output: 't' },
    ...short,
    { op: 'Conv', inputs: ['t', 'window'], output: 'long', attributes: { pads: [1, 1, 1, 1] } },
    { op: 'Add', inputs: ['long', 'short'], output: 's' },
    { op: 'Relu', inputs: ['s'], output: 'r' },
    { op: 'Flatten', inputs: ['r'], output: 'f' },
    { op: 'MatMul', inputs: ['f', 'v'], output: 'y' },
  ];
  const initializers = {
    first: weights(8, 2, 3, 3),
    window: weights(8, 8, 3, 3),
    one: weights(8, 8, 1, 1),
    other: weights(8, 8, 1, 1),
    v: weights(8 * 25, 3),
  };
  return importModel(buildModel({ inputs: { x: ['N', 2, 5, 5] }, outputs: ['y'], initializers, nodes })).graph;
}

const conv = (weights: string, output: string): NodeDescription => ({ op: 'Conv', inputs: ['t', weights], output });

test.each<[name: string, short: NodeDescription[], written: string[], not: string[]]>([
  ['a convolution that only the Add reads', [conv('one', 'short')], ['s'], ['short']],
  [
    'a sum of two, whose own residual shares it, too',
    [conv('one', 'a'), conv('other', 'b'), { op: 'Add', inputs: ['a', 'b'], output: 'short' }],
    ['s'],
    ['short', 'a', 'b'],
  ],
  ['a Relu, whose gates apply to it', [conv('one', 'a'), { op: 'Relu', inputs: ['a'], output: 'short' }], ['short'], []],
  ['a value that others read', [{ op: 'Identity', inputs: ['t'], output: 'short' }], ['t'], []],
])('the cotangent of a residual: %s', async (_, short, written, not) => {
  const graph = network(...short);
  const cotangents = pathSchedule(canonicalise(graph)).dispatches.flatMap(({ bindings, stage }) => {
    const last = bindings.at(-1);
    return stage === 'chunk' && last?.kind === 'cotangent' ? [last.name] : [];
  });
  // A Relu in an epilogue stores its own cotangent in place of the sum's.
  for (const name of written) expect(cotangents).toContain(name === 's' ? 'r' : name);
  for (const name of not) expect(cotangents).not.toContain(name);
  const distances = await comparePaths(graph, shared.source);
  expect(Math.max(...Object.values(distances))).toBeLessThan(1e-5);
});

test('the cotangent of a residual that is asked for is there', async () => {
  const graph = network(conv('one', 'short'));
  const images = Float32Array.from(uniformArray(mulberry32(5), 3 * 50, -1, 1));
  const request = { images, layers: ['short', 't'], seed: Float32Array.of(1, -1, 0.5) };
  const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
  const found = await gpu.layerGradients(request);
  gpu.destroy();
  const expected = await new CpuExecutor(graph).layerGradients(request);
  found.layers.forEach(({ gradients, values }, index) => {
    expect(relativeDistance(gradients, expected.layers[index]!.gradients)).toBeLessThan(1e-5);
    expect(relativeDistance(values, expected.layers[index]!.values)).toBeLessThan(1e-5);
  });
});
