import { expect, test } from 'vitest';
import { inputScaling } from '../../../src/graph/analysis/input_scaling.js';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel, floatTensor, type NodeDescription } from '../../support/onnx_builder.js';

// What the first nodes of a network say about the range of its input.

const scalar = (value: number) => floatTensor([], [value]);
const channels = (...values: number[]) => floatTensor([1, 3, 1, 1], values);
const INITIALIZERS = {
  by255: scalar(1 / 255),
  by127: scalar(1 / 127.5),
  c255: scalar(255),
  c127: scalar(127.5),
  one: scalar(1),
  two: scalar(2),
  half: scalar(0.5),
  mean: channels(0.485, 0.456, 0.406),
  std: channels(0.229, 0.224, 0.225),
  mean255: channels(123.675, 116.28, 103.53),
  std255: channels(58.395, 57.12, 57.375),
  last: floatTensor([3], [103.939, 116.779, 123.68]),
  scale: floatTensor([3], [1, 1, 1]),
  bias: floatTensor([3], [7, 8, 9]),
  running: floatTensor([3], [120, 110, 100]),
  variance: floatTensor([3], [4000, 4000, 4000]),
  small: floatTensor([3], [0.5, 0.4, 0.3]),
  smallVariance: floatTensor([3], [0.08, 0.08, 0.08]),
  plane: floatTensor([4, 4], new Array(16).fill(1 / 255)),
};

const node = (op: string, inputs: string, output: string, attributes: NodeDescription['attributes'] = {}): NodeDescription => ({
  op,
  inputs: inputs.split(' '),
  output,
  attributes,
});

function rangeOf(nodes: readonly NodeDescription[], shape: readonly number[] = [1, 3, 4, 4]): readonly number[] | undefined {
  const last = nodes.at(-1)?.output ?? 'x';
  const end = node('Flatten', String(last), 'y');
  const graph = importModel(buildModel({ inputs: { x: shape }, initializers: INITIALIZERS, nodes: [...nodes, end], outputs: ['y'] })).graph;
  return inputScaling(graph, [0, 255])?.range;
}

test.each<[string, readonly number[] | undefined, readonly NodeDescription[]]>([
  ['times 1/255', [0, 255], [node('Mul', 'x by255', 'a')]],
  ['1/255 times', [0, 255], [node('Mul', 'by255 x', 'a')]],
  ['divided by 255', [0, 255], [node('Div', 'x c255', 'a')]],
  ['divided by 127.5, less 1', [0, 255], [node('Div', 'x c127', 'a'), node('Sub', 'a one', 'b')]],
  ['less 127.5, divided by 127.5', [0, 255], [node('Sub', 'x c127', 'a'), node('Div', 'a c127', 'b')]],
  ['1 less x / 255', [0, 255], [node('Div', 'x c255', 'a'), node('Sub', 'one a', 'b')]],
  ['less a mean of pixels', [0, 255], [node('Sub', 'x mean255', 'a')]],
  ['less a mean of pixels, divided by their deviation', [0, 255], [node('Sub', 'x mean255', 'a'), node('Div', 'a std255', 'b')]],
  ['/ 255, mean, deviation', [0, 255], [node('Div', 'x c255', 'a'), node('Sub', 'a mean', 'b'), node('Div', 'b std', 'c')]],
  ['a batch norm of pixels', [0, 255], [node('BatchNormalization', 'x scale bias running variance', 'a')]],
  [
    'after a cast and a transposition',
    [0, 255],
    [node('Identity', 'x', 'i'), node('Transpose', 'i', 't', { perm: [0, 2, 3, 1] }), node('Sub', 't last', 'a')],
  ],
  ['mean and deviation of 0 to 1', [0, 1], [node('Sub', 'x mean', 'a'), node('Div', 'a std', 'b')]],
  ['2 x - 1', [0, 1], [node('Mul', 'x two', 'a'), node('Sub', 'a one', 'b')]],
  ['a batch norm of 0 to 1', [0, 1], [node('BatchNormalization', 'x scale bias small smallVariance', 'a')]],
  ['(x + 1) / 2', [-1, 1], [node('Add', 'x one', 'a'), node('Mul', 'a half', 'b')]],
  ['127.5 x + 127.5', [-1, 1], [node('Mul', 'x c127', 'a'), node('Add', 'a c127', 'b')]],
  ['times 255', undefined, [node('Mul', 'x c255', 'a')]],
  ['times 2', undefined, [node('Mul', 'x two', 'a')]],
  ['a ReLU first', undefined, [node('Relu', 'x', 'r'), node('Mul', 'r by255', 'a')]],
  ['a factor for each pixel', undefined, [node('Mul', 'x plane', 'a')]],
  ['times itself', undefined, [node('Mul', 'x x', 'a')]],
  ['beside another use of the input', undefined, [node('Mul', 'x by255', 'a'), node('Add', 'a x', 'b')]],
])('%s', (_, range, nodes) => {
  expect(rangeOf(nodes)).toEqual(range);
});

test('the first node that rescales is named', () => {
  const nodes = [node('Identity', 'x', 'i'), { ...node('Div', 'i c255', 'a'), name: 'rescaling' }, node('Sub', 'a one', 'y')];
  const graph = importModel(buildModel({ inputs: { x: [1, 3, 4, 4] }, initializers: INITIALIZERS, nodes, outputs: ['y'] })).graph;
  expect(inputScaling(graph, [0, 255])?.node).toEqual({ op: 'Div', name: 'rescaling' });
});
