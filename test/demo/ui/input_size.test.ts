import { expect, test } from 'vitest';
import { parseInputSize } from '../../../demo/ui/lib/input_size.js';

test.each<[string, readonly [number, number]]>([
  ['224', [224, 224]],
  [' 192x256 ', [192, 256]],
  ['192 × 256', [192, 256]],
  ['192X256', [192, 256]],
])('a visitor types "%s" for the size of an input', (typed, size) => {
  expect(parseInputSize(typed)).toEqual(size);
});

test.each(['', '0', '224x0', '-5', '22.4', '12345', '224x', 'x224', '1x2x3', 'large'])('"%s" is no size', (typed) => {
  expect(parseInputSize(typed)).toBeNull();
});
