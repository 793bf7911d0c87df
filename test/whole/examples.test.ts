import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { sectionsOf } from '../support/api_sections.js';

// Every example of README.md and docs/*.md (docs/api.md has those of the doc comments) is TypeScript that compiles against what the library exports.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');
const DOCS = readdirSync(`${ROOT}docs`).filter((name) => name.endsWith('.md'));
const PAGES = ['README.md', ...DOCS.map((name) => `docs/${name}`)];

/** What examples speak of without having made it. */
const GIVEN = `declare const bytes: Uint8Array, otherBytes: Uint8Array, image: Float32Array, other: Float32Array;
declare const session: Session, result: AttributionResult, found: Repair, photo: Picture, picture: Picture;`;

const exportsOf = (file: string) => sectionsOf(file).flatMap(({ names }) => names);
const MODULES = { pathlight: exportsOf('src/index.ts'), 'pathlight/node': exportsOf('src/node/index.ts') };

interface Example {
  readonly where: string;
  readonly code: string;
}

/** The blocks of code of a page that are examples, with the line at which they start. */
function examplesOf(page: string, text = read(page)): Example[] {
  return [...text.matchAll(/^```(?:ts|js)\n(.*?)^```/gms)].map(({ 1: code = '', index }) => ({
    where: `${page}:${text.slice(0, index).split('\n').length + 1}`,
    code,
  }));
}

/** A module of its own: an example that has imports is whole; the others import what they name, and may declare again what is given. */
function moduleOf({ code }: Example): string {
  if (/^import /m.test(code)) return code;
  const named = (name: string) => new RegExp(`\\b${name}\\b`).test(code + GIVEN);
  const imports = Object.entries(MODULES).map(([from, names]) => {
    return `import { ${names.filter(named).join(', ')} } from '${from}';`;
  });
  return `${imports.join('')}${GIVEN.replaceAll('\n', ' ')} export async function example() {\n${code}}`;
}

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
