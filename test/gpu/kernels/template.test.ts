// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are the templates'

import { describe, expect, test } from 'vitest';
import { expandTemplate } from '../../../src/gpu/kernels/template.js';

const expand = (text: string, constants?: Record<string, number>) => expandTemplate('test', text, constants);

test('a text without directives comes out as it is', () => {
  const text = 'fn f() {\n  return;\n}\n';
  expect(expand(text)).toBe(text);
});

test('constants have defaults and can be given', () => {
  const text = '#constant TILE 4\nlet a = ${TILE * 2 + 1}u;\nlet b = x$TILE;';
  expect(expand(text)).toBe('let a = 9u;\nlet b = x4;');
  expect(expand(text, { TILE: 8 })).toBe('let a = 17u;\nlet b = x8;');
});

test('loops repeat their lines, nested ones too, and may be empty', () => {
  const text = '#for p in 0..2\n#for q in p..2\nx${p}_$q\n#end\n#end\n#for r in 3..3\nnever\n#end';
  expect(expand(text)).toBe('x0_0\nx0_1\nx1_1');
});

test('a loop may have several variables, the last the innermost', () => {
  expect(expand('#for p in 0..2, q in p..2\nx${p}_$q\n#end')).toBe('x0_0\nx0_1\nx1_1');
});

describe('what is included', () => {
  const texts: Readonly<Record<string, string>> = {
    constants: '#constant TILE 4\n#constant HALF TILE / 2\n',
    store: 'y$q = x$q * ${HALF};\n',
    loop: '#include loop',
  };
  const include = (text: string, constants?: Record<string, number>) => expandTemplate('test', text, constants, (file) => texts[file]);

  test('stands where it is included, and sees the names that are known there', () => {
    const text = '#include constants\n#for q in 0..2\n#include store\n#end';
    expect(include(text)).toBe('y0 = x0 * 2;\ny1 = x1 * 2;');
    expect(include(text, { TILE: 10 })).toBe('y0 = x0 * 5;\ny1 = x1 * 5;');
  });

  test.each([
    ['#include nothing', 'test.wgsl line 1: nothing does not exist'],
    ['#include loop', 'loop.wgsl line 1: loop includes itself'],
    ['a\n#include store', 'store.wgsl line 1: q is neither a number nor a name that is known'],
  ])('%j is refused, with its own line', (text, message) => {
    expect(() => include(text)).toThrow(message);
  });
});

test('conditions keep one branch, within loops and within what is left out', () => {
  const text = '#for p in 0..3\n#if p == 1\none\n#else\n#if p > 1 && !(p == 5)\nmore\n#end\n#end\n#end';
  expect(expand(text)).toBe('one\nmore');
});

test.each([
  ['1 + 2 * 3 - 4', 3],
  ['(1 + 2) * 3 % 5', 4],
  ['7 / 2 - -1', 4],
  ['0 - 7 / 2', -3],
  ['1 < 2 == 1 || 0', 1],
  ['3 >= 4 && 1', 0],
  ['8 - 3 - 2', 3],
  ['1 != 1', 0],
])('%s = %d', (expression, value) => {
  expect(expand(`\${${expression}}`)).toBe(String(value));
});

test.each([
  ['#for p in 0..2\nx', 'line 1: has no #end (#for p in 0..2)'],
  ['#if 1\nx', 'line 1: has no #end'],
  ['x\n#end', 'line 2: #end or #else without #for or #if'],
  ['#for p\n#end', 'line 1: not of the form #for NAME in FIRST..END'],
  ['#unroll 3', 'line 1: no directive is called #unroll'],
  ['$TILE', 'line 1: TILE is neither a number nor a name that is known'],
  ['${1 +}', 'line 1: the end is neither'],
  ['${(1}', 'line 1: a parenthesis is not closed'],
  ['${1 2}', 'line 1: "2" is not expected'],
])('%j is refused', (text, message) => {
  expect(() => expand(text)).toThrow(message);
});

test('a constant that the template does not have is refused', () => {
  expect(() => expand('#constant TILE 4', { PIXELS: 2 })).toThrow('kernel test has no constant PIXELS (one of: TILE)');
});
