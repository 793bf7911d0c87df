import { expect, test } from 'vitest';
import { importModel } from '../../src/onnx/import.js';
import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { buildModel, intTensor, type ModelDescription, rawTensor } from '../support/onnx_builder.js';

const identity = { nodes: [{ op: 'Identity', inputs: ['x'], output: 'b' }], outputs: ['b'] };
const body = (nodes: ModelDescription['nodes'], outputs: readonly string[]) => ({
  graph: { inputs: { i: { shape: [], type: DataType.INT64 }, go: { shape: [], type: DataType.BOOL }, s: [1, 3] }, nodes, outputs },
});
const TRUE = rawTensor(DataType.BOOL, [], Uint8Array.of(1));
const around = { opset: 17, inputs: { x: [1, 3] }, outputs: ['y'] };
const loop = (count: number, nodes: ModelDescription['nodes'], outputs = ['go', 'n']): ModelDescription => ({
  ...around,
  initializers: { count: intTensor([count], []), true: TRUE },
  nodes: [{ op: 'Loop', name: 'l', inputs: ['count', 'true', 'x'], output: ['y'], attributes: { body: body(nodes, outputs) } }],
});
/** Functions f0, f1, ..., each of which calls the next twice. */
const doubling = Array.from({ length: 30 }, (_, k) => ({
  name: `f${k}`,
  inputs: ['a'],
  outputs: ['c'],
  nodes: [
    { op: `f${k + 1}`, domain: 'local', inputs: ['a'], output: 'b' },
    { op: `f${k + 1}`, domain: 'local', inputs: ['b'], output: 'c' },
  ],
}));
const calls = (functions: NonNullable<ModelDescription['functions']>): ModelDescription => ({
  ...around,
  domains: { local: 1 },
  functions,
  nodes: [{ op: 'f0', domain: 'local', name: 'call', inputs: ['x'], output: 'y' }],
});

test.each<[what: string, model: ModelDescription, message: string]>([
  [
    'an If on a value of the image',
    {
      ...around,
      nodes: [
        {
          op: 'If',
          name: 'i',
          inputs: ['x'],
          output: 'y',
          attributes: { then_branch: { graph: identity }, else_branch: { graph: identity } },
        },
      ],
    },
    'unsupported operator If, control flow: node "i", opset 17 (a model without branches and loops that depend on the image: traced, or simplified by onnxsim)',
  ],
  [
    'an If without the branch that is taken',
    {
      ...around,
      initializers: { true: TRUE },
      nodes: [{ op: 'If', name: 'i', inputs: ['true'], output: 'y', attributes: { else_branch: { graph: identity } } }],
    },
    'If "i" has no graph "then_branch" of 0 inputs (a branch without inputs, or a body with those of the loop)',
  ],
  [
    'a Loop that never ends',
    {
      ...loop(1, []),
      nodes: [
        {
          ...loop(1, []).nodes[0]!,
          inputs: ['', 'true', 'x'],
          attributes: { body: body([{ op: 'Relu', inputs: ['s'], output: 'n' }], ['go', 'n']) },
        },
      ],
    },
    'Loop "l", opset 17: more than 1024 iterations (fewer)',
  ],
  [
    'a Loop whose condition is computed from the image',
    loop(3, [{ op: 'Relu', inputs: ['s'], output: 'n' }], ['n', 'n']),
    'Loop "l", opset 17: goes on by a condition that depends on the image (a constant number of iterations)',
  ],
  [
    'functions that double the nodes',
    calls([...doubling, { name: 'f30', inputs: ['a'], outputs: ['b'], nodes: [{ op: 'Relu', inputs: ['a'], output: 'b' }] }]),
    'functions, branches, loops and operators in steps come to more than 65536 nodes (a smaller network, or fewer steps)',
  ],
  [
    'a function that calls itself',
    calls([
      { name: 'f0', inputs: ['a'], outputs: ['b'], nodes: [{ op: 'f0', domain: 'local', name: 'again', inputs: ['a'], output: 'b' }] },
    ]),
    'the function "f0" calls itself, through node "call:1/again" (functions that end)',
  ],
])('%s is refused', (_, model, message) => {
  expect(() => importModel(buildModel(model))).toThrow(message);
});
