import { quadrature } from '../../../src/attribution/integral/quadrature.js';
import { ReferencePasses } from '../../../src/cpu/passes.js';
import { relativeDistance } from '../../../src/doctor/case_graph.js';
import type { Cost, PathRequest } from '../../../src/executor.js';
import type { DeviceSource } from '../../../src/gpu/device/device.js';
import { GpuExecutor } from '../../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { argmax } from '../../../src/tensor/softmax.js';
import { runOnnxRuntime } from '../oracle.js';
import { mulberry32, uniformArray } from '../random.js';

/** How far a network on the GPU is from its references. Distances are relative, in the Euclidean norm. */
export interface Measured {
  /** Distance of the outputs from ONNX Runtime's. */
  readonly fromOnnxRuntime: number;
  readonly fromFloat64: number;
  /** Distance of ONNX Runtime's outputs from float64's: the error of another float32 implementation. */
  readonly onnxRuntimeFromFloat64: number;
  /** Distance of the gradient at the image from float64's, over all elements. */
  readonly gradient: number;
  /** Error of completeness: the sum of all attributions minus the difference of the outputs at both ends, relative to this difference. */
  readonly completeness: number;
  /** Cost of the integral, with compiled kernels. */
  readonly cost: Cost;
}

/**
 * Measures a network on an image of noise: its gradient with respect to the predicted class, and its Integrated Gradients by the midpoint
 * rule. The baseline is the same image times `share`.
 */
export async function measureNetwork(bytes: Uint8Array, source: DeviceSource, steps: number, share = 0): Promise<Measured> {
  const { graph } = importModel(bytes);
  const gpu = await GpuExecutor.create(source, canonicalise(graph));
  try {
    const image = Float32Array.from(uniformArray(mulberry32(224), gpu.elements, -2, 2));
    const [expected] = await runOnnxRuntime(bytes, graph.input.name, graph.input.shape, image);
    const target = argmax(expected!);
    const seeds = Float32Array.from({ length: gpu.classes }, (_, i) => Number(i === target));
    const path = { count: 1, inputs: image, baselines: image.map((value) => share * value), seeds };
    const { nodes, weights } = quadrature('midpoint', steps);
    const integral: PathRequest = { ...path, alphas: nodes, weights };
    // The request with the fewest samples comes first: it compiles the kernels.
    const atImage = await gpu.pathGradient({ ...path, alphas: Float64Array.of(1), weights: Float64Array.of(1) });
    const { gradients, outputsAtInput, outputsAtBaseline, cost } = await gpu.pathGradient(integral);
    const reference = new ReferencePasses(graph);
    const values = reference.forward(image);
    const exact = values.get(graph.output.name)!;
    const gradient = reference.backward(values, Float64Array.from(seeds));
    const sum = image.reduce((total, value, i) => total + (1 - share) * value * gradients[i]!, 0);
    const difference = outputsAtInput[target]! - outputsAtBaseline[target]!;
    return {
      fromOnnxRuntime: relativeDistance(outputsAtInput, expected!),
      fromFloat64: relativeDistance(outputsAtInput, exact),
      onnxRuntimeFromFloat64: relativeDistance(expected!, exact),
      gradient: relativeDistance(atImage.gradients, gradient),
      completeness: Math.abs(sum / difference - 1),
      cost,
    };
  } finally {
    gpu.destroy();
  }
}
