import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

// Pages name files of the project: all of them are there.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');
const DOCS = readdirSync(`${ROOT}docs`).filter((name) => name.endsWith('.md'));
const PAGES = ['README.md', 'CONTRIBUTING.md', 'demo/README.md', ...DOCS.map((name) => `docs/${name}`)];

/** Targets of links that lead to files of the project, relative to the root. */
function linksOf(page: string): string[] {
  const targets = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target)).map((target) => posix.join(posix.dirname(page), target));
}

test.each(PAGES)('every file that %s links to is there', (page) => {
  expect(linksOf(page).filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
});

test('docs/README.md leads to every page of docs', () => {
  const linked = linksOf('docs/README.md');
  expect(DOCS.map((name) => `docs/${name}`).filter((path) => path !== 'docs/README.md' && !linked.includes(path))).toEqual([]);
});

describe('docs/glossary.md', () => {
  const entries = [...read('docs/glossary.md').matchAll(/^\| \*\*(.+?)\*\* \| (.+) \| `(.+)` \|$/gm)];
  const WORDS = entries.map(([, word = '', meaning = '', path = '']) => ({ word, meaning, path }));

  test('has about thirty words, each once, with a file that is there', () => {
    expect(WORDS.length).toBeGreaterThan(24);
    expect(new Set(WORDS.map(({ word }) => word)).size).toBe(WORDS.length);
    expect(WORDS.filter(({ path }) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  });

  test('says each in one sentence', () => {
    expect(WORDS.filter(({ meaning }) => !/^[A-Z][^.]*\.$/.test(meaning))).toEqual([]);
  });
});
