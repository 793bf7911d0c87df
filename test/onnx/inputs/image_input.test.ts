import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { importModel } from '../../../src/onnx/import.js';
import type { BoundValue } from '../../../src/onnx/inputs/bind.js';
import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import {
  buildModel,
  type Dimension,
  floatTensor,
  type ModelDescription,
  type NodeDescription,
  type ValueDescription,
} from '../../support/onnx_builder.js';

// Which input is the image, constants in the place of the others, and inputs that are not floats.

const scale: readonly NodeDescription[] = [
  { op: 'Mul', inputs: ['x', 'm'], output: 'scaled' },
  { op: 'Sub', inputs: ['scaled', 'shift'], output: 'y' },
];

/** y = x m - shift, of 1 x 2 elements. */
const model = (m: ValueDescription, rest: Partial<ModelDescription> = {}): Uint8Array =>
  buildModel({ inputs: { m, x: ['N', 2] }, initializers: { shift: floatTensor([2], [1, 2]) }, nodes: scale, outputs: ['y'], ...rest });

async function outputsOf(bytes: Uint8Array, bind: Readonly<Record<string, BoundValue>>): Promise<number[]> {
  const { outputs } = await new CpuExecutor(importModel(bytes, { input: { bind } }).graph).forward(Float32Array.of(3, 5), 1);
  return Array.from(outputs);
}

describe('a constant in the place of an input is', () => {
  test.each<[string, readonly Dimension[], BoundValue, readonly number[]]>([
    ['a number', [], 2, [5, 8]],
    ['a number for all elements', ['N', 2], 2, [5, 8]],
    ['a list', [1, 2], [2, 3], [5, 13]],
    ['a list for an open axis', ['n'], [2, 3], [5, 13]],
    ['an array', [1, 2], { shape: [1, 2], data: Float64Array.of(2, 3) }, [5, 13]],
    ['an array with other axes of 1', [1, 1, 2], { shape: [2], data: Float32Array.of(2, 3) }, [5, 13]],
  ])('%s', async (_, axes, value, outputs) => {
    expect(await outputsOf(model(axes), { m: value })).toEqual(outputs);
  });

  test('kept beside what the file says of itself', () => {
    const { info, graph } = importModel(model([]), { input: { bind: { m: 2 } } });
    expect(graph.input.name).toBe('x');
    expect(info.boundInputs).toEqual(['m']);
  });

  test('in the place of an initialiser that is an input as well', async () => {
    const bytes = model([], {
      inputs: { x: [1, 2], shift: [2] },
      initializers: { m: floatTensor([], [2]), shift: floatTensor([2], [1, 2]) },
    });
    expect(await outputsOf(bytes, {})).toEqual([5, 8]);
    expect(await outputsOf(bytes, { shift: 0 })).toEqual([6, 10]);
  });

  test.each<[string, ValueDescription, Readonly<Record<string, BoundValue>>, string]>([
    [
      'none',
      [],
      {},
      'the model has 2 inputs: m, x (one input, the image; constants in the place of the others: --bind m=NUMBER, or m=FILE.npy; "bind" in the .json file beside the model)',
    ],
    ['of another name', [], { n: 1 }, 'the model has no input "n" that could be bound (one of m, x)'],
    ['all inputs', [], { m: 1, x: 1 }, 'all inputs of the model are bound to constants: m, x (one input, the image)'],
    ['no number', [], { m: Number.NaN }, 'the input "m" is bound to NaN (finite numbers)'],
    ['no integer', { shape: [], type: DataType.INT64 }, { m: 0.5 }, 'the input "m" is bound to 0.5 (whole numbers)'],
    ['of another size', ['N', 2], { m: [1, 2, 3] }, 'the input "m" is bound to an array of shape 3 (Nx2)'],
    ['of too many elements', [1, 2 ** 25], { m: 1 }, 'input "m" has shape 1x33554432: 33554432 elements (1 to 16777216)'],
  ])('refused: %s', (_, m, bind, message) => {
    expect(() => importModel(model(m), { input: { bind } })).toThrow(message);
  });
});

describe('an input that nothing on the way to the scores reads', () => {
  test('is left out', () => {
    const { graph, info } = importModel(
      model(['N', 7], {
        initializers: { m: floatTensor([], [2]), shift: floatTensor([2], [1, 2]) },
        inputs: { unread: ['N', 7], x: ['N', 2] },
      }),
    );
    expect(graph.input.name).toBe('x');
    expect(info.unreadInputs).toEqual(['unread']);
  });
});

describe('an input of integers', () => {
  const cast: NodeDescription = { op: 'Cast', inputs: ['image'], output: 'x', attributes: { to: DataType.FLOAT } };
  const of = (type: DataType, nodes: readonly NodeDescription[] = [cast]) =>
    model([], {
      inputs: { image: { shape: [1, 2], type } },
      initializers: {
        m: floatTensor([], [2]),
        shift: floatTensor([2], [1, 2]),
        two: { ...floatTensor([], [2]), dataType: DataType.INT32, floatData: [], int32Data: [2] },
      },
      nodes: [...nodes, ...scale],
    });

  test.each([DataType.UINT8, DataType.INT8, DataType.INT32, DataType.INT64])(
    'of type %s is read as the numbers that it holds',
    async (type) => {
      expect(await outputsOf(of(type), {})).toEqual([5, 8]);
      expect(importModel(of(type)).info.inputType).toBe('int');
    },
  );

  test('has quotients without fractions, and no wrapping sums', async () => {
    const halved = [
      { op: 'Div', inputs: ['image', 'two'], output: 'half' },
      { ...cast, inputs: ['half'] },
    ];
    expect(await outputsOf(of(DataType.INT32, halved), {})).toEqual([1, 2]);
    const moved = [
      { op: 'Transpose', inputs: ['image'], output: 't' },
      { op: 'Sub', name: 's', inputs: ['t', 't'], output: 'd' },
      { ...cast, inputs: ['d'] },
    ];
    expect(() => importModel(of(DataType.UINT8, moved))).toThrow(
      'Sub "s" computes with the integers of few bits of input "image", which wrap around (a Cast to float before it)',
    );
  });

  test.each([DataType.FLOAT16, DataType.BFLOAT16, DataType.DOUBLE])('floats of type %s are floats', async (type) => {
    expect(await outputsOf(of(type), {})).toEqual([5, 8]);
  });

  test.each([
    [DataType.STRING, 'STRING'],
    [DataType.FLOAT8E4M3FN, 'FLOAT8E4M3FN'],
    [DataType.COMPLEX64, 'COMPLEX64'],
  ])('of type %s is refused', (type, name) => {
    expect(() => importModel(of(type))).toThrow(`input "image" has elements of type ${name} (floats, integers or booleans)`);
  });
});
