import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { graphOfCase, relativeDistance } from '../../src/doctor/case_graph.js';
import { convolutionNetworks } from '../../src/doctor/networks/index.js';
import { casesWithNew, kernelParts } from '../../src/doctor/selection.js';
import { type CandidateBatch, NO_PATCH, type Numbers } from '../../src/executor.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import type { Graph } from '../../src/graph/graph.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { useDevice } from '../support/gpu.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';

/**
 * At equal elements the cotangent goes to the first, and at the kink of a Relu nowhere. Random numbers are never equal, so here images and
 * weights are small integers: all sums are exact in float32, and most windows have several largest elements.
 */
const IMAGES = 7;
/** The cotangents are random. At most 256 of them are summed in float32 (6e-8 each); one in another place would show as 1e-2 and more. */
const TOLERANCE = 3e-6;

const random = mulberry32(17);
const integers = (size: number) => Float32Array.from(uniformArray(random, size, -1.5, 1.5), Math.round);

function withIntegers(graph: Graph): Graph {
  const constants = [...graph.constants].map(([name, tensor]) => {
    return [
      name,
      tensor.type === 'float' ? { ...tensor, data: Float32Array.from(tensor.data, (value) => Math.round(3 * value)) } : tensor,
    ] as const;
  });
  return { ...graph, constants: new Map(constants) };
}

describe('ties', () => {
  const shared = useDevice();

  async function compare(graph: Graph): Promise<void> {
    const cpu = new CpuExecutor(graph);
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph), { plan: 'layered' });
    const inputs = integers(IMAGES * cpu.elements);
    const seeds = Float32Array.from(uniformArray(random, IMAGES * cpu.classes, 0.5, 1));
    const request = { count: IMAGES, inputs, baselines: inputs, seeds, alphas: Float64Array.of(1), weights: Float64Array.of(1) };
    const [expected, found] = [await cpu.pathGradient(request), await gpu.pathGradient(request)];
    gpu.destroy();
    // Of the two zeros, which are equal, a maximum may be either.
    const numbers = (outputs: Numbers) => Array.from(outputs, (value) => value + 0);
    expect(numbers(found.outputsAtInput)).toEqual(numbers(expected.outputsAtInput));
    expect(relativeDistance(found.gradients, expected.gradients)).toBeLessThan(TOLERANCE);
  }

  const TAKES_ONE = /^(?:MaxPool|GlobalMaxPool|ReduceMax|ReduceMin|Max|Min|Relu)$/;
  const cases = casesWithNew((each) => (TAKES_ONE.test(each.op) ? kernelParts(each) : []));
  test.each(cases.map((each) => [each.name, each] as const))('%s', async (_, operatorCase) => {
    // Alone a pool may be part of the blend of the linear prefix; between others it has a kernel of its own, with a Relu or without.
    await compare(graphOfCase(operatorCase, 1).graph);
    await compare(graphOfCase(operatorCase, 1, 7, { before: 'LeakyRelu' }).graph);
    await compare(graphOfCase(operatorCase, 1, 7, { before: 'LeakyRelu', after: 'Relu' }).graph);
  });

  test.each(['pool 2 alone', 'pool 2 of one output'])('the epilogue of a convolution: %s', async (name) => {
    await compare(withIntegers(convolutionNetworks().find((graph) => graph.name === name)!));
  });

  test('of equal outputs the first is predicted, and none is the class of the others', async () => {
    // Classes 1, 2 and 4 are the sum of the pixels, classes 0 and 3 are lower.
    const ones = [0, 1, 1, 0, 1];
    const graph = importModel(
      buildModel({
        inputs: { image: ['N', 3] },
        initializers: { w: floatTensor([3, 5], [...ones, ...ones, ...ones]) },
        nodes: [{ op: 'Gemm', inputs: ['image', 'w'], output: 'y' }],
        outputs: ['y'],
      }),
    ).graph;
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph), { plan: 'layered' });
    const all = Uint32Array.of(0, 1, 2);
    const batch: CandidateBatch = {
      image: Float32Array.of(1, 2, 3),
      paint: Float32Array.of(0, 1, 1),
      pixels: { pixels: 3, channels: 1, layout: 'nchw' },
      patches: { labels: all, count: 3 },
      ranks: all,
      candidates: Uint32Array.from([0, 1, 2, 3].flatMap((length) => [0, length, NO_PATCH, NO_PATCH])),
    };
    const found = await gpu.evaluate(batch, 2);
    gpu.destroy();
    expect([...found.predicted]).toEqual([1, 1, 1, 1]);
    expect([...found.margin]).toEqual([0, 0, 0, 0]);
  });

  test('all kernels that take one of several elements are among these', () => {
    expect(cases.map(({ op }) => op)).toEqual(expect.arrayContaining(['MaxPool', 'ReduceMax', 'ReduceMin', 'Max', 'Min', 'Relu']));
  });
});
