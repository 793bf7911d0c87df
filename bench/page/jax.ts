import { defaultDevice, grad, init, type Array as JaxArray, jit, lax, nn, numpy as np } from '@jax-js/jax';
import { ONNXModel } from '@jax-js/onnx';
import type { Layer } from '../networks/network.js';
import { addMean, pathChunks } from './chunks.js';
import type { PageContender } from './stage.js';

/**
 * jax-js: `grad` of the sum of the target logits over a batch of points. The whole integral of a chunk of images is under one `jit`. A
 * function consumes the arrays that it is given; `ref` keeps an array for another use.
 */
export async function createJax(device: 'wasm' | 'webgpu'): Promise<PageContender> {
  const devices = await init(device);
  if (!devices.includes(device)) throw new Error(`jax-js has no device ${device} here`);
  defaultDevice(device);
  let integrate: Integrate | undefined;
  let shape: readonly number[] = [];
  let classes = 0;
  return {
    async load(network) {
      ({ shape, classes } = network);
      integrate = compile(network.layers ? sequential(network.layers) : readOnnx(network.onnx));
    },
    async attribute(images, targets, steps) {
      const elements = images.length / targets.length;
      const maps = new Float32Array(images.length);
      for (const { first, count, alphas } of pathChunks(targets.length, steps, elements)) {
        const points = alphas.length;
        const x = np.array(images.slice(first * elements, (first + count) * elements), { shape: [count, ...shape.slice(1)] });
        const seeds = new Float32Array(count * points * classes);
        for (let row = 0; row < count * points; row++) seeds[row * classes + targets[first + Math.floor(row / points)]!] = 1;
        const sum = integrate!(x, np.array(alphas, { shape: [1, points, 1, 1, 1] }), np.array(seeds, { shape: [count * points, classes] }));
        addMean(maps, await sum.data(), first * elements, steps);
      }
      return maps;
    },
  };
}

/** From images, alphas [1][steps][1][1][1] and seeds [count * steps][classes] to maps [count][channels][height][width]. */
type Integrate = (x: JaxArray, alphas: JaxArray, seeds: JaxArray) => JaxArray;

type Logits = (x: JaxArray) => JaxArray;

function sequential(layers: readonly Layer[]): Logits {
  const steps = layers.map(compileLayer);
  return (x) => steps.reduce((value, step) => step(value), x);
}

/** Reads a network with jax-js's own reader of ONNX files. */
function readOnnx(bytes: Uint8Array): Logits {
  const { model, run } = new ONNXModel(bytes);
  const weights = new Set(model.graph!.initializer.map(({ name }) => name));
  const image = model.graph!.input.find(({ name }) => !weights.has(name))!.name;
  return (x) => Object.values(run({ [image]: x }))[0]!;
}

function compile(logits: Logits): Integrate {
  const gradient = grad((points, seeds) => logits(points).mul(seeds!).sum());
  return jit((x, alphas, seeds) => {
    const [count, ...space] = x!.shape as [number, ...number[]];
    const points = alphas!.shape[1]!;
    const path = x!.ref
      .reshape([count, 1, ...space])
      .mul(alphas!)
      .reshape([count * points, ...space]);
    return gradient(path, seeds!)
      .reshape([count, points, ...space])
      .sum(1)
      .mul(x!);
  });
}

function compileLayer(layer: Layer): (x: JaxArray) => JaxArray {
  switch (layer.kind) {
    case 'conv': {
      const { outputs, inputs, kernel, padding } = layer;
      const filter = np.array(layer.weights, { shape: [outputs, inputs, kernel, kernel] });
      const bias = np.array(layer.bias, { shape: [outputs, 1, 1] });
      const pads: [number, number][] = [
        [padding, padding],
        [padding, padding],
      ];
      return (x) => lax.conv(x, filter.ref, [1, 1], pads).add(bias.ref);
    }
    case 'dense': {
      const weights = np.array(layer.weights, { shape: [layer.outputs, layer.inputs] }).transpose();
      const bias = np.array(layer.bias, { shape: [layer.outputs] });
      return (x) => np.matmul(x, weights.ref).add(bias.ref);
    }
    case 'relu':
      return (x) => nn.relu(x);
    case 'maxpool':
      return (x) => lax.reduceWindow(x, np.max, [layer.size, layer.size], [layer.size, layer.size]);
    case 'flatten':
      return (x) => {
        const [count, ...rest] = x.shape as [number, ...number[]];
        return x.reshape([count, rest.reduce((product, size) => product * size, 1)]);
      };
  }
}
