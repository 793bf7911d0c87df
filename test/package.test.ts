import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What a user of the library gets: the packed tarball, installed in an empty folder. Needs the npm registry for its dependencies.

const ROOT = fileURLToPath(new URL('../', import.meta.url));
let folder: string;

function run(command: string, args: readonly string[], options: Partial<ExecFileSyncOptionsWithStringEncoding> = {}): string {
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32', ...options });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pathlight-package-'));
  // dist/ has just been built (test/support/build.ts); declarations are not needed to run.
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'))!;
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the command runs', () => {
  expect(run('npx', ['--no-install', 'pathlight', '--help'])).toContain('Usage: pathlight');
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
