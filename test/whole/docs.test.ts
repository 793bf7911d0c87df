import { expect, test } from 'vitest';
import { methodReference } from '../support/method_reference.js';
import { operatorReference } from '../support/operator_reference.js';

test('docs/operators.md is what the table of operators says (npm run docs writes it)', async () => {
  await expect(operatorReference()).toMatchFileSnapshot('../../docs/operators.md');
});

test('the table in docs/methods.md is the table of methods, and each has a section (npm run docs writes it)', async () => {
  await expect(methodReference()).toMatchFileSnapshot('../../docs/methods.md');
});
