import { expect, test } from 'vitest';
import { docFiles } from '../../../demo/build/docs.js';

const files = docFiles();
const pageOf = (name: string) => String(files.get(name)?.());

test('every link of the documentation beside the page leads to a page that is there', () => {
  const names = [...files.keys()].filter((name) => name.endsWith('.html') && !/^(api|zoo)/.test(name));
  expect(names).toContain('index.html');
  const broken = names.flatMap((name) =>
    [...pageOf(name).matchAll(/(?:href|src)="([^"#:]+)(?:#[^"]*)?"/g)].flatMap(([, to = '']) => {
      const { pathname } = new URL(to, `http://page/docs/${name}`);
      return pathname === '/' || files.has(pathname.slice('/docs/'.length)) ? [] : [`${name}: ${to}`];
    }),
  );
  expect(broken).toEqual([]);
});

test('what lies outside docs comes along, and what is not served is no link', () => {
  expect(pageOf('index.html')).toContain('<a href="page.html">');
  expect(pageOf('contributing.html')).not.toMatch(/href="[^"]*\.(ts|md)"/);
});
