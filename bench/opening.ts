import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { integratedGradients } from '../src/api/attribute.js';
import { createSession } from '../src/api/session.js';
import { pathSchedule } from '../src/gpu/requests/path/path_schedule.js';
import { absorbAffine } from '../src/graph/passes/absorb.js';
import { canonicalise } from '../src/graph/passes/canonicalise.js';
import { openDawn } from '../src/node/dawn.js';
import { importModel } from '../src/onnx/import.js';
import { numbersOf } from '../src/ops/shared/packed.js';
import { sizeOf } from '../src/tensor/tensor.js';

const STEPS = 8;

/**
 * Prints what lies between a file and its first answer, in milliseconds of processor time of all cores: each step alone, then an integral in a new session, and the
 * same once more, when weights and kernels are on the device. Processor time tells what the program does, whatever else runs. `node bench/run.mjs opening.ts FILE.onnx...`;
 * with `--host` first, nothing is answered, which takes minutes of VGG-16 on a software adapter.
 */
export async function main(given: string[]): Promise<void> {
  const host = given[0] === '--host';
  const files = host ? given.slice(1) : given;
  const dawn = await openDawn({ adapter: 'auto' });
  if (!('gpu' in dawn)) throw new Error(dawn.reason);
  console.log(`${dawn.adapter}, ${STEPS} steps\n`);
  console.log('| file | MiB of weights | read | decode and fold | passes | lower | pack | upload | first answer, in all | second |');
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|');
  for (const file of files) console.log(`| ${basename(file)} | ${(await costsOf(file, dawn.gpu, host)).join(' | ')} |`);
  dawn.release();
}

async function costsOf(file: string, gpu: GPU, host: boolean): Promise<string[]> {
  const costs: number[] = [];
  let before = process.cpuUsage();
  const timed = <T>(value: T): T => {
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1000);
    before = process.cpuUsage();
    return value;
  };
  const bytes = timed(readFileSync(file));
  const { graph } = timed(importModel(bytes));
  const rewritten = timed(absorbAffine(canonicalise(graph)));
  const { constants } = timed(pathSchedule(rewritten));
  const packed = timed([...constants].map(numbersOf));
  const device = (await (await gpu.requestAdapter())?.requestDevice()) as GPUDevice;
  timed(undefined);
  costs.pop();
  for (const numbers of packed) {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ size: Math.max(16, Math.ceil(numbers.byteLength / 16) * 16), usage });
    device.queue.writeBuffer(buffer, 0, numbers.buffer, numbers.byteOffset, numbers.byteLength);
  }
  await device.queue.onSubmittedWorkDone();
  timed(undefined);
  device.destroy();
  before = process.cpuUsage();
  if (!host) {
    const session = await createSession(readFileSync(file), { gpu });
    const image = new Float32Array(sizeOf(graph.input.shape)).fill(0.5);
    const answer = () => integratedGradients(session, image, { steps: STEPS });
    timed(await answer());
    timed(await answer());
    await session.destroy();
  }
  const weights = packed.reduce((sum, { byteLength }) => sum + byteLength, 0) / 2 ** 20;
  return [weights.toFixed(1), ...costs.map((cost) => cost.toFixed(0)), ...(host ? ['', ''] : [])];
}
