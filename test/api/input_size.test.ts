import { describe, expect, test } from 'vitest';
import { createSession, type SessionOptions } from '../../src/api/session.js';

import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import {
  buildModel,
  type Dimension,
  floatTensor,
  intTensor,
  type NodeDescription,
  type ValueDescription,
} from '../support/onnx_builder.js';

// The size of the input, where the file leaves it open.

/** A network that takes a picture of any size: the mean of each channel, and two classes. */
function pooled(axes: ValueDescription, nodes: readonly NodeDescription[] = []): Uint8Array {
  return buildModel({
    inputs: { x: axes },
    initializers: { w: floatTensor([2, 3], [1, 2, 3, -1, 0, 1]), rows: intTensor([1, 3]) },
    nodes: [
      ...nodes,
      { op: 'GlobalAveragePool', inputs: [nodes.at(-1)?.output.toString() ?? 'x'], output: 'mean' },
      { op: 'Reshape', inputs: ['mean', 'rows'], output: 'row' },
      { op: 'Gemm', inputs: ['row', 'w'], output: 'y', attributes: { transB: 1 } },
    ],
    outputs: ['y'],
  });
}

describe('is what was stated', () => {
  const open = ['N', 3, 'height', 'width'];
  test.each<[string, readonly Dimension[], SessionOptions, readonly number[], string]>([
    ['by an option', open, { size: 8 }, [1, 3, 8, 8], 'the flags'],
    ['by a setting', open, { preprocessing: { size: [6, 8] } }, [1, 3, 6, 8], 'the flags'],
    ['by the side file', open, { sideFile: { size: [6, 8] } }, [1, 3, 6, 8], 'the side file'],
    ['by both: the option counts', open, { size: [4, 5], sideFile: { size: 8 } }, [1, 3, 4, 5], 'the flags'],
    ['for one axis', ['N', 3, 6, -1], { size: [6, 8] }, [1, 3, 6, 8], 'the flags'],
  ])('%s', async (_, axes, options, shape, from) => {
    const { graph, info, preprocessing } = await createSession(pooled(axes), options);
    expect(graph.input.shape).toEqual(shape);
    expect([preprocessing.height, preprocessing.width]).toEqual(shape.slice(2));
    expect(info.openAxes.map((axis) => axis.from)).toEqual(
      axes.slice(1).flatMap((size) => (typeof size === 'string' || size < 1 ? [from] : [])),
    );
  });

  test('with the channels last', async () => {
    const transposed: NodeDescription = { op: 'Transpose', inputs: ['x'], output: 't', attributes: { perm: [0, 3, 1, 2] } };
    const { graph, info } = await createSession(pooled(['N', 'h', 'w', 3], [transposed]), { size: [6, 8] });
    expect(graph.input.shape).toEqual([1, 6, 8, 3]);
    expect(info.openAxes).toEqual([
      { axis: 1, role: 'height', symbol: 'h', size: 6, from: 'the flags' },
      { axis: 2, role: 'width', symbol: 'w', size: 8, from: 'the flags' },
    ]);
  });
});

describe('is refused', () => {
  test.each<[string, SessionOptions, string]>([
    ['another than the file has', { size: 9 }, "width 9 does not fit the model's input 1x3x8x8 (width 8)"],
    ['no whole number', { size: 1.5 }, 'the flags: "size" is 1.5 (a whole number of pixels for both sides, or [height, width])'],
    [
      'three sides',
      { sideFile: { size: [3, 8, 8] } },
      `the model's .json file: "size" is [3,8,8] (a whole number of pixels for both sides, or [height, width])`,
    ],
  ])('%s', async (_, options, message) => {
    await expect(createSession(pooled(['N', 3, 8, 8]), options)).rejects.toThrow(message);
  });
});

test('pictures become whole numbers from 0 to 255 for an input of integers', async () => {
  const cast: NodeDescription = { op: 'Cast', inputs: ['x'], output: 'float', attributes: { to: DataType.FLOAT } };
  const bytes = pooled({ shape: [1, 3, 2, 2], type: DataType.UINT8 }, [cast]);
  const { preprocessing } = await createSession(bytes);
  expect([preprocessing.range, preprocessing.from.range]).toEqual([[0, 255], 'the type of the input']);
  expect((await createSession(bytes, { preprocessing: { range: [0, 1] } })).preprocessing.range).toEqual([0, 1]);
});
