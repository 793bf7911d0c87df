import { describe, expect, test } from 'vitest';
import { importModel } from '../../src/onnx/import.js';
import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { buildModel, buildModelProto, encodeModel, float, floatTensor, intTensor, type NodeDescription } from '../support/onnx_builder.js';

const ops = (bytes: Uint8Array) => importModel(bytes).graph.nodes.map(({ op }) => op);

/** x of 1x3x4x4, reshaped to what `nodes` compute as `target`. */
function reshaped(nodes: NodeDescription[], opset = 13, initializers = {}) {
  const bytes = buildModel({
    opset,
    inputs: { x: ['N', 3, 4, 4] },
    initializers,
    nodes: [...nodes, { op: 'Reshape', inputs: ['x', 'target'], output: 'y' }],
    outputs: ['y'],
  });
  return importModel(bytes).graph;
}

describe('an ArgMax at the end', () => {
  const end = (nodes: NodeDescription[], outputs: string[]) =>
    importModel(
      buildModel({
        inputs: { x: ['N', 4] },
        initializers: { shape: intTensor([-1]) },
        nodes: [{ op: 'Relu', inputs: ['x'], output: 'scores' }, ...nodes],
        outputs,
      }),
    );

  test.each<[string, NodeDescription[]]>([
    ['alone', [{ op: 'ArgMax', inputs: ['scores'], output: 'y', attributes: { axis: -1 } }]],
    [
      'with its axis taken away and cast',
      [
        { op: 'ArgMax', inputs: ['scores'], output: 'i', attributes: { axis: 1, keepdims: 0 } },
        { op: 'Cast', inputs: ['i'], output: 'j', attributes: { to: DataType.INT32 } },
        { op: 'Reshape', inputs: ['j', 'shape'], output: 'y' },
      ],
    ],
  ])('%s is taken off: the scores are the output', (_, nodes) => {
    const { graph } = end(nodes, ['y']);
    expect(graph.output).toEqual({ name: 'scores', shape: [1, 4] });
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Relu']);
  });

  test('of a further output is not looked at', () => {
    const { graph, info } = end([{ op: 'ArgMax', inputs: ['scores'], output: 'y', attributes: { axis: -1 } }], ['scores', 'y']);
    expect(graph.output.name).toBe('scores');
    expect(info.furtherOutputs).toEqual(['y']);
  });
});

describe('what a file says', () => {
  const description = {
    inputs: { x: ['N', 2] },
    initializers: { w: floatTensor([2], [1, 2]) },
    nodes: [
      { op: 'Add', inputs: ['x', 'w'], output: 'sum' },
      { op: 'Relu', name: 'r', inputs: ['sum'], output: 'y' },
      { op: 'Relu', inputs: ['x'], output: 'z' },
    ],
    outputs: ['y', 'z'],
  };

  test('becomes names, shapes and constants of what leads to the first output', () => {
    const { graph } = importModel(buildModel({ ...description, name: 'g', opset: 9 }));
    expect(graph).toEqual({
      name: 'g',
      opset: 9,
      input: { name: 'x', shape: [1, 2] },
      output: { name: 'y', shape: [1, 2] },
      nodes: [
        { op: 'Add', name: 'Add_0', inputs: ['x', 'w'], output: 'sum', attributes: {} },
        { op: 'Relu', name: 'r', inputs: ['sum'], output: 'y', attributes: {} },
      ],
      shapes: new Map([
        ['y', [1, 2]],
        ['sum', [1, 2]],
        ['x', [1, 2]],
      ]),
      constants: new Map([['w', { shape: [2], type: 'float', data: Float32Array.of(1, 2) }]]),
    });
  });

  test('of itself is kept beside the graph', () => {
    const model = buildModelProto(description);
    model.producerName = 'tool';
    model.producerVersion = '1.2';
    model.metadataProps = [{ $typeName: 'onnx.StringStringEntryProto', key: 'labels', value: 'a,b' }];
    expect(importModel(encodeModel(model)).info).toEqual({
      producer: 'tool 1.2',
      opset: 13,
      output: 'y',
      furtherOutputs: ['z'],
      outputNamed: false,
      quantisers: 0,
      openAxes: [],
      inputType: 'float',
      inputPixels: [0, 255],
      boundInputs: [],
      unreadInputs: [],
      dataFiles: [],
      metadata: { labels: 'a,b' },
    });
  });

  test('may list initialisers as inputs, as opset 8 had to', () => {
    const bytes = buildModel({ ...description, inputs: { w: [2], x: [1, 2] } });
    expect(importModel(bytes).graph.input.name).toBe('x');
  });

  test('may be out of order', () => {
    expect(ops(buildModel({ ...description, nodes: [...description.nodes].reverse() }))).toEqual(['Add', 'Relu']);
  });

  test('may hold unsupported operators where they do not lead to the first output', () => {
    expect(
      ops(buildModel({ ...description, nodes: [...description.nodes.slice(0, 2), { op: 'Einsum', inputs: ['x'], output: 'z' }] })),
    ).toEqual(['Add', 'Relu']);
  });

  test('may be a chain of 20,000 nodes', () => {
    const nodes = Array.from({ length: 20000 }, (_, i) => ({ op: 'Relu', inputs: [`v${i}`], output: `v${i + 1}` }));
    expect(ops(buildModel({ inputs: { v0: ['N', 2] }, nodes, outputs: ['v20000'] })).length).toBe(20000);
  });
});

describe('the batch', () => {
  test.each([['N'], [1], [7], [-1], [0]])('axis %s becomes 1', (batch) => {
    const { graph } = importModel(
      buildModel({ inputs: { x: [batch, 2] }, nodes: [{ op: 'Relu', inputs: ['x'], output: 'y' }], outputs: ['y'] }),
    );
    expect(graph.input.shape).toEqual([1, 2]);
  });

  test('that an export fixed in a Reshape constant is mended', () => {
    const { graph } = importModel(
      buildModel({
        inputs: { x: [4, 3, 4, 4] },
        initializers: { target: intTensor([4, -1]) },
        nodes: [{ op: 'Reshape', inputs: ['x', 'target'], output: 'y' }],
        outputs: ['y'],
      }),
    );
    expect(graph.output.shape).toEqual([1, 48]);
  });
});

describe('folding', () => {
  test('the shape arithmetic that PyTorch writes for x.view(x.size(0), -1) goes', () => {
    const graph = reshaped([
      { op: 'Shape', inputs: ['x'], output: 'shape' },
      { op: 'Constant', output: 'zero', attributes: { value: intTensor([0], []) } },
      { op: 'Gather', inputs: ['shape', 'zero'], output: 'batch', attributes: { axis: 0 } },
      { op: 'Constant', output: 'axes', attributes: { value_ints: [0] } },
      { op: 'Unsqueeze', inputs: ['batch', 'axes'], output: 'first' },
      { op: 'Constant', output: 'rest', attributes: { value: intTensor([-1]) } },
      { op: 'Concat', inputs: ['first', 'rest'], output: 'target', attributes: { axis: 0 } },
    ]);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Reshape']);
    expect(graph.output.shape).toEqual([1, 48]);
    expect(graph.constants.size).toBe(0);
  });

  test('Slice, Div and Cast on shapes keep integers: 3 / 2 is 1', () => {
    const graph = reshaped(
      [
        { op: 'Shape', inputs: ['x'], output: 'shape' },
        { op: 'Slice', inputs: ['shape'], output: 'channels', attributes: { starts: [1], ends: [2] } },
        { op: 'Div', inputs: ['channels', 'two'], output: 'half' },
        { op: 'Cast', inputs: ['half'], output: 'cast', attributes: { to: DataType.INT64 } },
        { op: 'Concat', inputs: ['cast', 'rest'], output: 'target', attributes: { axis: 0 } },
      ],
      9,
      { two: intTensor([2]), rest: intTensor([-1]) },
    );
    expect(graph.output.shape).toEqual([1, 48]);
  });

  test('an integer division by 0 is refused', () => {
    const nodes = [{ op: 'Div', name: 'd', inputs: ['one', 'zero'], output: 'target' }];
    expect(() => reshaped(nodes, 13, { one: intTensor([1]), zero: intTensor([0]) })).toThrow(
      'Div "d", opset 13: makes an integer that is not finite (no division by 0)',
    );
  });

  test('nodes of which only the shape is read go, whatever the rest of the graph needs', () => {
    const graph = reshaped([
      { op: 'Relu', inputs: ['x'], output: 'r' },
      { op: 'Size', inputs: ['r'], output: 'size' },
      { op: 'Constant', output: 'axes', attributes: { value_ints: [0] } },
      { op: 'Unsqueeze', inputs: ['size', 'axes'], output: 'target' },
    ]);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Reshape']);
    expect([...graph.shapes.keys()].sort()).toEqual(['x', 'y']);
  });

  test('weights that are computed from weights are computed in float64, and kept in float32 where that loses nothing', () => {
    const { constants } = importModel(
      buildModel({
        inputs: { x: ['N', 2] },
        initializers: { a: floatTensor([2], [1, 2]), three: floatTensor([], [3]) },
        nodes: [
          { op: 'Div', inputs: ['a', 'three'], output: 'thirds' },
          { op: 'Mul', inputs: ['a', 'three'], output: 'threes' },
          { op: 'Add', inputs: ['x', 'thirds'], output: 's' },
          { op: 'Add', inputs: ['s', 'threes'], output: 'y' },
        ],
        outputs: ['y'],
      }),
    ).graph;
    expect([...constants.keys()].sort()).toEqual(['thirds', 'threes']);
    expect(constants.get('thirds')!.data).toEqual(Float64Array.of(1 / 3, 2 / 3));
    expect(constants.get('threes')!.data).toEqual(Float32Array.of(3, 6));
  });

  test.each([
    ['value_float', float(0.5), [], 0.5],
    ['value_floats', float([0.5]), [1], 0.5],
    ['value_int', 2, [], 2],
    ['value_ints', [2], [1], 2],
    ['value', floatTensor([1], [0.25]), [1], 0.25],
  ])('Constant reads %s', (attribute, value, shape, number) => {
    const { graph } = importModel(
      buildModel({
        inputs: { x: ['N', 2] },
        nodes: [
          { op: 'Constant', output: 'c', attributes: { [attribute]: value } },
          { op: 'Add', inputs: ['x', 'c'], output: 'y' },
        ],
        outputs: ['y'],
      }),
    );
    expect(graph.constants.get('c')).toMatchObject({ shape, data: { 0: number } });
  });
});

test('a half-precision export runs in float32: casts of the image among floats do nothing', () => {
  const { graph } = importModel(
    buildModel({
      inputs: { x: { shape: ['N', 2], type: DataType.FLOAT16 } },
      nodes: [{ op: 'Cast', inputs: ['x'], output: 'y', attributes: { to: DataType.FLOAT } }],
      outputs: ['y'],
    }),
  );
  expect(graph.nodes.map(({ op }) => op)).toEqual(['Identity']);
});
