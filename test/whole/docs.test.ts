import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sectionsOf } from '../support/api_sections.js';
import { methodReference } from '../support/method_reference.js';
import { operatorReference } from '../support/operator_reference.js';
import { resultReference, resultSchema } from '../support/result_reference.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('docs/operators.md is what the table of operators says (npm run docs writes it)', async () => {
  await expect(operatorReference()).toMatchFileSnapshot('../../docs/operators.md');
});

test('the table in docs/methods.md is the table of methods, and each has a section (npm run docs writes it)', async () => {
  await expect(methodReference()).toMatchFileSnapshot('../../docs/methods.md');
});

test('docs/result-json.md and docs/result.schema.json are what src/api/schema says (npm run docs writes them)', async () => {
  await expect(resultReference()).toMatchFileSnapshot('../../docs/result-json.md');
  await expect(resultSchema()).toMatchFileSnapshot('../../docs/result.schema.json');
});

test('docs/api.md is what the doc comments say, and every exported name has one (npm run docs writes it)', {
  timeout: 180_000,
}, async () => {
  // TypeDoc runs in a process of its own: it wants the compiler and the memory for itself.
  const written = execFileSync(process.execPath, ['--import', 'tsx', 'scripts/api_reference.ts'], { cwd: ROOT, encoding: 'utf8' });
  const { page, complaints, uncommented } = JSON.parse(written);
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
