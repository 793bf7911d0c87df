import type { Graph } from '../../src/graph/graph.js';
import { importModel } from '../../src/onnx/import.js';
import { buildModel, floatTensor } from './onnx_builder.js';

/** y = W x + 1 for an image 1 x channels x rows x columns. W is [classes][elements]. */
export function linearNetwork(
  shape: readonly [channels: number, rows: number, columns: number],
  weights: readonly ArrayLike<number>[],
): Graph {
  const elements = shape[0] * shape[1] * shape[2];
  return importModel(
    buildModel({
      inputs: { image: ['N', ...shape] },
      initializers: {
        w: floatTensor(
          [weights.length, elements],
          weights.flatMap((row) => Array.from(row)),
        ),
        one: floatTensor(
          [weights.length],
          weights.map(() => 1),
        ),
      },
      nodes: [
        { op: 'Flatten', inputs: ['image'], output: 'flat' },
        { op: 'Gemm', inputs: ['flat', 'w', 'one'], output: 'y', attributes: { transB: 1 } },
      ],
      outputs: ['y'],
    }),
  ).graph;
}
