import { describe, expect, test } from 'vitest';
import { constantOf, type PlainNode, plainNode } from '../../../src/doctor/cases/plain_node.js';
import { operators } from '../../../src/ops/index.js';

const floats = (...values: number[]) => constantOf(values);
const integers = (...values: number[]) => constantOf(values, 'int');

function read(op: 'Resize' | 'Upsample', node: Partial<PlainNode>) {
  const reading = operators[op].read(plainNode({ op, opset: 19, inputs: [[1, 1, 4, 4]], ...node }));
  return { shape: reading.shape, axes: reading.attributes.axes };
}

describe('Resize', () => {
  const sizes = (...list: number[]) => [[1, 1, 4, 4], null, null, integers(...list)] as const;

  test.each<[string, number[]]>([
    ['floor', [0, 0, 1, 1, 2, 3]],
    ['ceil', [0, 1, 2, 2, 3, 3]],
    ['round_prefer_floor', [0, 0, 1, 2, 2, 3]],
    ['round_prefer_ceil', [0, 1, 1, 2, 3, 3]],
  ])('the nearest element by %s', (nearest_mode, places) => {
    // Places -1/6, 1/2, 7/6, 11/6, 5/2, 19/6.
    const attributes = { mode: 'nearest', nearest_mode };
    expect(read('Resize', { inputs: sizes(1, 1, 6, 4), attributes }).axes).toEqual([
      { axis: 2, first: [0, 1, 2, 3, 4, 5, 6], places, weights: Array(6).fill(1) },
    ]);
  });

  test.each(['constructor', '__proto__', 'toString'])('no element by %s', (word) => {
    const nearest = { inputs: sizes(1, 1, 6, 4), attributes: { mode: 'nearest', nearest_mode: word } };
    expect(() => read('Resize', nearest)).toThrow(expect.objectContaining({ code: 'node.known' }));
    const coordinates = { inputs: sizes(1, 1, 6, 4), attributes: { mode: 'nearest', coordinate_transformation_mode: word } };
    expect(() => read('Resize', coordinates)).toThrow(expect.objectContaining({ code: 'node.known' }));
  });

  test.each<[string, number[]]>([
    ['half_pixel', [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]],
    ['asymmetric', [0, 0.5, 1, 1.5, 2, 2.5, 3, 3]],
    ['align_corners', [0, 3 / 7, 6 / 7, 9 / 7, 12 / 7, 15 / 7, 18 / 7, 3]],
  ])('places between two elements by %s', (coordinate_transformation_mode, places) => {
    const [axis] = read('Resize', { inputs: sizes(1, 1, 4, 8), attributes: { mode: 'linear', coordinate_transformation_mode } }).axes;
    // Along the axis 0, 1, 2, 3 an element is where it lies.
    places.forEach((place, i) => {
      const taps = axis!.places.slice(axis!.first[i], axis!.first[i + 1]);
      const at = taps.reduce((sum, from, k) => sum + from * axis!.weights[axis!.first[i]! + k]!, 0);
      expect(at).toBeCloseTo(place, 6);
    });
  });

  test.each(['linear', 'cubic'])('places are those of the formula, to the last bit of float64, where elements are mixed by %s', (mode) => {
    const inputs = [[1, 1, 1, 240], null, null, integers(1, 1, 1, 224)];
    // A cubic with this coefficient has the place itself along the axis 0, 1, 2, ... Rounded to float32 it is off by 1e-5.
    const [axis] = read('Resize', { inputs, attributes: { mode, cubic_coeff_a: -0.5 } }).axes;
    const at = (i: number) => {
      const [from, to] = [axis?.first[i] ?? 0, axis?.first[i + 1] ?? 0];
      return axis?.places.slice(from, to).reduce((sum, place, k) => sum + place * (axis.weights[from + k] ?? 0), 0);
    };
    for (const i of [1, 100, 200, 221]) expect(at(i)).toBeCloseTo(((i + 0.5) * 240) / 224 - 0.5, 11);
  });

  test('an aspect ratio that is kept, and the batch size of the file', () => {
    const attributes = { mode: 'nearest', axes: [2, 3], keep_aspect_ratio_policy: 'not_larger' };
    expect(read('Resize', { inputs: sizes(8, 6), attributes }).shape).toEqual([1, 1, 6, 6]);
    expect(read('Resize', { inputs: sizes(7, 1, 8, 8), batch: 7 }).shape).toEqual([1, 1, 8, 8]);
  });

  test('a crop of any extent has only elements of the axis', () => {
    const attributes = { axes: [2, 3], mode: 'linear', antialias: 1, coordinate_transformation_mode: 'tf_crop_and_resize' };
    const crop = (start: number, end: number, scale: number) =>
      read('Resize', { inputs: [[1, 1, 4, 4], floats(start, 0, end, 1), floats(scale, 1)], attributes }).axes;
    const [wide] = crop(0, 1e12, 2e-12);
    expect(wide!.first.length - 1).toBe(8);
    expect(wide!.places.length).toBe(wide!.first[1]);
    // The first place is NaN, infinity times 0.
    const inputs = [[1, 1, 4, 4], floats(-3e38, 0, 3e38, 1), null, integers(2, 4)] as const;
    expect(read('Resize', { inputs, attributes }).axes).toEqual([{ axis: 2, first: [0, 0, 0], places: [], weights: [] }]);
  });

  test.each<['Resize' | 'Upsample', Partial<PlainNode>, string]>([
    ['Resize', { inputs: sizes(1, 1, 8, 8), attributes: { mode: 'quintic' } }, 'mode is quintic (nearest, linear, cubic)'],
    [
      'Upsample',
      { opset: 9, inputs: [[1, 1, 4, 4], floats(1, 1, 2, 2)], attributes: { mode: 'cubic' } },
      'mode is cubic (nearest, linear)',
    ],
    ['Resize', { inputs: sizes(1, 1, 2, 2), attributes: { coordinate_transformation_mode: 'tf_crop_and_resize' } }, 'input 1 is absent'],
    [
      'Resize',
      {
        inputs: [[1, 1, 4, 4], floats(0, 1), null, integers(1, 1, 2, 2)],
        attributes: { coordinate_transformation_mode: 'tf_crop_and_resize' },
      },
      'roi [0,1] for 4 axes (8 numbers, starts, then ends)',
    ],
    ['Resize', { inputs: sizes(1, 1, 4, 2e9) }, 'makes axis 3 one of 2000000000 (1 to 1048576)'],
    ['Resize', { inputs: sizes(1, 1, 2) }, 'scales [] and sizes [1,1,2] for 4 axes of 1x1x4x4 (one of the two, a positive number an axis)'],
    ['Resize', { inputs: [[1, 1, 4, 4], null, [4]] }, 'input 2 is computed from the image'],
    ['Upsample', { opset: 9, inputs: [[1, 1, 4, 4], floats(1, 1, 0, 2)] }, 'scales [1,1,0,2] and sizes [] for 4 axes'],
  ])('refuses %s', (op, node, message) => {
    expect(() => read(op, node)).toThrow(`${op} "n": ${message}`);
  });
});
