import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { type Example, examplesOf, MODULES, moduleOf, PAGES } from '../support/examples.js';

// Every example of README.md and docs/*.md (docs/api.md has those of the doc comments) is TypeScript that compiles against what the library exports.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What TypeScript says of these examples, all compiled in one program. */
function complaintsAbout(examples: readonly Example[]): string[] {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const sources = new Map(examples.map((example, index) => [`${ROOT}test/whole/example_${index}.ts`, example]));
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.getSourceFile = (path, ...more) => {
    const example = sources.get(path);
    return example ? ts.createSourceFile(path, moduleOf(example), ts.ScriptTarget.ES2022) : getSourceFile(path, ...more);
  };
  const paths = { pathlight: [`${ROOT}src/index.ts`], 'pathlight/node': [`${ROOT}src/node/index.ts`] };
  const types = ['node', '@webgpu/types'];
  const lenient = { noUnusedLocals: false, noUnusedParameters: false, verbatimModuleSyntax: false, isolatedModules: false };
  const program = ts.createProgram([...sources.keys()], { ...options, ...lenient, types, paths }, host);
  return [...sources].flatMap(([path, { where }]) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(({ messageText }) => `${where}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
  );
}

describe('examples', () => {
  test('all compile, and one that does not is seen', { timeout: 180_000 }, () => {
    const examples = PAGES.flatMap((page) => examplesOf(page));
    expect(examples.length).toBeGreaterThan(50);
    const wrong = { where: 'planted', code: 'const [first] = await predict(session, image, { sginal: undefined });\n' };
    const complaints = complaintsAbout([...examples, wrong]);
    expect(complaints.filter((complaint) => !complaint.startsWith('planted'))).toEqual([]);
    expect(complaints.join()).toMatch(/planted: .*'sginal' does not exist in type 'RunOptions'/s);
  });

  test('every name that the library exports stands in one', () => {
    const code = PAGES.flatMap((page) => examplesOf(page).map((example) => example.code)).join('\n');
    const names = Object.values(MODULES).flat();
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
  });
});
