import { AttributeProto_AttributeType as AttributeType, TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { float, intTensor, rawTensor } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

const bool = (value: boolean) => rawTensor(DataType.BOOL, [], Uint8Array.of(Number(value)));
const local = { domains: { local: 1 } };

/** Branches and loops on constants, and functions of the file's own. */
export const subgraphCases: readonly RewrittenCase[] = [
  ...[true, false].map((condition) =>
    rewrittenCase(
      `If on a constant ${condition}: a branch with constants of its own, and names of outside`,
      [1, 4],
      [
        { op: 'Relu', inputs: ['x'], output: 'r' },
        {
          op: 'If',
          inputs: ['condition'],
          output: ['y'],
          attributes: {
            then_branch: {
              graph: {
                nodes: [
                  { op: 'Mul', inputs: ['r', 'w'], output: 'p' },
                  { op: 'Add', inputs: ['p', 'x'], output: 'q' },
                ],
                initializers: { w: weights([4], 1) },
                outputs: ['q'],
              },
            },
            else_branch: { graph: { nodes: [{ op: 'Neg', inputs: ['r'], output: 'p' }], outputs: ['p'] } },
          },
        },
      ],
      { initializers: { condition: bool(condition) } },
    ),
  ),
  rewrittenCase(
    'If on the shape of the image, of which a branch gives a name of outside, within a branch',
    [1, 4],
    [
      { op: 'Shape', inputs: ['x'], output: 'shape' },
      { op: 'ReduceProd', inputs: ['shape'], output: 'size', attributes: { keepdims: 0 } },
      { op: 'Equal', inputs: ['size', 'four'], output: 'fits' },
      { op: 'Sigmoid', inputs: ['x'], output: 's' },
      {
        op: 'If',
        inputs: ['fits'],
        output: ['p', 'q'],
        attributes: {
          then_branch: {
            graph: {
              nodes: [
                {
                  op: 'If',
                  inputs: ['fits'],
                  output: ['inner'],
                  attributes: {
                    then_branch: { graph: { nodes: [{ op: 'Mul', inputs: ['s', 'x'], output: 't' }], outputs: ['t'] } },
                    else_branch: { graph: { nodes: [{ op: 'Abs', inputs: ['x'], output: 't' }], outputs: ['t'] } },
                  },
                },
                { op: 'Identity', inputs: ['s'], output: 'same' },
              ],
              outputs: ['inner', 'same'],
            },
          },
          else_branch: {
            graph: {
              nodes: [
                { op: 'Abs', inputs: ['x'], output: 'a' },
                { op: 'Abs', inputs: ['s'], output: 'b' },
              ],
              outputs: ['a', 'b'],
            },
          },
        },
      },
      { op: 'Sub', inputs: ['p', 'q'], output: 'y' },
    ],
    { initializers: { four: intTensor([4], []) } },
  ),
  rewrittenCase(
    'Loop of three iterations: what it carries, and what each gives',
    [1, 3],
    [
      {
        op: 'Loop',
        inputs: ['three', 'go', 'x'],
        output: ['last', 'each'],
        attributes: {
          body: {
            graph: {
              inputs: { i: { shape: [], type: DataType.INT64 }, going: { shape: [], type: DataType.BOOL }, state: [1, 3] },
              nodes: [
                { op: 'Cast', inputs: ['i'], output: 'number', attributes: { to: DataType.FLOAT } },
                { op: 'Tanh', inputs: ['state'], output: 't' },
                { op: 'Add', inputs: ['t', 'number'], output: 'next' },
                { op: 'Identity', inputs: ['going'], output: 'goes' },
                { op: 'Mul', inputs: ['next', 'x'], output: 'given' },
              ],
              outputs: ['goes', 'next', 'given'],
            },
          },
        },
      },
      { op: 'Mul', inputs: ['each', 'last'], output: 'y' },
    ],
    { opset: 16, initializers: { three: intTensor([3], []), go: bool(true) } },
  ),
  rewrittenCase(
    'Scan: a state, two scanned inputs, one of them backwards, and results along other axes',
    [1, 3, 4],
    [
      { op: 'Tanh', inputs: ['x'], output: 't' },
      { op: 'Slice', inputs: ['x', 'none', 'one', 'two'], output: 'state' },
      {
        op: 'Scan',
        inputs: ['state', 'x', 't'],
        output: ['last', 'each', 'turned'],
        attributes: {
          num_scan_inputs: 2,
          scan_input_axes: [1, -2],
          scan_input_directions: [0, 1],
          scan_output_axes: [-1, 0],
          scan_output_directions: [0, 1],
          body: {
            graph: {
              inputs: { s: [1, 3, 1], a: [1, 4], b: [1, 4] },
              nodes: [
                { op: 'ReduceMean', inputs: ['a'], output: 'm', attributes: { keepdims: 1 } },
                { op: 'Mul', inputs: ['a', 'b'], output: 'ab' },
                { op: 'Add', inputs: ['s', 'm'], output: 'next' },
                { op: 'Sin', inputs: ['next'], output: 'given' },
              ],
              outputs: ['next', 'ab', 'given'],
            },
          },
        },
      },
      { op: 'Transpose', inputs: ['each'], output: 'e', attributes: { perm: [0, 2, 1] } },
      { op: 'ReduceMean', inputs: ['turned'], output: 'g', attributes: { axes: [1, 2, 3], keepdims: 0 } },
      { op: 'Reshape', inputs: ['g', 'column'], output: 'k' },
      { op: 'Add', inputs: ['e', 'k'], output: 'f' },
      { op: 'Mul', inputs: ['f', 'last'], output: 'y' },
    ],
    { opset: 16, initializers: { none: intTensor([0]), one: intTensor([1]), two: intTensor([2]), column: intTensor([1, 3, 1]) } },
  ),
  rewrittenCase(
    'Loop that ends by its condition',
    [1, 3],
    [
      {
        op: 'Loop',
        inputs: ['', 'go', 'x'],
        output: ['y'],
        attributes: {
          body: {
            graph: {
              inputs: { i: { shape: [], type: DataType.INT64 }, going: { shape: [], type: DataType.BOOL }, state: [1, 3] },
              nodes: [
                { op: 'Tanh', inputs: ['state'], output: 'next' },
                { op: 'Less', inputs: ['i', 'two'], output: 'goes' },
              ],
              outputs: ['goes', 'next'],
            },
          },
        },
      },
    ],
    { opset: 16, initializers: { two: intTensor([2], []), go: bool(true) } },
  ),
  {
    name: 'functions of the file, one in another, with attributes, a default, an absent input and an overload',
    description: {
      opset: 17,
      ...local,
      inputs: { x: [1, 4] },
      outputs: ['y'],
      initializers: { w: weights([4], 2) },
      functions: [
        {
          name: 'Scaled',
          inputs: ['a', 'b', 'unused'],
          outputs: ['c'],
          attributes: { slope: float(0.25) },
          nodes: [
            { op: 'LeakyRelu', inputs: ['a'], output: 'x', attributes: { alpha: { from: 'slope', type: AttributeType.FLOAT } } },
            { op: 'Mul', inputs: ['x', 'b'], output: 'c' },
          ],
        },
        {
          name: 'Twice',
          required: ['bend'],
          inputs: ['a', 'b'],
          outputs: ['first', 'second'],
          nodes: [
            {
              op: 'Scaled',
              domain: 'local',
              inputs: ['a', 'b'],
              output: 'first',
              attributes: { slope: { from: 'bend', type: AttributeType.FLOAT } },
            },
            { op: 'Scaled', domain: 'local', inputs: ['first', 'b'], output: 'second' },
          ],
        },
        { name: 'Twice', overload: 'other', inputs: ['a'], outputs: ['b'], nodes: [{ op: 'Tanh', inputs: ['a'], output: 'b' }] },
      ],
      nodes: [
        { op: 'Twice', domain: 'local', inputs: ['x', 'w'], output: ['p', 'q'], attributes: { bend: float(-0.5) } },
        { op: 'Twice', domain: 'local', overload: 'other', inputs: ['q'], output: 't' },
        { op: 'Add', inputs: ['p', 't'], output: 'y' },
      ],
    },
  },
];
