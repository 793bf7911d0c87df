import { describe, expect, test } from 'vitest';
import { constantOf, type PlainNode, plainNode } from '../../../src/doctor/cases/plain_node.js';
import { type OpType, operators } from '../../../src/ops/index.js';
import { backwardArguments, forwardArguments, NOWHERE, placesOf } from '../../../src/ops/movement/index_map.js';

const integers = (...values: number[]) => constantOf(values, 'int');
const read = (op: OpType, node: PlainNode) => operators[op].read(plainNode({ op, ...node }));

describe('walks', () => {
  test('say for every element where it comes from', () => {
    expect([
      ...placesOf({
        sizes: [2, 3],
        axes: [
          { from: 1, count: 3 },
          { from: 0, count: 2 },
        ],
      }),
    ]).toEqual([0, 3, 1, 4, 2, 5]);
    expect([...placesOf({ sizes: [5], axes: [{ from: 0, begin: 4, step: -2, count: 3 }, { count: 2 }] })]).toEqual([4, 4, 2, 2, 0, 0]);
    expect([...placesOf({ sizes: [2], axes: [{ from: 0, begin: -1, count: 4 }] })]).toEqual([NOWHERE, 0, 1, NOWHERE]);
  });

  test('are joined where elements lie end to end', () => {
    const rows = {
      sizes: [4, 3, 5],
      axes: [
        { from: 0, begin: 1, count: 2 },
        { from: 1, count: 3 },
        { from: 2, count: 5 },
      ],
    };
    expect(forwardArguments(rows)).toMatchObject({ constants: { CHECKED: 0, COPIES: 0 }, parameters: { base: 15, rank: 1 } });
    expect(backwardArguments(rows)).toMatchObject({ constants: { CHECKED: 1, COPIES: 0 }, parameters: { base: 0, rank: 1 } });
  });

  test('of a step that does not divide its axis, or of too many axes, are left to a table', () => {
    expect(backwardArguments({ sizes: [7], axes: [{ from: 0, step: 2, count: 4 }] })).toBeUndefined();
    expect(backwardArguments({ sizes: [8], axes: [{ from: 0, step: 2, count: 4 }] })).toBeDefined();
    const turned = Array.from({ length: 9 }, (_, axis) => ({ from: 8 - axis, count: 2 }));
    expect(forwardArguments({ sizes: Array(9).fill(2), axes: turned })).toBeUndefined();
  });
});

describe('Split', () => {
  test.each<[string, Partial<PlainNode>, number[], number]>([
    ['equal parts', { opset: 12, outputs: 3, output: 2 }, [1, 2], 4],
    ['sizes by attribute', { opset: 12, outputs: 2, output: 1, attributes: { axis: 1, split: [1, 5] } }, [1, 5], 1],
    ['sizes by input', { opset: 13, outputs: 2, output: 1, attributes: { axis: -1 }, inputs: [[1, 6], integers(4, 2)] }, [1, 2], 4],
    ['the last part smaller', { opset: 18, outputs: 4, output: 3, attributes: { axis: 1, num_outputs: 4 }, inputs: [[1, 7]] }, [1, 1], 6],
  ])('%s', (_, node, shape, begin) => {
    const reading = read('Split', { inputs: [[1, 6]], attributes: { axis: 1 }, ...node });
    expect(reading).toEqual({ attributes: { axis: 1, begin }, shape, inputs: [0] });
  });

  test('refuses sizes that do not add up', () => {
    const split = (node: Partial<PlainNode>) => read('Split', { inputs: [[1, 6]], attributes: { axis: 1 }, ...node });
    expect(() => split({ opset: 12, outputs: 4 })).toThrow('Split "n": splits 6 into 4 parts for 4 outputs (equal parts)');
    expect(() => split({ outputs: 2, inputs: [[1, 6], integers(2, 3)] })).toThrow('splits 6 into 2 + 3 for 2 outputs (a size an output,');
    expect(() => split({ opset: 18, outputs: 2, attributes: { axis: 1, num_outputs: 3 } })).toThrow('splits 6 into 3 parts for 2 outputs');
  });
});

describe('what movements refuse', () => {
  const planes = [1, 6, 4, 4];
  test.each<[OpType, PlainNode, string]>([
    ['Slice', { inputs: [[1, 6], [1], [1]] }, 'input 1 is computed from the image'],
    ['Gather', { inputs: [[1, 6], [2]] }, 'input 1 is computed from the image'],
    ['Expand', { inputs: [[1, 6], integers(2, 5)] }, 'shape 1x6 does not stretch to [2,5] (sizes, from the last axis on, equal or 1)'],
    ['Tile', { inputs: [[1, 6], integers(2)] }, 'repeats [2] for shape 1x6 (one of at least 0 an axis)'],
    [
      'Where',
      {
        inputs: [
          [1, 6],
          [1, 6],
          [1, 5],
        ],
      },
      'shapes 1x6 and 1x5 do not broadcast',
    ],
    ['DepthToSpace', { inputs: [planes], attributes: { blocksize: 2 } }, '6 channels into blocks of 2x2 (a multiple of 4)'],
    ['DepthToSpace', { inputs: [planes], attributes: { blocksize: 1, mode: 'RCD' } }, 'mode is RCD (DCR or CRD)'],
    ['SpaceToDepth', { inputs: [planes], attributes: { blocksize: 3 } }, 'planes of 4x4 in blocks of 3x3 (multiples of 3)'],
    [
      'SpaceToDepth',
      { inputs: [[1, 6]], attributes: { blocksize: 2 } },
      'an input of shape 1x6 (four axes: batch, channels, rows, columns)',
    ],
  ])('%s', (op, node, message) => {
    expect(() => read(op, node)).toThrow(`${op} "n": ${message}`);
  });

  test('a batch size that an Expand of a computed value repeats is none', () => {
    expect(read('Expand', { inputs: [[1, 3, 1], integers(4, 3, 5)], batch: 4 }).shape).toEqual([1, 3, 5]);
    expect(read('Expand', { inputs: [[1, 3, 1], integers(4, 3, 5)] }).shape).toEqual([4, 3, 5]);
  });
});
