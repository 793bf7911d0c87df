import { describe, expect, test } from 'vitest';
import { constantOf, type PlainNode, plainNode } from '../../../src/doctor/cases/plain_node.js';
import { fold as foldNode } from '../../../src/onnx/fold.js';
import { FoldingBudget } from '../../../src/onnx/folding_budget.js';
import type { Tensor } from '../../../src/tensor/tensor.js';

const int = (values: number[], shape?: number[]) => constantOf(values, 'int', shape);
const bool = (values: number[], shape?: number[]) => constantOf(values, 'bool', shape);

function fold(op: string, inputs: PlainNode['inputs'], rest: Omit<PlainNode, 'op' | 'inputs'> = {}): Tensor {
  return foldNode(plainNode({ op, inputs, ...rest }), new FoldingBudget(0));
}

const matrix = int([0, 1, 2, 3, 4, 5], [2, 3]);

/** Operator, inputs, type and values of the result, its shape (that of the first input by default), opset and attributes. */
type Case = [string, PlainNode['inputs'], string, number[], (number[] | undefined)?, Omit<PlainNode, 'op' | 'inputs'>?];

describe('elementwise', () => {
  test.each<Case>([
    ['Abs', [int([-2, 3])], 'int', [2, 3]],
    ['Neg', [int([-2, 3])], 'int', [2, -3]],
    ['Sign', [int([-2, 0, 3])], 'int', [-1, 0, 1]],
    ['Floor', [constantOf([-1.5, 1.5])], 'float', [-2, 1]],
    ['Ceil', [constantOf([-1.5, 1.5])], 'float', [-1, 2]],
    ['Round', [constantOf([0.5, 1.5, -2.5, 2.25])], 'float', [0, 2, -2, 2]],
    ['Sqrt', [constantOf([4, 9])], 'float', [2, 3]],
    ['Exp', [constantOf([0])], 'float', [1]],
    ['Sin', [constantOf([0])], 'float', [0]],
    ['Cos', [constantOf([0])], 'float', [1]],
    ['Log', [constantOf([1])], 'float', [0]],
    ['Reciprocal', [constantOf([4])], 'float', [0.25]],
    ['Equal', [int([1, 2]), int([2])], 'bool', [0, 1]],
    ['Less', [int([1, 2]), int([2])], 'bool', [1, 0]],
    ['LessOrEqual', [int([1, 2, 3]), int([2])], 'bool', [1, 1, 0]],
    ['Greater', [int([1, 2, 3]), int([2])], 'bool', [0, 0, 1]],
    ['GreaterOrEqual', [int([1, 2, 3]), int([2])], 'bool', [0, 1, 1]],
    ['Pow', [int([2, 3]), int([3])], 'int', [8, 27]],
    ['Mod', [int([-7, 7]), int([3])], 'int', [2, 1]],
    ['Mod', [int([-7, 7]), int([3])], 'int', [-1, 1], undefined, { attributes: { fmod: 1 } }],
    ['Max', [int([1, 5]), int([3]), int([2])], 'int', [3, 5]],
    ['Min', [int([1, 5]), int([3])], 'int', [1, 3]],
    ['Where', [bool([0, 1]), int([1, 2]), int([-1])], 'int', [-1, 2]],
    ['Expand', [int([7]), int([2, 3])], 'int', [7, 7, 7, 7, 7, 7], [2, 3]],
    ['Expand', [int([1, 2], [2, 1]), int([1, 1])], 'int', [1, 2], [2, 1]],
    ['Cast', [constantOf([-1.5, 2.5])], 'int', [-1, 2], undefined, { attributes: { to: 7 } }],
    ['Cast', [int([0, 2])], 'bool', [0, 1], undefined, { attributes: { to: 9 } }],
    ['Cast', [bool([0, 1])], 'float', [0, 1], undefined, { attributes: { to: 1 } }],
    ['CastLike', [constantOf([2.5]), int([0])], 'int', [2]],
  ])('%s', check);
});

describe('indexing', () => {
  test.each<Case>([
    ['Shape', [[2, 3, 4]], 'int', [2, 3, 4], [3]],
    ['Shape', [[2, 3, 4]], 'int', [3, 4], [2], { opset: 15, attributes: { start: 1 } }],
    ['Shape', [[2, 3, 4]], 'int', [2, 3], [2], { opset: 15, attributes: { start: -3, end: -1 } }],
    ['Size', [[2, 3, 4]], 'int', [24], []],
    ['Gather', [matrix, int([1], [])], 'int', [3, 4, 5], [3]],
    ['Gather', [matrix, int([-1, 0])], 'int', [2, 0, 5, 3], [2, 2], { attributes: { axis: 1 } }],
    ['Slice', [matrix], 'int', [1, 2, 4, 5], [2, 2], { opset: 9, attributes: { starts: [1], ends: [1000], axes: [1] } }],
    ['Slice', [matrix, int([0, -2]), int([1, 2 ** 62])], 'int', [1, 2], [1, 2]],
    ['Slice', [matrix, int([-1]), int([-(2 ** 62)]), int([1]), int([-2])], 'int', [2, 0, 5, 3], [2, 2]],
    ['Slice', [matrix, int([2]), int([1]), int([1])], 'int', [], [2, 0]],
    ['Tile', [matrix, int([1, 2])], 'int', [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5], [2, 6]],
    ['ConstantOfShape', [int([2, 1])], 'float', [0, 0], [2, 1]],
    ['ConstantOfShape', [int([2])], 'int', [5, 5], [2], { attributes: { value: int([5]) } }],
    ['Range', [int([5], []), int([0], []), int([-2], [])], 'int', [5, 3, 1], [3]],
    ['NonZero', [int([0, 7, 0, 1, 0, 2], [2, 3])], 'int', [0, 1, 1, 1, 0, 2], [2, 3]],
    ['NonZero', [bool([0, 0])], 'int', [], [1, 0]],
    ['ScatterND', [int([1, 2, 3]), int([-1, 0], [2, 1]), int([8, 9])], 'int', [9, 2, 8]],
    ['ScatterND', [matrix, int([1], [1, 1]), int([7, 8, 9], [1, 3])], 'int', [0, 1, 2, 7, 8, 9], [2, 3]],
  ])('%s', check);
});

describe('reductions', () => {
  test.each<Case>([
    ['ReduceProd', [int([2, 3, 4])], 'int', [24], [1]],
    ['ReduceProd', [int([2, 3, 4])], 'int', [24], [], { attributes: { keepdims: 0 } }],
    ['ReduceSum', [matrix], 'int', [3, 12], [2, 1], { opset: 11, attributes: { axes: [1] } }],
    ['ReduceSum', [matrix, int([0])], 'int', [3, 5, 7], [3], { opset: 13, attributes: { keepdims: 0 } }],
    ['ReduceSum', [matrix], 'int', [0, 1, 2, 3, 4, 5], [2, 3], { opset: 13, attributes: { noop_with_empty_axes: 1 } }],
    ['ReduceL1', [int([-2, 3, -4])], 'int', [9], [1]],
    ['ReduceL2', [constantOf([-3, 4], 'float')], 'float', [5], [], { opset: 17, attributes: { keepdims: 0 } }],
    ['ReduceMax', [matrix], 'int', [2, 5], [2, 1], { opset: 17, attributes: { axes: [-1] } }],
    ['ReduceMin', [matrix, int([1])], 'int', [0, 3], [2, 1], { opset: 18 }],
  ])('%s', check);
});

function check(...[op, inputs, type, values, shape, rest]: Case): void {
  const result = fold(op, inputs, rest);
  expect(result.type).toBe(type);
  expect(Array.from(result.data)).toEqual(values);
  expect(result.shape).toEqual(shape ?? (inputs[0] as Tensor).shape);
}

describe('refusals', () => {
  test.each<[string, PlainNode['inputs'], string, Omit<PlainNode, 'op' | 'inputs'>?]>([
    ['Equal', [int([1, 2]), int([1, 2, 3])], 'Equal "n": shapes 2 and 3 do not broadcast (sizes, from the last axis on, equal or 1)'],
    ['Gather', [matrix, int([2])], 'Gather "n": index 2 into an axis of 2 (-2 to 1)'],
    ['Gather', [matrix, int([0])], 'Gather "n": axis 2 of 2 axes (-2 to 1)', { attributes: { axis: 2 } }],
    ['Slice', [matrix, int([0]), int([1, 2])], 'Slice "n": starts 0 and ends 1,2 (as many ends as starts)'],
    ['Slice', [matrix, int([0]), int([1]), null, int([0])], 'Slice "n": starts 0, axes 0 and steps 0 (as many of each, and no step 0)'],
    ['Tile', [matrix, int([2])], 'Tile "n": repeats [2] for shape 2x3 (one of at least 0 an axis)'],
    ['Tile', [matrix, int([1, 1e9])], 'Tile "n": computes a constant in 54000000000 operations, after 32 for others (at most 268435456'],
    ['ConstantOfShape', [int([-1])], 'ConstantOfShape "n": makes a constant of shape -1 (whole sizes of at least 0)'],
    ['Range', [int([0]), int([5]), int([0])], 'Range "n": makes a constant of shape Infinity (whole sizes of at least 0)'],
    ['Range', [int([0, 1]), int([5]), int([1])], 'Range "n": input 0 of shape 2 (one number)'],
    ['Expand', [int([1]), int([1e9])], 'Expand "n": computes a constant in 9000000000 operations, after 8 for others (at most 268435456'],
    ['ScatterND', [int([1, 2]), constantOf([0.5], 'float', [1, 1]), int([9])], 'ScatterND "n": index 0.5 into an axis of 2 (-2 to 1)'],
    ['ReduceSum', [matrix, constantOf([0.5])], 'ReduceSum "n": axes holds 0.5 (integers)'],
    ['ScatterND', [matrix, int([0], [1, 1]), int([7])], 'ScatterND "n": updates 1 at indices 1x1 of 2x3 (an update for each index)'],
    ['ScatterND', [int([1]), int([0, 0], [1, 2]), int([7])], 'ScatterND "n": updates 1 at indices 1x2 of 1 (an update for each index)'],
    ['ScatterND', [int([1, 2]), int([2], [1, 1]), int([9])], 'ScatterND "n": index 2 into an axis of 2 (-2 to 1)'],
    ['Cast', [int([1])], 'Cast "n": casts to data type 8 (floats, integers or booleans)', { attributes: { to: 8 } }],
    ['Sqrt', [[1, 4]], 'Sqrt "n": input 0 is computed from the image'],
  ])('%s', (op, inputs, message, rest) => {
    expect(() => fold(op, inputs, rest)).toThrow(message);
  });
});
