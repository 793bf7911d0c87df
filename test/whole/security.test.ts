import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { OutputFolder } from '../../src/cli/output_folder.js';
import { kernelNames } from '../../src/gpu/kernels/source.js';
import { pathSchedule } from '../../src/gpu/requests/path/path_schedule.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { parseSideFile } from '../../src/image/preprocessing/side_file.js';
import { importModel } from '../../src/onnx/import.js';
import { exportedModels } from '../support/exported_models.js';
import { buildModel } from '../support/onnx_builder.js';

// Claims of docs/security.md that no other test makes sure of.

const folder = mkdtempSync(join(tmpdir(), 'pathlight-security-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('docs/security.md', () => {
  const page = readFileSync('docs/security.md', 'utf8');
  const named = [...page.matchAll(/`(test\/[\w/.]+)`: ((?:"[^"]+"(?:, )?)+)/g)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => [file, name] as const),
  );

  test('names tests beside its claims', () => {
    expect(named.length).toBeGreaterThan(15);
  });

  test.each(named)('%s has the test "%s"', (file, name) => {
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8').includes(name)).toBe(true);
  });
});

test('no module evaluates text, starts a process, or opens a connection', () => {
  const forbidden =
    /\beval\(|new Function\(|\bchild_process\b|['"](?:node:)?(?:https?|net|tls|dgram|vm|worker_threads)['"]|\bfetch\(|XMLHttpRequest|WebSocket/;
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const offending = sources.filter((path) => {
    const code = readFileSync(join('src', path), 'utf8').replace(/\/\*.*?\*\/|\/\/.*$/gms, '');
    return forbidden.test(code);
  });
  expect(sources.length).toBeGreaterThan(100);
  expect(offending).toEqual([]);
});

describe('a model puts whole numbers into shaders, and no text', () => {
  const hostile = '/* */ @compute fn main() {} #include';
  const named = buildModel({
    inputs: { [hostile]: ['N', 4] },
    name: hostile,
    producer: hostile,
    nodes: [{ op: 'Relu', name: hostile, inputs: [hostile], output: `${hostile}y` }],
    outputs: [`${hostile}y`],
  });
  test.each([
    ['names that are WGSL', named] as const,
    ...exportedModels.filter((_, index) => index % 8 === 0).map(({ name, description }) => [name, buildModel(description)] as const),
  ])('%s', (_, bytes) => {
    const { dispatches } = pathSchedule(canonicalise(importModel(bytes).graph));
    for (const { kernel, constants = {} } of dispatches) {
      expect(kernelNames).toContain(kernel);
      for (const [constant, value] of Object.entries(constants)) {
        expect(constant).toMatch(/^[A-Z_]+$/);
        expect(Number.isSafeInteger(value)).toBe(true);
      }
    }
  });
});

test.skipIf(process.platform === 'win32')('a link in the place of a file is replaced, and what it points to stays', async () => {
  const [precious, out] = [join(folder, 'precious.txt'), join(folder, 'out')];
  writeFileSync(precious, 'precious');
  mkdirSync(out);
  symlinkSync(precious, join(out, 'result.json'));
  const output = await OutputFolder.open(out);
  await output.write('', { 'result.json': '{}' });
  await output.close();
  expect(readFileSync(precious, 'utf8')).toBe('precious');
  expect(lstatSync(join(out, 'result.json')).isSymbolicLink()).toBe(false);
});

test.skipIf(process.platform === 'win32')('files that are not finished lie in a folder that only the user can enter', async () => {
  const output = await OutputFolder.open(join(folder, 'other'));
  const [staging = ''] = readdirSync(folder).filter((name) => name.startsWith('.pathlight-'));
  expect(statSync(join(folder, staging)).mode & 0o777).toBe(0o700);
  await output.close();
});

test.each(['__proto__', 'constructor', 'toString'])('a side file with the key %s is refused', (key) => {
  expect(() => parseSideFile(JSON.parse(`{"${key}": {"mean": [1]}}`))).toThrow(key);
  expect(Object.hasOwn(Object.prototype, 'mean')).toBe(false);
});
