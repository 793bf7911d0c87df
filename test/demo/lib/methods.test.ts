import { expect, test } from 'vitest';
import { OFFERED, ruleOf } from '../../../demo/lib/methods.js';

test('every method is offered that needs nothing but the picture', () => {
  const names = OFFERED.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['ig', 'deeplift', 'saliency', 'input-x-gradient', 'guided-ig', 'blur-ig', 'grad-cam', 'occlusion']),
  );
  expect(names).not.toContain('expected-gradients');
});

test('only ig has a rule, and not with exact steps', () => {
  const rule = 'left';
  expect(ruleOf({ method: 'ig', steps: 4, rule })).toEqual({ rule });
  expect(ruleOf({ method: 'ig', steps: 'exact', rule })).toEqual({});
  expect(ruleOf({ method: 'blur-ig', steps: 4, rule })).toEqual({});
});
