import { expect, test } from 'vitest';
import { OFFERED, ruleOf } from '../../../demo/lib/methods.js';
import { METHODS } from '../../../src/index.js';

test('every method of the library is offered', () => {
  expect(OFFERED.map(({ name }) => name)).toEqual(METHODS);
});

test('only ig has a rule, and not with exact steps', () => {
  const rule = 'left';
  expect(ruleOf({ method: 'ig', steps: 4, rule })).toEqual({ rule });
  expect(ruleOf({ method: 'ig', steps: 'exact', rule })).toEqual({});
  expect(ruleOf({ method: 'blur-ig', steps: 4, rule })).toEqual({});
});
