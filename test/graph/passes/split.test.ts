import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { pathSchedule } from '../../../src/gpu/requests/path/path_schedule.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { splitWeights } from '../../../src/graph/passes/split.js';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel, floatTensor } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';
import { smallNetworks } from '../../support/small_networks.js';

const random = mulberry32(5);
const weights = (...shape: number[]) =>
  floatTensor(
    shape,
    uniformArray(
      random,
      shape.reduce((product, size) => product * size, 1),
      -1,
      1,
    ),
  );

/** Two rows of 24 features, a product with 70 outputs and a bias, a ReLU, and one with 5. */
const graph = canonicalise(
  importModel(
    buildModel({
      inputs: { x: ['N', 2, 24] },
      outputs: ['y'],
      initializers: { w: weights(24, 70), b: weights(70), v: weights(70, 5) },
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], output: 'm' },
        { op: 'Relu', inputs: ['m'], output: 'r' },
        { op: 'MatMul', inputs: ['r', 'v'], output: 'y' },
      ],
    }),
  ).graph,
);

function largestConstant(schedule = pathSchedule(graph)): number {
  return Math.max(...[...schedule.constants].map(({ byteLength }) => byteLength));
}

describe('splitWeights', () => {
  test.each([
    // 24 rows are two tiles of 16, so 16 columns of weights are 2,048 bytes, in either direction.
    [2048, 5],
    [4096 + 100, 3],
    [8192, 2],
    [10240, 0],
  ])('of %i bytes at most: %i pieces, whose weights keep to it, and the same function', async (limit, pieces) => {
    const split = splitWeights(graph, limit);
    const made = split.nodes.filter(({ op, output }) => op === 'Dense' && split.shapes.get(output)!.at(-1) !== 5);
    expect(made).toHaveLength(Math.max(1, pieces));
    expect(split.nodes.some(({ op }) => op === 'Concat')).toBe(pieces > 0);
    // 70 rows of the second product are five tiles of one of columns.
    expect(largestConstant(pathSchedule(split))).toBeLessThanOrEqual(Math.max(limit, 5120));
    const image = Float32Array.from(uniformArray(random, 48, -1, 1));
    const [whole, parts] = [new CpuExecutor(graph), new CpuExecutor(split)];
    const [expected, actual] = [await whole.forward(image, 1), await parts.forward(image, 1)];
    expect(actual.outputs).toEqual(expected.outputs);
    const seed = Float32Array.from(uniformArray(random, 10, -1, 1));
    const gradients = await Promise.all([whole, parts].map((each) => each.gradients({ images: image, seed })));
    // The sum over 70 outputs is one over the pieces' sums.
    gradients[0]!.gradients.forEach((gradient, i) => {
      expect(gradients[1]!.gradients[i]).toBeCloseTo(gradient, 6);
    });
  });

  test('a convolution whose weights are too large becomes several, and computes the same', async () => {
    // As timm has VGG's first product: 70 outputs of 24 channels of 3 x 3. 16 outputs of 32 channels are 18,432 bytes.
    const convolution = canonicalise(
      importModel(
        buildModel({
          inputs: { x: ['N', 24, 4, 3] },
          outputs: ['y'],
          initializers: { w: weights(70, 24, 3, 3), b: weights(70), v: weights(140, 5) },
          nodes: [
            { op: 'Conv', inputs: ['x', 'w', 'b'], output: 'c', attributes: {} },
            { op: 'Relu', inputs: ['c'], output: 'r' },
            { op: 'Flatten', inputs: ['r'], output: 'f' },
            { op: 'MatMul', inputs: ['f', 'v'], output: 'y' },
          ],
        }),
      ).graph,
    );
    const split = splitWeights(convolution, 40_000);
    expect(split.nodes.filter(({ op }) => op === 'Conv').map(({ output }) => split.shapes.get(output))).toEqual([
      [1, 32, 2, 1],
      [1, 32, 2, 1],
      [1, 6, 2, 1],
    ]);
    expect(largestConstant(pathSchedule(split))).toBeLessThanOrEqual(40_000);
    const image = Float32Array.from(uniformArray(random, 24 * 12, -1, 1));
    const [whole, parts] = [new CpuExecutor(convolution), new CpuExecutor(split)];
    expect((await parts.forward(image, 1)).outputs).toEqual((await whole.forward(image, 1)).outputs);
    const seed = Float32Array.from(uniformArray(random, 5, -1, 1));
    const gradients = await Promise.all([whole, parts].map((each) => each.gradients({ images: image, seed })));
    gradients[0]!.gradients.forEach((gradient, i) => {
      expect(gradients[1]!.gradients[i]).toBeCloseTo(gradient, 6);
    });
  });

  test('what every device binds stays as it is', () => {
    for (const make of Object.values(smallNetworks)) {
      const small = make();
      expect(splitWeights(small).nodes).toEqual(small.nodes);
    }
  });
});
