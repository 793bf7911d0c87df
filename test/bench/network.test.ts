import { describe, expect, test } from 'vitest';
import { convolutionalOf, NETWORKS, seededImages, targetOf } from '../../bench/networks/network.js';
import { toOnnx } from '../../bench/networks/onnx.js';
import { describeGraph } from '../../src/graph/analysis/describe.js';
import { importModel } from '../../src/onnx/import.js';

describe('networks', () => {
  test.each([
    // conv 784 x 16 x 9 and 196 x 32 x 144, dense 1568 x 64 and 64 x 10
    ['M1', 'Conv 2, Gemm 2, MaxPool 2, Relu 3, Flatten 1', 112_896 + 903_168 + 100_352 + 640],
    ['M2', 'Gemm 3, Relu 2, Flatten 1', 784 * 128 + 128 * 64 + 640],
  ])('%s as an ONNX file', (name, operators, multiplyAdds) => {
    const network = NETWORKS[name]!();
    const { graph } = importModel(toOnnx(network));
    const described = describeGraph(graph);
    expect(graph.input.shape).toEqual(network.shape);
    expect(graph.output.shape).toEqual([1, network.classes]);
    expect(new Set(described.operators.map(({ op, count }) => `${op} ${count}`))).toEqual(new Set(operators.split(', ')));
    expect(described.multiplyAdds).toBe(multiplyAdds);
  });

  test('the network of the growth over input sizes takes that size', () => {
    const { graph } = importModel(toOnnx(convolutionalOf(56)));
    expect(graph.input.shape).toEqual([1, 3, 56, 56]);
    expect(graph.output.shape).toEqual([1, 10]);
  });

  test('weights and images are the same every time, and not all equal', () => {
    expect(NETWORKS.M2!()).toEqual(NETWORKS.M2!());
    const images = seededImages([1, 1, 28, 28], 2);
    expect(images).toEqual(seededImages([1, 1, 28, 28], 2));
    expect(new Set(images).size).toBeGreaterThan(1500); // 1,568 draws of 2^32: repetitions are unlikely
  });

  test('targets are classes', () => {
    expect([0, 6, 7, 63].map((index) => targetOf(index, 10))).toEqual([3, 9, 0, 6]);
  });
});
