import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What a user of the library gets: the packed tarball, installed in an empty folder. Needs the npm registry for its dependencies.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
let folder: string;

function run(command: string, args: readonly string[], options: Partial<ExecFileSyncOptionsWithStringEncoding> = {}): string {
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32', ...options });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pathlight-package-'));
  // dist/ has just been built (test/support/build.ts), without declarations.
  run(process.execPath, [TSC, '-p', 'tsconfig.build.json'], { cwd: ROOT });
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

test('TypeScript finds the declarations of both entries', () => {
  writeFileSync(
    join(folder, 'use.ts'),
    `import { createSession, type AttributionResult, integratedGradients } from 'pathlight';
     import { openModel } from 'pathlight/node';
     export async function explain(bytes: Uint8Array, image: Float32Array): Promise<AttributionResult[]> {
       const session = await createSession(bytes, {});
       return integratedGradients((await openModel('x.onnx')).session ?? session, image, { target: 1, steps: 8 });
     }`,
  );
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', '@webgpu/types', '--lib', 'es2022,dom'];
  expect(run(process.execPath, [TSC, ...options, 'use.ts'])).toBe('');
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
