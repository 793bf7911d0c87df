import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compactShader } from '../../../demo/build/shaders.js';

const SHADERS = readdirSync('shaders', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.wgsl'));

/** Words, numbers and signs of WGSL and of templates, and single characters. */
const TOKEN = /[A-Za-z_$][\w$]*|\d[\w.]*|->|&&|\|\||\+\+|--|<<=?|>>=?|[<>=!+\-*/%&|^]=|\S/g;

/** What a compiler and the templates see: words and signs, and the lines of comments that templates read. */
function tokensOf(source: string): string[] {
  return source.split('\n').flatMap((line) => {
    const read = /^\/\/ (?:frame|requires): .*/.exec(line);
    return read ? [read[0]] : (line.replace(/\/\/.*/, '').match(TOKEN) ?? []);
  });
}

test('the page has every shader as it is, without comments, indentation and needless blanks', () => {
  const sources = SHADERS.map((name) => readFileSync(`shaders/${name}`, 'utf8'));
  expect(sources.length).toBeGreaterThan(70);
  for (const source of sources) expect(tokensOf(compactShader(source))).toEqual(tokensOf(source));
  const sizes = [sources, sources.map(compactShader)].map((texts) => texts.join('').length);
  expect(sizes[1]! / sizes[0]!).toBeLessThan(0.75);
});

test('lines that templates read stay where they are', () => {
  expect(
    compactShader(
      '// about\n// frame: pointwise\nfn f() { // here\n  #if A + 1\n    x = 1;\n\n  #end\n  let y: vec2<f32> = a * (b + c) - d; if (e >= f) { g($n, $h); }\n}\n',
    ),
  ).toBe('// frame: pointwise\nfn f(){\n#if A + 1\nx=1;\n#end\nlet y:vec2<f32> = a*(b+c)- d;if(e >= f){g($n,$h);}\n}\n');
});
