import { beforeEach, describe, expect, test } from 'vitest';
import { importModel } from '../../src/onnx/import.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { needsShared, readShared } from '../support/shared.js';

const read = (path: string) => readShared(...path.split('/'));

const repeated = (op: string, times: number) => Array.from({ length: times }, () => op).join(' ');
const fire = 'Conv Relu Conv Relu Conv Relu Concat';
const layerNorm = 'ReduceMean Sub Pow ReduceMean Add Sqrt Div Mul Add';
const heads = 'Reshape Transpose Split Split Split Squeeze Squeeze Squeeze Transpose';
const attention = `MatMul Add ${heads} MatMul Div Softmax MatMul Transpose Reshape MatMul Add Add`;

/** File, shape of the image, number of classes, and the operators that remain. */
const MODELS: [string, number[], number, string][] = [
  ['models/cifar_base_kw_simp.onnx', [1, 3, 32, 32], 10, 'Conv Relu Conv Relu Reshape Gemm Relu Gemm'],
  ['models/cifar_deep_kw_simp.onnx', [1, 3, 32, 32], 10, `${repeated('Conv Relu', 4)} Reshape Gemm Relu Gemm`],
  ['models/cifar_wide_kw_simp.onnx', [1, 3, 32, 32], 10, 'Conv Relu Conv Relu Reshape Gemm Relu Gemm'],
  ['models/cnn_max_mninst2.onnx', [1, 28, 28, 1], 10, 'Transpose Conv Relu Conv Relu MaxPool Transpose Flatten MatMul Add Relu MatMul Add'],
  [
    'models/cnn_max_mninst3.onnx',
    [1, 28, 28, 1],
    10,
    'Transpose Conv Relu MaxPool Transpose Flatten MatMul Add Relu MatMul Add Relu MatMul Add',
  ],
  ['models/mnist2x10.onnx', [1, 1, 28, 28], 10, 'Reshape Gemm Relu Gemm Relu Gemm'],
  ['models/mnist2x5_sigmoid.onnx', [1, 1, 28, 28], 10, 'Reshape Gemm Sigmoid Gemm Sigmoid Gemm'],
  ['models/mnist5x20_leaky_relu.onnx', [1, 1, 28, 28], 10, `Reshape ${repeated('Gemm LeakyRelu', 6)} Gemm`],
  [
    'models/mobilenet_v1_0.25_224_1_default_1.onnx',
    [1, 3, 224, 224],
    1001,
    `${repeated('Conv Clip', 27)} GlobalAveragePool Conv Reshape Softmax`,
  ],
  ['models/opt-mnist.onnx', [1, 1, 28, 28], 10, 'Conv Relu MaxPool Conv Relu MaxPool Reshape Gemm'],
  [
    'models/pretrainedResnet.onnx',
    [1, 3, 32, 32],
    10,
    'Conv Relu Conv Relu Conv Add Relu Conv Relu Conv Conv Add Relu Conv Relu Conv Conv Add Relu GlobalAveragePool Reshape Gemm Softmax',
  ],
  [
    'models/pretrainedResnet_large_float.onnx',
    [1, 3, 32, 32],
    10,
    'Conv Relu Conv Relu Conv Add Relu Conv Relu Conv Conv Add Relu Conv Relu Conv Conv Add Relu GlobalAveragePool Reshape Gemm Softmax',
  ],
  [
    'models/squeezenet1.1.onnx',
    [1, 3, 224, 224],
    1000,
    `Conv Relu MaxPool ${repeated(fire, 2)} MaxPool ${repeated(fire, 2)} MaxPool ${repeated(fire, 4)} Conv Relu GlobalAveragePool Flatten`,
  ],
  ['models/vww_96_float.onnx', [1, 3, 96, 96], 2, `${repeated('Conv Relu', 27)} GlobalAveragePool Reshape Gemm Softmax`],
  [
    'cases/lenet_bn/model.onnx',
    [1, 1, 28, 28],
    10,
    'Conv BatchNormalization Relu Pad AveragePool Conv BatchNormalization Relu MaxPool Flatten Gemm Relu Gemm',
  ],
  [
    'cases/mini_dense/model.onnx',
    [1, 3, 16, 16],
    9,
    'Conv Relu Conv Relu Concat Conv Tanh Concat Conv AveragePool MaxPool Flatten Gemm LogSoftmax',
  ],
  [
    'cases/mini_resnet/model.onnx',
    [1, 3, 32, 32],
    12,
    `Conv Relu MaxPool Conv Relu Conv Add Relu ${repeated('Conv Conv Relu Conv Add Relu', 2)} GlobalAveragePool Flatten Gemm`,
  ],
  [
    'cases/mini_vit/model.onnx',
    [1, 3, 16, 16],
    6,
    `Conv Reshape Transpose Concat Add ${layerNorm} ${attention} ${layerNorm} MatMul Add Div Erf Add Mul Mul MatMul Add Add ${layerNorm} Gather Gemm`,
  ],
  ['cases/pool_net/model.onnx', [1, 3, 28, 28], 10, 'Conv Relu Elu MaxPool Conv Relu MaxPool Flatten Gemm'],
  ['cases/smooth_mlp/model.onnx', [1, 1, 14, 14], 10, 'Flatten Sub Div Gemm Sigmoid Gemm Tanh Gemm Softmax'],
];

describe('models that others trained and exported', () => {
  beforeEach(needsShared);
  test.each(MODELS)('%s', (path, input, classes, operators) => {
    const { graph } = importModel(read(path));
    expect(graph.input.shape).toEqual(input);
    expect(sizeOf(graph.output.shape)).toBe(classes);
    // As a multiset: an importer may order independent branches as it likes.
    expect(graph.nodes.map(({ op }) => op).sort()).toEqual(operators.split(' ').sort());
    const known = new Set([graph.input.name, ...graph.constants.keys()]);
    for (const node of graph.nodes) {
      expect(node.inputs.filter((name) => !known.has(name))).toEqual([]);
      known.add(node.output);
    }
  });
});
