import { beforeAll, describe, expect, test } from 'vitest';
import { type AttributionTask, attributeTasks, type MethodOptions } from '../../src/attribution/tasks.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { readLayer } from '../../src/executor.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { networkOf } from '../../src/graph/analysis/network.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { COMPOSITES } from '../../src/graph/passes/rules/composites.js';
import { gridPatches } from '../../src/image/patches.js';
import { importModel } from '../../src/onnx/import.js';
import { useDevice } from '../support/gpu.js';
import { buildModel } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { residualModel } from '../support/residual_network.js';
import { transformerModel } from '../support/small_transformer.js';
import { spaceOf } from '../support/spaces.js';

// Every method on the GPU against the same on the float64 executor: two images, one of them with a contrast.

const { graph } = importModel(buildModel(residualModel));
const ELEMENTS = 72;
const random = mulberry32(41);
const draw = () => Float32Array.from(uniformArray(random, ELEMENTS, -1, 1));
const tasks: AttributionTask[] = [
  { image: draw(), baseline: new Float32Array(ELEMENTS), target: 0 },
  { image: draw(), baseline: draw(), target: 1, contrast: 0 },
];

/** Blocks of 2 x 2 pixels. */
const cut = () => gridPatches(6, 6, 2);

const baselines = [draw(), draw(), draw()];

/** Sums of some tens of products in float32 (6e-8 each), through four layers; a gate on the other side of 0 would show as 1e-2 and more. */
const TOLERANCE = 3e-6;

describe('on the GPU', () => {
  const shared = useDevice();
  let gpu: GpuExecutor;
  beforeAll(async () => {
    gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
    return () => gpu.destroy();
  });
  const cpu = new CpuExecutor(graph);

  test.each<[string, Partial<MethodOptions>]>([
    ['saliency, smoothed', { method: 'saliency', smooth: 9 }],
    ['saliency, variance', { method: 'saliency', smooth: 9, variance: true }],
    ['input x gradient, smoothed', { method: 'input-x-gradient', smooth: 9 }],
    ['integrated gradients, smoothed', { method: 'ig', smooth: 3 }],
    ['expected gradients', { method: 'expected-gradients', steps: 40, baselines }],
    ['guided integrated gradients', { method: 'guided-ig', maxDistance: 0.2 }],
    ['blur integrated gradients', { method: 'blur-ig' }],
    ['Grad-CAM at the last convolution', { method: 'grad-cam' }],
    ['Grad-CAM++', { method: 'grad-cam++' }],
    ['HiResCAM', { method: 'hires-cam', layer: 'relu' }],
    ['LayerCAM', { method: 'layer-cam', layer: 'pool' }],
    ['LayerCAM of three layers', { method: 'layer-cam', layers: ['relu', 'pool', 'second'] }],
    ['Eigen-CAM', { method: 'eigen-cam' }],
    ['Score-CAM', { method: 'score-cam' }],
    ['DeepLIFT', { method: 'deeplift' }],
    ['DeepLIFT, smoothed', { method: 'deeplift', smooth: 3 }],
    ['guided backpropagation', { method: 'guided-backprop' }],
    ['deconvolution', { method: 'deconvolution' }],
    ...COMPOSITES.map((composite): [string, Partial<MethodOptions>] => [`LRP, ${composite}`, { method: 'lrp', composite }]),
    ['occlusion', { method: 'occlusion', window: 3 }],
    ['occlusion of patches', { method: 'occlusion', patch: 2 }],
    ['Shapley values of nine patches, all subsets', { method: 'shapley', patch: 2, samples: 512 }],
    ['Shapley values, sampled', { method: 'shapley', patch: 2, samples: 64 }],
    ['Kernel SHAP', { method: 'kernel-shap', patch: 2, samples: 64 }],
    ['activation x gradient', { method: 'activation-x-gradient', layer: 'sum' }],
    ['conductance', { method: 'conductance', layer: 'pool' }],
    ['integrated gradients of a layer with a shortcut past it', { method: 'layer-ig', layer: 'second' }],
    ['XRAI', { method: 'xrai' }],
    ['RISE', { method: 'rise', samples: 30, cells: 3 }],
    ['gradient SHAP', { method: 'gradient-shap', samples: 9, baselines, noise: 0.1 }],
    ['Grad-CAM, smoothed', { method: 'grad-cam', smooth: 3 }],
  ])('%s', async (_, options) => {
    const all = { steps: 6, space: spaceOf(6, 6, 2), network: networkOf(graph), cut, method: 'ig', ...options } as const;
    const [expected, actual] = [await attributeTasks(cpu, tasks, all), await attributeTasks(gpu, tasks, all)];
    tasks.forEach((_, index) => {
      const [own, reference] = [actual.attributions[index]!, expected.attributions[index]!];
      expect(relativeDistance(own.values, reference.values)).toBeLessThan(TOLERANCE);
      expect(own.outputAtInput).toBeCloseTo(reference.outputAtInput, 3);
      expect(own.parameters).toEqual(reference.parameters);
    });
    expect(actual.cost.submits).toBeGreaterThan(0);
  });

  // Twelve layers deep, a softmax and a division among them: some 1e-6 each.
  test.each(['attn-lrp', 'gradient-x-attention', 'legrad', 'rollout'] as const)('%s of a transformer', async (method) => {
    const { graph: own } = importModel(buildModel(transformerModel('class token')));
    const attending = await GpuExecutor.create(shared.source, canonicalise(own));
    const image = Float32Array.from(uniformArray(random, 24, 0, 1));
    const task = { image, baseline: new Float32Array(24), target: 0, contrast: 1 };
    const all = { steps: 1, space: spaceOf(6, 4), network: networkOf(own), method } as const;
    const [expected, actual] = [await attributeTasks(new CpuExecutor(own), [task], all), await attributeTasks(attending, [task], all)];
    attending.destroy();
    const [reference, found] = [expected.attributions[0]!, actual.attributions[0]!];
    expect(relativeDistance(found.values, reference.values)).toBeLessThan(1e-4);
    expect(found.parameters).toEqual(reference.parameters);
  });

  test.each(['first', 'relu', 'pool', 'second', 'sum'])('values and gradients at a layer, %s, with a shortcut past it', async (layer) => {
    const images = Float32Array.from(uniformArray(random, 5 * ELEMENTS, -1, 1));
    const request = { images, seed: Float32Array.of(1, -2), layer };
    const [expected, found] = [await readLayer(cpu, request), await readLayer(gpu, request)];
    expect(relativeDistance(found.values, expected.values)).toBeLessThan(TOLERANCE);
    expect(relativeDistance(found.gradients, expected.gradients)).toBeLessThan(TOLERANCE);
  });

  // Each of them reads the others' cotangents: a gate before one, a pool and a shortcut past another between them.
  test('several layers in one pass, in any order', async () => {
    const images = Float32Array.from(uniformArray(random, 5 * ELEMENTS, -1, 1));
    const layers = ['second', 'first', 'pool', 'relu', 'sum'];
    const request = { images, seed: Float32Array.of(1, -2) };
    const [onGpu, onCpu] = [await gpu.layerGradients({ ...request, layers }), await cpu.layerGradients({ ...request, layers })];
    for (const [index, layer] of layers.entries()) {
      const { values, gradients } = await readLayer(cpu, { ...request, layer });
      expect(onCpu.layers[index]).toEqual({ values, gradients });
      expect(relativeDistance(onGpu.layers[index]?.values ?? [], values), layer).toBeLessThan(TOLERANCE);
      expect(relativeDistance(onGpu.layers[index]?.gradients ?? [], gradients), layer).toBeLessThan(TOLERANCE);
    }
  });

  test('a layer that is not there is refused', async () => {
    const request = { images: new Float32Array(ELEMENTS), seed: new Float32Array(2), layer: 'nowhere' };
    await expect(readLayer(gpu, request)).rejects.toThrow('the value "nowhere" is none of this network that depends on the image');
  });
});
