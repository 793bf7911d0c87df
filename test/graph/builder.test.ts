import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.js';
import type { Graph, GraphNode } from '../../src/graph/graph.js';

const relu = (input: string, output: string): GraphNode => ({ op: 'Relu', name: `to ${output}`, inputs: [input], output, attributes: {} });

/** x -> a -> y, and x + c -> dead. */
const source: Graph = {
  name: 'source',
  opset: 13,
  input: { name: 'x', shape: [1, 2] },
  output: { name: 'y', shape: [1, 2] },
  nodes: [
    relu('x', 'a'),
    { op: 'Add', name: 'unused', inputs: ['x', 'c'], output: 'dead', attributes: {} },
    { op: 'Flatten', name: 'last', inputs: ['a'], output: 'y', attributes: {} },
  ],
  shapes: new Map([
    ['x', [1, 2]],
    ['a', [1, 2]],
    ['dead', [1, 2]],
    ['y', [1, 2]],
  ]),
  constants: new Map([['c', { shape: [2], type: 'float', data: Float32Array.of(1, 2) }]]),
};

function copied(): GraphBuilder {
  const builder = new GraphBuilder(source);
  for (const node of source.nodes) builder.append(node);
  return builder;
}

describe('build', () => {
  test('keeps what leads to the output, in order, and the input', () => {
    const graph = copied().build();
    expect(graph.nodes).toEqual([source.nodes[0], source.nodes[2]]);
    expect([...graph.shapes.keys()]).toEqual(['x', 'a', 'y']);
    expect(graph.constants.size).toBe(0);
    expect(graph).toMatchObject({ name: 'source', opset: 13, input: source.input, output: source.output });
  });

  test('takes another value for the output', () => {
    const graph = copied().build('dead');
    expect(graph.output).toEqual({ name: 'dead', shape: [1, 2] });
    expect(graph.nodes.map(({ name }) => name)).toEqual(['unused']);
    expect([...graph.constants.keys()]).toEqual(['c']);
  });

  test('takes the input itself for the output', () => {
    const graph = copied().build('x');
    expect(graph.nodes).toEqual([]);
    expect(graph.output).toEqual(source.input);
  });

  test('leaves the source as it was', () => {
    const builder = copied();
    builder.addConstant('c', [1], Float32Array.of(5));
    builder.add('a', [1, 2], { op: 'Relu', inputs: ['a'], attributes: {} });
    builder.build();
    expect([source.nodes.length, source.shapes.size, source.constants.size]).toEqual([3, 4, 1]);
  });
});

describe('what is added', () => {
  test('has a name of its own, a shape, and attributes', () => {
    const builder = copied();
    const names = [1, 2, 3].map(() => builder.add('y', [1, 2], { op: 'Clip', inputs: ['y'], attributes: { min: 0, max: 1 } }));
    expect(names).toEqual(['y.clip', 'y.clip.2', 'y.clip.3']);
    expect(builder.shape('y.clip.2')).toEqual([1, 2]);
    const { nodes } = builder.build(names[1]);
    expect(nodes.at(-1)).toEqual({ op: 'Clip', name: 'y.clip.2', inputs: ['y'], output: 'y.clip.2', attributes: { min: 0, max: 1 } });
  });

  test('avoids the names of the file, of values and of constants', () => {
    const shapes = new Map([...source.shapes, ['a.relu', [1, 2]] as const]);
    const constants = new Map([['a.constant', source.constants.get('c')!]]);
    const builder = new GraphBuilder({ ...source, shapes, constants });
    expect(builder.add('a', [1, 2], { op: 'Relu', inputs: ['a'], attributes: {} })).toBe('a.relu.2');
    expect(builder.addConstant('a', [1], Float32Array.of(1))).toBe('a.constant.2');
  });

  test('may be a constant, which is kept where a node reads it', () => {
    const builder = new GraphBuilder(source);
    const [read, unread] = [builder.addConstant('c', [1], Float32Array.of(3)), builder.addConstant('c', [1], Float32Array.of(4))];
    builder.append({ op: 'Add', name: 'sum', inputs: ['x', read], output: 'y', attributes: {} });
    expect(builder.constant(unread)?.data[0]).toBe(4);
    expect(builder.shape(read)).toEqual([1]);
    expect([...builder.build().constants.keys()]).toEqual([read]);
  });
});
