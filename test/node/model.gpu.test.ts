import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { attribute } from '../../src/index.js';
import { openModel } from '../../src/node/index.js';
import { useDevice } from '../support/gpu.js';

// A process that opens and closes models for days: a server, or a notebook.

useDevice();
const MODEL = 'models/digits-naive.onnx';
const image = new Float32Array(784).fill(0.5);

/** The threads of this process, and the bytes that it holds in memory. Linux tells both. */
function resources(): { threads: number; bytes: number } {
  const status = readFileSync('/proc/self/status', 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return { threads: field('Threads'), bytes: 1024 * field('VmRSS') };
}

async function openAndClose(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const { session, close } = await openModel(MODEL, { device: 'software' });
    await attribute(session, image, { target: 7, steps: 4 });
    await close();
  }
}

test.runIf(process.platform === 'linux')(
  '200 models opened and closed, and 1,000 attributions, leave threads and memory as they were',
  async () => {
    await openAndClose(20);
    const before = resources();
    await openAndClose(200);
    const after = resources();
    expect(after.threads - before.threads).toBeLessThanOrEqual(1);
    // Without a shared device it was 2 threads and 3 to 8 MB each, 600 MB at least. What is left is garbage that is not yet collected.
    expect(after.bytes - before.bytes).toBeLessThan(150e6);
    const { session, close } = await openModel(MODEL, { device: 'software' });
    await attribute(session, image, { target: 7, steps: 4 });
    const start = resources();
    for (let i = 0; i < 1000; i++) await attribute(session, image, { target: 7, steps: 4 });
    const end = resources();
    await close();
    expect(end.threads - start.threads).toBeLessThanOrEqual(1);
    expect(end.bytes - start.bytes).toBeLessThan(150e6);
  },
);
