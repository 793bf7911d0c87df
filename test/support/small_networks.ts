import type { Graph } from '../../src/graph/graph.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { buildModel, floatTensor, type NodeDescription } from './onnx_builder.js';
import { mulberry32, uniformArray } from './random.js';

/** The two networks for 28x28 images on which plans and benches are compared, with seeded weights of variance 2 / fan-in. */
export const smallNetworks: Readonly<Record<'M1' | 'M2', () => Graph>> = {
  M1: () =>
    network([1, 28, 28], {
      c1: [16, 1, 3, 3],
      c2: [32, 16, 3, 3],
      d1: [1568, 64],
      d2: [64, 10],
    }),
  M2: () => network([784], { d1: [784, 128], d2: [128, 64], d3: [64, 10] }),
};

function network(image: readonly number[], layers: Readonly<Record<string, readonly number[]>>): Graph {
  const random = mulberry32(5);
  const draw = (shape: readonly number[], bound: number) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return floatTensor([...shape], uniformArray(random, size, -bound, bound));
  };
  const initializers: Record<string, ReturnType<typeof floatTensor>> = {};
  const nodes: NodeDescription[] = [];
  let last = 'image';
  const names = Object.keys(layers);
  for (const [index, name] of names.entries()) {
    const shape = layers[name]!;
    const convolution = shape.length === 4;
    const fanIn = convolution ? shape.slice(1).reduce((product, axis) => product * axis, 1) : shape[0]!;
    initializers[`${name}.w`] = draw(shape, Math.sqrt(6 / fanIn));
    initializers[`${name}.b`] = draw([convolution ? shape[0]! : shape[1]!], 0.1);
    if (!convolution && index > 0 && layers[names[index - 1]!]!.length === 4) {
      nodes.push({ op: 'Flatten', inputs: [last], output: 'flat' });
      last = 'flat';
    }
    const inputs = [last, `${name}.w`, `${name}.b`];
    if (convolution) nodes.push({ op: 'Conv', inputs, output: name, attributes: { pads: [1, 1, 1, 1], kernel_shape: [3, 3] } });
    else nodes.push({ op: 'Gemm', inputs, output: name });
    last = name;
    if (index === names.length - 1) break;
    nodes.push({ op: 'Relu', inputs: [last], output: `${name}.r` });
    last = `${name}.r`;
    if (!convolution) continue;
    nodes.push({ op: 'MaxPool', inputs: [last], output: `${name}.p`, attributes: { kernel_shape: [2, 2], strides: [2, 2] } });
    last = `${name}.p`;
  }
  const model = buildModel({ inputs: { image: ['N', ...image] }, outputs: [last], initializers, nodes });
  return canonicalise(importModel(model).graph);
}
