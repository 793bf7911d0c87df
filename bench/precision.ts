import { readFileSync } from 'node:fs';
import { quadrature } from '../src/attribution/integral/quadrature.js';
import { CpuExecutor } from '../src/cpu/cpu_executor.js';
import { relativeDistance } from '../src/doctor/case_graph.js';
import { halveActivations } from '../src/gpu/compile/halves.js';
import type { Schedule } from '../src/gpu/compile/schedule.js';
import { DeviceSource } from '../src/gpu/device/device.js';
import { GpuExecutor } from '../src/gpu/gpu_executor.js';
import { pathSchedule } from '../src/gpu/requests/path/path_schedule.js';
import type { Graph } from '../src/graph/graph.js';
import { absorbAffine } from '../src/graph/passes/absorb.js';
import { canonicalise } from '../src/graph/passes/canonicalise.js';
import { openDawn } from '../src/node/dawn.js';
import { importModel } from '../src/onnx/import.js';
import { Xoshiro128 } from '../src/tensor/random.js';
import { sizeOf } from '../src/tensor/tensor.js';
import { generatedNetworks } from '../test/support/networks/network.js';

const STEPS = 16;

/**
 * Prints what mixed precision saves and costs: bytes of a path request's tensors for a sample, and those that a sample moves in the forward and the backward
 * pass, of networks at full size; and how far integrals of two images are from float64, of small networks and files. `node bench/run.mjs precision.ts FILE.onnx`
 */
export async function main(files: string[]): Promise<void> {
  console.log('| network | MiB a sample: f32 / mixed | MiB moved a sample: f32 / mixed |\n|---|---:|---:|');
  for (const { name, full } of generatedNetworks) {
    const whole = pathSchedule(absorbAffine(canonicalise(importModel(full().bytes).graph)));
    const both = [whole, halveActivations(whole)];
    console.log(
      `| ${name} | ${both.map((schedule) => mebibytes(heldBytes(schedule))).join(' / ')} | ${both.map(movedMebibytes).join(' / ')} |`,
    );
  }
  const dawn = await openDawn({ adapter: 'auto' });
  if (!('gpu' in dawn)) throw new Error(dawn.reason);
  const source = new DeviceSource(dawn.gpu);
  console.log(`\n${dawn.adapter}\n\n| network | f32 | mixed | told |\n|---|---:|---:|---:|`);
  const small = generatedNetworks.map(({ name, tiny }) => [`${name}, tiny`, () => tiny().bytes] as const);
  const given = files.map((file) => [file, () => readFileSync(file)] as const);
  for (const [name, bytes] of [...given, ...small]) {
    const { errors, told } = await errorsOf(source, importModel(bytes()).graph);
    console.log(`| ${name} | ${errors.map((error) => error.toExponential(1)).join(' | ')} | ${told?.toExponential(1)} |`);
  }
  await source.destroy();
  dawn.release();
}

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toPrecision(3);

/** Bytes of the tensors of samples, for one. */
function heldBytes({ memory }: Schedule): number {
  return memory.slots.reduce((sum, { space, elements }) => sum + (space === 'samples' ? 4 * elements : 0), 0);
}

/** Every tensor of samples that a dispatch binds is read or written once, at least. */
function movedMebibytes(schedule: Schedule): string {
  let bytes = 0;
  for (const dispatch of schedule.dispatches) {
    for (const binding of dispatch.bindings) {
      if (binding.kind === 'constant' || binding.kind === 'external' || (binding.space ?? dispatch.space) !== 'samples') continue;
      bytes += 4 * schedule.tensorOf(dispatch, binding).elements;
    }
  }
  return mebibytes(bytes);
}

async function errorsOf(source: DeviceSource, graph: Graph) {
  const [elements, classes] = [sizeOf(graph.input.shape), sizeOf(graph.output.shape)];
  const random = Xoshiro128.fromSeed(3);
  const { nodes: alphas, weights } = quadrature('midpoint', STEPS);
  const request = {
    count: 2,
    inputs: Float32Array.from({ length: 2 * elements }, () => random.uniform()),
    baselines: new Float32Array(2 * elements),
    seeds: Float32Array.from({ length: 2 * classes }, (_, i) => (i % classes === 1 ? 1 : 0)),
    alphas,
    weights,
  };
  const expected = (await new CpuExecutor(graph).pathGradient(request)).gradients;
  const errors: number[] = [];
  let told: number | undefined;
  for (const precision of ['f32', 'mixed'] as const) {
    const executor = await GpuExecutor.create(source, canonicalise(graph), { precision });
    const { gradients, cost } = await executor.pathGradient(request);
    errors.push(relativeDistance(gradients, expected));
    told = cost.mixedError;
    executor.destroy();
  }
  return { errors, told };
}
