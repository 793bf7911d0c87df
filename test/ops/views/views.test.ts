import { describe, expect, test } from 'vitest';
import { constantOf, type PlainNode, plainNode } from '../../../src/doctor/cases/plain_node.js';
import { type OpType, operators } from '../../../src/ops/index.js';

const integers = (...values: number[]) => constantOf(values, 'int');

function shapeOf(op: OpType, node: PlainNode) {
  expect(operators[op].view).toBe(true);
  const reading = operators[op].read(plainNode({ op, ...node }));
  expect(reading.inputs).toEqual([0]);
  return reading.shape;
}

describe('Reshape', () => {
  const reshaped = (shape: readonly number[], target: number[], rest: Partial<PlainNode> = {}) =>
    shapeOf('Reshape', { inputs: [shape, integers(...target)], ...rest });

  test.each([
    ['sizes', [1, 6, 2], [1, 3, 4], [1, 3, 4]],
    ['-1', [1, 6, 2], [1, -1], [1, 12]],
    ['0 copies', [1, 6, 2], [0, 0, -1], [1, 6, 2]],
    ['a scalar', [1, 1], [], []],
    ['a batch of 64 that was fixed at export', [1, 6, 2], [64, 12], [1, 12]],
    ['a batch of 5 before -1 that does not divide', [1, 6, 2], [5, -1], [1, 12]],
    ['no batch: a first axis that fits', [1, 6, 2], [3, 4], [3, 4]],
  ])('%s', (_, shape, target, expected) => {
    expect(reshaped(shape, target)).toEqual(expected);
  });

  test('the batch that the file fixes is recognised even where it divides', () => {
    expect(reshaped([1, 6, 2], [2, -1], { batch: 2 })).toEqual([1, 12]);
    expect(reshaped([1, 6, 2], [2, -1])).toEqual([2, 6]);
    expect(reshaped([1, 6, 2], [2, 6], { batch: 2 }), 'without it the elements would not fit').toEqual([2, 6]);
    expect(reshaped([3, 4], [2, -1], { batch: 2 }), 'the input has no batch axis any more').toEqual([2, 6]);
  });

  test('allowzero makes 0 a size', () => {
    expect(() => reshaped([1, 6], [0, 6], { opset: 14, attributes: { allowzero: 1 } })).toThrow('target shape [0,6] does not hold');
    expect(reshaped([1, 6], [0, 6], { opset: 13, attributes: { allowzero: 1 } })).toEqual([1, 6]);
  });

  test('refuses what does not fit', () => {
    expect(() => reshaped([1, 6], [1, 5])).toThrow('Reshape "n": target shape [1,5] does not hold the 6 elements of 1x6');
    expect(() => reshaped([1, 6], [1, 4, -1])).toThrow('target shape [1,4,-1] does not hold the 6 elements of 1x6');
    expect(() => reshaped([1, 6], [-1, -1])).toThrow('target shape [-1,-1] (sizes, 0, and at most one -1)');
    expect(() => reshaped([1, 6], [-2, 6])).toThrow('target shape [-2,6]');
    expect(() => reshaped([1, 6], [1, 6, 0])).toThrow('target shape [1,6,0] copies axis 2 of 1x6 (an axis that the input has)');
    expect(() => reshaped([1, 6], [1, 1, 1, 1, 1, 1, 1, 1, 6])).toThrow('9 axes (at most 8)');
    expect(() => shapeOf('Reshape', { inputs: [[1, 6], [2]] })).toThrow('input 1 is computed from the image');
  });
});

describe('Flatten', () => {
  test.each([
    [{}, [1, 12]],
    [{ axis: 0 }, [1, 12]],
    [{ axis: 2 }, [3, 4]],
    [{ axis: 3 }, [12, 1]],
    [{ axis: -1 }, [3, 4]],
    [{ axis: -3 }, [1, 12]],
  ])('%o', (attributes, expected) => {
    expect(shapeOf('Flatten', { inputs: [[1, 3, 4]], attributes })).toEqual(expected);
  });

  test('refuses an axis that is not there', () => {
    expect(() => shapeOf('Flatten', { inputs: [[1, 3]], attributes: { axis: 3 } })).toThrow('Flatten "n": axis 3 of 2 axes (-2 to 2)');
    expect(() => shapeOf('Flatten', { inputs: [[1, 3]], attributes: { axis: -3 } })).toThrow('axis -3 of 2 axes');
  });
});

describe('Squeeze', () => {
  test.each<[string, PlainNode, number[]]>([
    ['opset 7, an attribute', { opset: 7, inputs: [[1, 3, 1, 1]], attributes: { axes: [2, 3] } }, [1, 3]],
    ['opset 11, from behind', { opset: 11, inputs: [[1, 3, 1]], attributes: { axes: [-1] } }, [1, 3]],
    ['opset 13, an input', { opset: 13, inputs: [[1, 3, 1, 1], integers(-1, 2)] }, [1, 3]],
    ['opset 13, an attribute of another opset', { opset: 13, inputs: [[1, 3, 1]], attributes: { axes: [2] } }, [3]],
    ['absent: all', { opset: 21, inputs: [[1, 3, 1]] }, [3]],
  ])('%s', (_, node, expected) => {
    expect(shapeOf('Squeeze', node)).toEqual(expected);
  });

  test('refuses an axis of another size', () => {
    expect(() => shapeOf('Squeeze', { opset: 7, inputs: [[1, 3]], attributes: { axes: [1] } })).toThrow(
      'Squeeze "n": axis 1 of 1x3 has size 3 (only axes of size 1 can be squeezed)',
    );
  });
});

describe('Unsqueeze', () => {
  test.each<[string, PlainNode, number[]]>([
    ['opset 7, an attribute', { opset: 7, inputs: [[2, 3]], attributes: { axes: [0, 3] } }, [1, 2, 3, 1]],
    ['opset 13, an input, from behind', { opset: 13, inputs: [[2, 3], integers(-1, 1)] }, [2, 1, 3, 1]],
    ['a scalar', { opset: 13, inputs: [[], integers(0)] }, [1]],
  ])('%s', (_, node, expected) => {
    expect(shapeOf('Unsqueeze', node)).toEqual(expected);
  });

  test('refuses axes that are absent, twice there or out of range', () => {
    expect(() => shapeOf('Unsqueeze', { opset: 13, inputs: [[2]] })).toThrow('Unsqueeze "n": axes are absent');
    expect(() => shapeOf('Unsqueeze', { opset: 13, inputs: [[2], integers(0, -3)] })).toThrow('axes 0,-3 name an axis twice');
    expect(() => shapeOf('Unsqueeze', { opset: 13, inputs: [[2], integers(2)] })).toThrow('axis 2 of 2 axes');
  });

  test.each(['Squeeze', 'Unsqueeze'] as const)('%s refuses axes that are no integers, which only a float constant can hold', (op) => {
    expect(() => shapeOf(op, { opset: 13, inputs: [[1, 2], constantOf([0.5])] })).toThrow('axes holds 0.5 (integers)');
    expect(() => shapeOf(op, { opset: 13, inputs: [[1, 2], constantOf([Number.NaN])] })).toThrow('axes holds NaN (integers)');
  });
});

describe('Dropout and Identity', () => {
  const flag = (value: number) => constantOf([value], 'bool', []);
  test.each<[OpType, string, PlainNode]>([
    ['Identity', 'any opset', { inputs: [[1, 3]] }],
    ['Dropout', 'opset 7, a ratio', { opset: 7, inputs: [[1, 3]], attributes: { ratio: 0.3 } }],
    ['Dropout', 'opset 12, a ratio', { opset: 12, inputs: [[1, 3], constantOf([0.5], 'float', [])] }],
    ['Dropout', 'opset 13, not training', { opset: 13, inputs: [[1, 3], null, flag(0)] }],
  ])('%s, %s', (op, _, node) => {
    expect(shapeOf(op, node)).toEqual([1, 3]);
  });

  test('Dropout refuses to train', () => {
    expect(() => shapeOf('Dropout', { opset: 13, inputs: [[1, 3], null, flag(1)] })).toThrow(
      'Dropout "n": training_mode is true (a model exported for inference)',
    );
  });
});
