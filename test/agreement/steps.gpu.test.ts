import { describe, expect, test } from 'vitest';
import { quadrature } from '../../src/attribution/integral/quadrature.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { readLayer } from '../../src/executor.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { useDevice } from '../support/gpu.js';
import { buildModel } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { stepNetworks } from '../support/step_networks.js';

/** Sums of at most 36 terms in float32 (6e-8 each), and a tanh. No image lies within rounding of a step. */
const TOLERANCE = 1e-5;
const COUNT = 5;
/** The fused plan links a shader for each network, which compiles for seconds. These two have the kernels that no other network has. */
const FUSED = ['a choice', 'steps alone'];

describe('networks with nodes that are constant in pieces: the GPU against the reference', () => {
  const shared = useDevice();

  test.each(Object.entries(stepNetworks))('%s', async (name, description) => {
    const { graph } = importModel(buildModel(description));
    const cpu = new CpuExecutor(graph);
    const random = mulberry32(31);
    const draw = (size: number) => Float32Array.from(uniformArray(random, size, -2, 2));
    const [images, baselines, seeds] = [draw(COUNT * cpu.elements), draw(COUNT * cpu.elements), draw(COUNT * cpu.classes)];
    const { nodes: alphas, weights } = quadrature('midpoint', 4);
    const path = { count: COUNT, inputs: images, baselines, seeds, alphas, weights };
    const multipliers = { count: COUNT, inputs: images, baselines, seeds, rule: 'rescale' } as const;
    const expected = await cpu.pathGradient(path);
    const near = (actual: ArrayLike<number>, of: ArrayLike<number>) => expect(relativeDistance(actual, of)).toBeLessThan(TOLERANCE);
    for (const plan of FUSED.includes(name) ? (['layered', 'fused'] as const) : (['layered'] as const)) {
      const gpu = await GpuExecutor.create(shared.source, canonicalise(graph), { plan });
      const actual = await gpu.pathGradient(path);
      near(actual.gradients, expected.gradients);
      near(actual.outputsAtInput, expected.outputsAtInput);
      if (plan === 'layered' && name !== 'a choice') {
        const request = { images, seed: seeds.subarray(0, cpu.classes) };
        near((await gpu.gradients(request)).gradients, (await cpu.gradients(request)).gradients);
        // The rescale rule has no secant between values that are no numbers.
        if (name !== 'numbers that are none')
          near((await gpu.multipliers(multipliers)).multipliers, (await cpu.multipliers(multipliers)).multipliers);
        const layer = graph.nodes.at(-2)!.output;
        near((await readLayer(gpu, { ...request, layer })).gradients, (await readLayer(cpu, { ...request, layer })).gradients);
      }
      gpu.destroy();
    }
  });
});
