import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { addMean, chunksOf, pathChunks, samplesAtOnce } from './chunks.js';
import type { PageContender } from './stage.js';
import { type Model, readModel } from './tfjs_model.js';

/** Threads of the WebAssembly backend: as many as the machine of the published measurements has cores. */
const THREADS = 2;

/**
 * TensorFlow.js: the points of a chunk of paths are one batch, and `tf.grad` of the sum of the target logits gives all their gradients at
 * once. Its layout is NHWC.
 */
export async function createTfjs(backend: 'wasm' | 'webgpu'): Promise<PageContender> {
  if (backend === 'wasm') {
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plainUrl,
      'tfjs-backend-wasm-simd.wasm': simdUrl,
      'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
    });
    setThreadsCount(THREADS);
  }
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here`);
  await tf.ready();
  let model: Model | undefined;
  let shape: readonly number[] = [];
  return {
    async load(network) {
      model?.dispose();
      ({ shape } = network);
      model = readModel(network.onnx);
    },
    async attribute(images, targets, steps) {
      const elements = images.length / targets.length;
      const maps = new Float32Array(images.length);
      for (const { first, count, alphas } of pathChunks(targets.length, steps, elements)) {
        const part = images.subarray(first * elements, (first + count) * elements);
        const sum = tf.tidy(() => integrate(model!, part, targets.slice(first, first + count), alphas, shape));
        addMean(maps, await sum.data(), first * elements, steps);
        sum.dispose();
      }
      return maps;
    },
    async predict(images, count) {
      const elements = images.length / count;
      const outputs = new Float32Array(count * model!.classes);
      for (const { first, count: samples } of chunksOf(count, samplesAtOnce(elements))) {
        const part = images.subarray(first * elements, (first + samples) * elements);
        const scores = tf.tidy(() => model!.logits(toNhwc(part, samples, shape)));
        outputs.set(await scores.data(), first * model!.classes);
        scores.dispose();
      }
      return outputs;
    },
  };
}

function toNhwc(images: Float32Array, count: number, [, channels, height, width]: readonly number[]): tf.Tensor {
  return tf.tensor(images, [count, channels!, height!, width!]).transpose([0, 2, 3, 1]);
}

/** Input times gradient, summed over all alphas. */
function integrate(
  model: Model,
  images: Float32Array,
  targets: readonly number[],
  alphas: Float32Array,
  [, channels, height, width]: readonly number[],
): tf.Tensor {
  const count = targets.length;
  const steps = alphas.length;
  const space = [height!, width!, channels!];
  const x = toNhwc(images, count, [1, channels!, height!, width!]);
  const points = x
    .expandDims(1)
    .mul(tf.tensor(alphas, [1, steps, 1, 1, 1]))
    .reshape([count * steps, ...space]);
  const seeds = tf
    .oneHot(tf.tensor1d([...targets], 'int32'), model.classes)
    .expandDims(1)
    .tile([1, steps, 1])
    .reshape([count * steps, model.classes]);
  const gradients = tf.grad((batch) => model.logits(batch).mul(seeds).sum())(points);
  const sum = gradients.reshape([count, steps, ...space]).sum(1);
  return sum.mul(x).transpose([0, 3, 1, 2]);
}
