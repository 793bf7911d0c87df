import { expect, test } from 'vitest';
import { operatorReference } from '../support/operator_reference.js';

test('docs/operators.md is what the table of operators says (npm run docs writes it)', async () => {
  await expect(operatorReference()).toMatchFileSnapshot('../../docs/operators.md');
});
