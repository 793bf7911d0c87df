import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import type { Layer } from '../networks/network.js';
import { chunksOf } from './chunks.js';
import type { PageContender } from './stage.js';

/** Threads of the WebAssembly backend: those of the machine that the issue was measured on. */
const THREADS = 2;

/** Samples of one batch: the activations of 4,096 samples of M1 are 2 GB, more than the WebAssembly heap and WebGPU bindings hold. */
const SAMPLES = 1024;

/**
 * TensorFlow.js: the points of a chunk of paths are one batch, `tf.grad` of the sum of the target logits gives all their gradients at once.
 * NHWC, its own layout; the first dense layer's rows are put into that order once, at load.
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
    async load({ layers, shape: given, classes }) {
      if (layers === undefined) throw new Error('TensorFlow.js reads no ONNX files');
      model?.dispose();
      shape = given;
      model = compile(layers, given, classes);
    },
    async attribute(images, targets, steps) {
      const elements = images.length / targets.length;
      const maps = new Float32Array(images.length);
      const atOnce = Math.max(1, Math.floor(SAMPLES / steps));
      for (const { first, count } of chunksOf(targets.length, atOnce)) {
        const part = images.subarray(first * elements, (first + count) * elements);
        const map = tf.tidy(() => integrate(model!, part, targets.slice(first, first + count), steps, shape));
        maps.set(await map.data(), first * elements);
        map.dispose();
      }
      return maps;
    },
    async predict(images, count) {
      const elements = images.length / count;
      const outputs: Float32Array[] = [];
      for (const { first, count: samples } of chunksOf(count, SAMPLES)) {
        const part = images.subarray(first * elements, (first + samples) * elements);
        const scores = tf.tidy(() => model!.logits(toNhwc(part, samples, shape)));
        outputs.push((await scores.data()) as Float32Array);
        scores.dispose();
      }
      return Float32Array.from(outputs.flatMap((each) => [...each]));
    },
  };
}

interface Model {
  readonly classes: number;
  logits(x: tf.Tensor): tf.Tensor;
  dispose(): void;
}

function toNhwc(images: Float32Array, count: number, [, channels, height, width]: readonly number[]): tf.Tensor {
  return tf.tensor(images, [count, channels!, height!, width!]).transpose([0, 2, 3, 1]);
}

function integrate(
  model: Model,
  images: Float32Array,
  targets: readonly number[],
  steps: number,
  [, channels, height, width]: readonly number[],
): tf.Tensor {
  const count = targets.length;
  const space = [height!, width!, channels!];
  const x = toNhwc(images, count, [1, channels!, height!, width!]);
  const alphas = tf.range(0, steps).add(0.5).div(steps).reshape([1, steps, 1, 1, 1]);
  const points = x
    .expandDims(1)
    .mul(alphas)
    .reshape([count * steps, ...space]);
  const seeds = tf
    .oneHot(tf.tensor1d([...targets], 'int32'), model.classes)
    .expandDims(1)
    .tile([1, steps, 1])
    .reshape([count * steps, model.classes]);
  const gradients = tf.grad((batch) => model.logits(batch).mul(seeds).sum())(points);
  const mean = gradients.reshape([count, steps, ...space]).mean(1);
  return mean.mul(x).transpose([0, 3, 1, 2]);
}

function compile(layers: readonly Layer[], [, channels, height, width]: readonly number[], classes: number): Model {
  const kept: tf.Tensor[] = [];
  const keep = <T extends tf.Tensor>(tensor: T): T => {
    kept.push(tensor);
    return tensor;
  };
  let space = { channels: channels!, height: height!, width: width! };
  let flat = false;
  const compileLayer = (layer: Layer): ((x: tf.Tensor) => tf.Tensor) => {
    switch (layer.kind) {
      case 'conv': {
        const { outputs, inputs, kernel, padding } = layer;
        const filter = keep(tf.tidy(() => tf.tensor(layer.weights, [outputs, inputs, kernel, kernel]).transpose([2, 3, 1, 0])));
        const bias = keep(tf.tensor(layer.bias, [outputs]));
        space = { ...space, channels: outputs };
        return (x) => tf.conv2d(x, filter, 1, padding).add(bias);
      }
      case 'dense': {
        const { outputs, inputs } = layer;
        const weights = keep(
          tf.tidy(() => (flat ? channelsLast(layer.weights, outputs, space) : tf.tensor(layer.weights, [outputs, inputs])).transpose()),
        );
        flat = false;
        const bias = keep(tf.tensor(layer.bias, [outputs]));
        return (x) => tf.matMul(x, weights).add(bias);
      }
      case 'relu':
        return (x) => tf.relu(x);
      case 'maxpool': {
        const { size } = layer;
        space = { ...space, height: Math.floor(space.height / size), width: Math.floor(space.width / size) };
        return (x) => tf.maxPool(x, size, size, 'valid');
      }
      case 'flatten': {
        flat = true;
        const { channels: c, height: h, width: w } = space;
        return (x) => x.reshape([-1, c * h * w]);
      }
    }
  };
  const steps = layers.map(compileLayer);
  return {
    classes,
    logits: (x) => steps.reduce((value, step) => step(value), x),
    dispose: () => tf.dispose(kept),
  };
}

/** The rows of a dense layer behind a flattened [channels][height][width], for a flattened [height][width][channels]. */
function channelsLast(
  weights: Float32Array,
  outputs: number,
  { channels, height, width }: { channels: number; height: number; width: number },
) {
  return tf
    .tensor(weights, [outputs, channels, height, width])
    .transpose([0, 2, 3, 1])
    .reshape([outputs, channels * height * width]);
}
