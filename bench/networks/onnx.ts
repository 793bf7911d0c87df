import { buildModel, floatTensor, type NodeDescription, type TensorInit } from '../../test/support/onnx_builder.js';
import type { Network } from './network.js';

/** The network as the bytes of an ONNX file. */
export function toOnnx({ name, shape, layers }: Network): Uint8Array {
  const initializers: Record<string, TensorInit> = {};
  const nodes: NodeDescription[] = [];
  let value = 'image';
  layers.forEach((layer, index) => {
    const output = `layer${index}`;
    const weights = [`${output}.weight`, `${output}.bias`];
    switch (layer.kind) {
      case 'conv': {
        const { inputs, outputs, kernel, padding } = layer;
        initializers[weights[0]!] = floatTensor([outputs, inputs, kernel, kernel], layer.weights);
        initializers[weights[1]!] = floatTensor([outputs], layer.bias);
        nodes.push({ op: 'Conv', inputs: [value, ...weights], output, attributes: { pads: [padding, padding, padding, padding] } });
        break;
      }
      case 'dense':
        initializers[weights[0]!] = floatTensor([layer.outputs, layer.inputs], layer.weights);
        initializers[weights[1]!] = floatTensor([layer.outputs], layer.bias);
        nodes.push({ op: 'Gemm', inputs: [value, ...weights], output, attributes: { transB: 1 } });
        break;
      case 'relu':
        nodes.push({ op: 'Relu', inputs: [value], output });
        break;
      case 'maxpool': {
        const { size } = layer;
        nodes.push({ op: 'MaxPool', inputs: [value], output, attributes: { kernel_shape: [size, size], strides: [size, size] } });
        break;
      }
      case 'flatten':
        nodes.push({ op: 'Flatten', inputs: [value], output });
        break;
    }
    value = output;
  });
  return buildModel({ name, producer: 'pathlight bench', inputs: { image: shape }, initializers, nodes, outputs: [value] });
}
