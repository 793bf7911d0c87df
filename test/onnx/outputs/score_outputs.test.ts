import { describe, expect, test } from 'vitest';
import { importModel, type OutputChoice } from '../../../src/onnx/import.js';
import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { buildModel, buildModelProto, encodeModel, floatTensor, type NodeDescription } from '../../support/onnx_builder.js';

// Which of several outputs holds the class scores.

const node = (op: string, inputs: string, output: string, attributes: NodeDescription['attributes'] = {}): NodeDescription => ({
  op,
  inputs: inputs.split(' '),
  output,
  attributes,
});
const weights = (...shape: [number, number]) => floatTensor(shape, new Array(shape[0] * shape[1]).fill(1));

/** A network of 1 x 1 x 2 x 2 that makes a map, 6 features of it, and 4 scores of these. */
const BODY = [
  node('Relu', 'x', 'map'),
  node('Flatten', 'map', 'flat'),
  node('MatMul', 'flat u', 'f'),
  node('MatMul', 'f v', 'y'),
  node('MatMul', 'flat w', 'beside'),
];
const MODEL = { inputs: { x: [1, 1, 2, 2] }, initializers: { u: weights(4, 6), v: weights(6, 4), w: weights(4, 4) } };

const read = (outputs: readonly string[], more: readonly NodeDescription[] = [], choice: OutputChoice = {}) =>
  importModel(buildModel({ ...MODEL, nodes: [...BODY, ...more], outputs }), choice);
const chosen = (...args: Parameters<typeof read>) => {
  const { graph, info } = read(...args);
  return [graph.output.name, info.furtherOutputs];
};
const identity = (from: string, name: string) => node('Identity', from, name);

describe('the likeliest output is chosen', () => {
  test.each<[string, readonly string[], readonly NodeDescription[], string]>([
    ['a row, not a map', ['map', 'y'], [], 'y'],
    ['scores, not the features they are computed from', ['f', 'y'], [], 'y'],
    ['the first of equal ones', ['beside', 'y'], [], 'beside'],
    ['logits before their softmax', ['y', 'p'], [node('Softmax', 'y', 'p', { axis: 1 })], 'y'],
    ['by a name that says scores', ['beside', 'cls_logits'], [identity('y', 'cls_logits')], 'cls_logits'],
    ['not by one that says features', ['image_embeds', 'y'], [identity('beside', 'image_embeds')], 'y'],
    ['not an auxiliary one', ['aux_logits', 'logits'], [identity('beside', 'aux_logits'), identity('y', 'logits')], 'logits'],
    ['scores, not the number of a class', ['label', 'beside'], [node('ArgMax', 'y', 'label', { axis: 1 })], 'beside'],
    ['one that can be computed', ['unknown', 'y'], [node('Bernoulli', 'y', 'unknown')], 'y'],
  ])('%s', (_, outputs, more, expected) => {
    expect(chosen(outputs, more)).toEqual([expected, outputs.filter((name) => name !== expected)]);
  });

  test('of equal ones that with as many numbers as there are labels', () => {
    const five = [node('Concat', 'y one', 'five', { axis: 1 }), node('Slice', 'y', 'unused')].slice(0, 1);
    const model = { ...MODEL, initializers: { ...MODEL.initializers, one: weights(1, 1) } };
    const bytes = buildModel({ ...model, nodes: [...BODY, ...five], outputs: ['beside', 'five'] });
    expect(importModel(bytes, { labels: 4 }).graph.output.name).toBe('beside');
    expect(importModel(bytes, { labels: 5 }).graph.output.name).toBe('five');
  });

  test('outputs of another type are none of them', () => {
    const model = buildModelProto({
      ...MODEL,
      nodes: [...BODY, node('Cast', 'y', 'label', { to: DataType.INT64 })],
      outputs: ['label', 'y'],
    });
    for (const output of model.graph?.output ?? []) {
      const elemType = output.name === 'label' ? DataType.INT64 : DataType.FLOAT;
      output.type = { $typeName: 'onnx.TypeProto', tensorType: { $typeName: 'onnx.TypeProto.Tensor', elemType } } as typeof output.type;
    }
    expect(importModel(encodeModel(model)).graph.output.name).toBe('y');
  });

  test('may be one of a list of tensors, as scripted networks give it', () => {
    const more = [node('SequenceConstruct', 'map y', 'list')];
    expect(chosen(['list'], more)).toEqual(['y', []]);
    expect(chosen(['f', 'list'], more, { name: 'list' })).toEqual(['y', ['f']]);
  });

  test('where none can be computed, the first says why', () => {
    const more = [node('Bernoulli', 'y', 'a'), node('Unique', 'y', 'b')];
    expect(() => read(['a', 'b'], more)).toThrow('unsupported operator Bernoulli');
  });
});

describe('an output by its name', () => {
  test('is taken, whatever it looks like', () => {
    const { graph, info } = read(['f', 'y', 'map'], [], { name: 'map' });
    expect([graph.output.name, info.furtherOutputs, info.outputNamed]).toEqual(['map', ['f', 'y'], true]);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Relu']);
  });

  test('may be the number of the class', () => {
    const more = [node('ArgMax', 'y', 'label', { axis: 1 })];
    expect(chosen(['beside', 'label'], more, { name: 'label' })).toEqual(['y', ['beside']]);
  });

  test('that does not exist is refused with those that do', () => {
    expect(() => read(['f', 'y'], [], { name: 'logits' })).toThrow('the model has no output "logits" (one of f, y)');
  });
});
