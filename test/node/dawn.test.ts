import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Dawn, openDawn } from '../../src/node/dawn.js';

const ROOT = new URL('../../', import.meta.url);

describe('openDawn', () => {
  let drivers: string | undefined;
  beforeEach(() => {
    drivers = process.env.VK_ICD_FILENAMES;
  });
  afterEach(() => {
    if (drivers === undefined) delete process.env.VK_ICD_FILENAMES;
    else process.env.VK_ICD_FILENAMES = drivers;
  });

  async function openSoftware(): Promise<Dawn> {
    const opened = await openDawn({ adapter: 'software' });
    if (!('gpu' in opened)) throw new Error(opened.reason);
    return opened;
  }

  test('finds a software adapter, and leaves the environment as it was', async () => {
    delete process.env.VK_ICD_FILENAMES;
    const dawn = await openSoftware();
    expect(dawn.kind).toBe('software');
    expect(dawn.adapter).not.toBe('');
    expect(process.env).not.toHaveProperty('VK_ICD_FILENAMES');
    expect((await dawn.gpu.requestAdapter())!.info.isFallbackAdapter).toBe(true);
    dawn.release();
  });

  test('opens several at once', async () => {
    const all = await Promise.all([openSoftware(), openSoftware()]);
    const adapters = await Promise.all(all.map(({ gpu }) => gpu.requestAdapter()));
    expect(adapters.map((adapter) => adapter?.info.isFallbackAdapter)).toEqual([true, true]);
    for (const { release } of all) release();
  });

  test('auto takes what there is, and hardware never passes for software', async () => {
    const auto = await openDawn({ adapter: 'auto' });
    const hardware = await openDawn({ adapter: 'hardware' });
    if (!('gpu' in auto)) throw new Error(auto.reason);
    expect(auto.kind).toBe('gpu' in hardware ? 'hardware' : 'software');
    if (!('gpu' in hardware)) expect(hardware.reason).toMatch(/^no hardware adapter/);
    else hardware.release();
    auto.release();
  });

  // In a process of its own: the loader writes to stderr that the manifest does not exist.
  test('says that there is none where the drivers chosen by the environment are none', () => {
    const { stdout } = run("console.log(JSON.stringify(await openDawn({ adapter: 'software' })))", { VK_ICD_FILENAMES: '/nowhere.json' });
    expect(JSON.parse(stdout)).toEqual({ reason: expect.stringMatching(/^no software adapter \(/) });
  });

  // Its library is not there: as far as Dawn can see, that is a driver which it does not take.
  test('takes SwiftShader where the lavapipe that is installed does not serve, and says what would', () => {
    const home = mkdtempSync(join(tmpdir(), 'pathlight-lavapipe-'));
    const drivers = join(home, 'vulkan', 'icd.d');
    mkdirSync(drivers, { recursive: true });
    writeFileSync(
      join(drivers, 'lvp_icd.json'),
      '{"file_format_version":"1.0.0","ICD":{"library_path":"libabsent.so","api_version":"1.4.305"}}',
    );
    const { stdout } = run(
      "const { kind, adapter, advice } = await openDawn({ adapter: 'software' }); console.log(JSON.stringify({ kind, adapter, advice }))",
      { VK_ICD_FILENAMES: undefined, VK_DRIVER_FILES: undefined, XDG_DATA_HOME: home, XDG_DATA_DIRS: home },
    );
    rmSync(home, { recursive: true });
    expect(JSON.parse(stdout)).toEqual({
      kind: 'software',
      adapter: expect.stringMatching(/swiftshader/i),
      advice: 'Mesa 25 or newer may be several times faster (Dawn does not take the one that is installed; that of Debian 12 is too old)',
    });
  });

  test('lets Node exit after release, with the exit code it would have had', () => {
    const { status, signal } = run(
      `const { gpu, release } = await openDawn({ adapter: 'software' });
       const device = await (await gpu.requestAdapter()).requestDevice();
       device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE });
       await device.queue.onSubmittedWorkDone();
       device.destroy();
       release();
       globalThis.gc();
       process.exitCode = 3;`,
    );
    expect({ status, signal }).toEqual({ status: 3, signal: null });
  });
});

/** Runs statements in a Node of their own, with `openDawn` in scope. */
function run(statements: string, environment: NodeJS.ProcessEnv = {}) {
  const source = `import { openDawn } from ${JSON.stringify(new URL('src/node/dawn.ts', ROOT).href)};\n${statements}`;
  return spawnSync(process.execPath, ['--expose-gc', '--import', 'tsx', '--input-type=module', '-e', source], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    timeout: 100_000,
  });
}
