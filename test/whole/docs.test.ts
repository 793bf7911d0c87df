import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiReference, sectionsOf } from '../support/api_reference.js';
import { methodReference } from '../support/method_reference.js';
import { operatorReference } from '../support/operator_reference.js';

test('docs/operators.md is what the table of operators says (npm run docs writes it)', async () => {
  await expect(operatorReference()).toMatchFileSnapshot('../../docs/operators.md');
});

test('the table in docs/methods.md is the table of methods, and each has a section (npm run docs writes it)', async () => {
  await expect(methodReference()).toMatchFileSnapshot('../../docs/methods.md');
});

test('docs/api.md is what the doc comments say, and every exported name has one (npm run docs writes it)', {
  timeout: 180_000,
}, async () => {
  const { page, complaints, uncommented } = await apiReference();
  await expect(page).toMatchFileSnapshot('../../docs/api.md');
  expect(complaints).toEqual([]);
  expect(uncommented).toEqual([]);
});

test.each(['src/index.ts', 'src/node/index.ts'])('every name that %s exports has a heading in docs/api.md', (entry) => {
  const headings = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8').matchAll(/^### (?:type )?(\w+)$/gm);
  const documented = new Set([...headings].map(([, name]) => name));
  const exported = sectionsOf(entry).flatMap(({ names }) => names);
  expect(exported.length).toBeGreaterThan(10);
  expect(exported.filter((name) => !documented.has(name))).toEqual([]);
});
