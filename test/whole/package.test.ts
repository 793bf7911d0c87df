import { type ExecFileSyncOptionsWithStringEncoding, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Example, examplesOf, moduleOf } from '../support/examples.js';

// What a user of the library gets: the packed tarball, installed in an empty folder. Needs the npm registry for its dependencies.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TYPESCRIPT_5 = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
/** It compiles the project. */
const TYPESCRIPT_7 = join(ROOT, 'node_modules', 'typescript-7', 'bin', 'tsc');
let folder: string;

function run(command: string, args: readonly string[], options: Partial<ExecFileSyncOptionsWithStringEncoding> = {}): string {
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32', ...options });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pathlight-package-'));
  // dist/ has just been built (test/support/build.ts), without declarations.
  run(process.execPath, [TYPESCRIPT_7, '-p', 'tsconfig.build.json'], { cwd: ROOT });
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'))!;
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the command runs', () => {
  expect(run('npx', ['--no-install', 'pathlight', '--help'])).toContain('Usage: pathlight');
});

test('a misread digit is repaired, on whatever device there is', () => {
  const models = join('node_modules', 'pathlight', 'models');
  const digit = join(models, 'study', '7-read-as-1.png');
  run('npx', [
    '--no-install',
    'pathlight',
    'repair',
    join(models, 'digits-naive.onnx'),
    digit,
    '--target',
    '7',
    '--quiet',
    '--out',
    'fixed',
  ]);
  const result = JSON.parse(readFileSync(join(folder, 'fixed', 'result.json'), 'utf8'));
  expect(result).toMatchObject({ repaired: true, after: { class: 7 }, verified: { cpu: true, png: true } });
});

describe('declarations', () => {
  const PROJECTS = ['nodenext', 'bundler'].flatMap((resolution) => [
    { name: `${resolution}-dom`, resolution, lib: ['es2022', 'dom'] },
    { name: `${resolution}-node`, resolution, lib: ['es2022'] },
  ]);
  /** Those in which a browser's `navigator` occurs need the library dom. */
  const isForBrowsers = ({ code }: Example) => /\bnavigator\b/.test(code);

  beforeAll(() => {
    const examples = ['README.md', 'docs/library.md'].flatMap((page) => examplesOf(page));
    expect(examples.filter((example) => !isForBrowsers(example)).length).toBeGreaterThan(1);
    for (const { name, resolution, lib } of PROJECTS) {
      const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
      mkdirSync(join(folder, name));
      const compilerOptions = {
        ...{ strict: true, skipLibCheck: false, skipDefaultLibCheck: true, noEmit: true },
        ...{ target: 'es2022', lib, module, moduleResolution: resolution },
        ...{ types: ['node'], typeRoots: [join(ROOT, 'node_modules', '@types')] },
      };
      writeFileSync(join(folder, name, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
      examples.forEach((example, index) => {
        if (!isForBrowsers(example) || lib.includes('dom')) writeFileSync(join(folder, name, `example_${index}.ts`), moduleOf(example));
      });
    }
    const wrong = "import { predict } from 'pathlight';\nexport const wrong: string = predict;\n";
    writeFileSync(join(folder, 'bundler-node', 'wrong.ts'), wrong);
  });

  // Several in one process: it reads and checks what they share once. Resolution and library do not depend on each other.
  test.each([
    ['5', TYPESCRIPT_5, ['nodenext-dom', 'bundler-node']],
    ['7', TYPESCRIPT_7, PROJECTS.map(({ name }) => name)],
  ])(
    'TypeScript %s compiles the examples, with every library checked, with and without the dom; a wrong one is seen',
    (version, compiler, projects) => {
      expect(run(process.execPath, [compiler, '--version'])).toContain(`Version ${version}.`);
      expect(complaintsOf(compiler, projects)).toEqual([expect.stringContaining('bundler-node/wrong.ts(2,14): error TS2322')]);
    },
  );

  /** What a compiler says of these projects, line by line. */
  function complaintsOf(compiler: string, projects: readonly string[]): string[] {
    const { stdout } = spawnSync(process.execPath, [compiler, '--build', ...projects], { cwd: folder, encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line.includes('error'));
  }
});

test('both entries can be imported', () => {
  const source = "for (const name of ['pathlight', 'pathlight/node']) console.log(Object.keys(await import(name)).length > 0)";
  expect(run(process.execPath, ['--input-type=module', '-e', source]).trim()).toBe('true\ntrue');
});

test('neither Chromium nor any other tool of the tests is installed', () => {
  const installed = readdirSync(join(folder, 'node_modules'));
  expect(installed).toContain('webgpu');
  for (const tool of ['@sparticuz', 'puppeteer', 'vite', 'vitest', 'typescript', 'onnxruntime-node']) expect(installed).not.toContain(tool);
});

test('what a browser loads imports nothing of Node', () => {
  const dist = join(folder, 'node_modules', 'pathlight', 'dist');
  const seen = new Set<string>();
  const visit = (file: string): string[] => {
    if (seen.has(file)) return [];
    seen.add(file);
    const imports = [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;'"]*?["']([^"']+)["']/gm)].map((match) => match[1]!);
    return imports.flatMap((name) => (name.startsWith('.') ? visit(join(file, '..', name)) : [name]));
  };
  const packages = visit(join(dist, 'index.js'));
  expect(packages).toContain('@bufbuild/protobuf');
  expect(packages.filter((name) => isBuiltin(name) || name === 'sharp')).toEqual([]);
});
