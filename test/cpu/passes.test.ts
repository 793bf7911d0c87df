import { expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { importModel } from '../../src/onnx/import.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';

test('a network whose values no memory holds is refused before anything is computed', async () => {
  const bytes = buildModel({
    inputs: { x: [1, 1, 2, 2] },
    outputs: ['y'],
    initializers: { w: floatTensor([1, 32, 1, 1], new Float32Array(32)) },
    nodes: [
      { op: 'ConvTranspose', inputs: ['x', 'w'], output: 'c', attributes: { strides: [2 ** 24, 1] } },
      { op: 'GlobalAveragePool', inputs: ['c'], output: 'g' },
      { op: 'Flatten', inputs: ['g'], output: 'y' },
    ],
  });
  const { graph } = importModel(bytes);
  expect(graph.shapes.get('c')).toEqual([1, 32, 2 ** 24 + 1, 2]);
  await expect(new CpuExecutor(graph).forward(new Float32Array(4), 1)).rejects.toThrow(
    'the network needs 8192.0 MiB for one image in float64 (at most 4096.0 MiB on the CPU)',
  );
});
