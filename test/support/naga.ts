import { readFileSync } from 'node:fs';
import type { WgslText } from './wgsl_texts.js';

/**
 * What Deno runs: its WebGPU is wgpu, as Firefox's is, whose compiler of WGSL is naga. `deno run naga.ts JOB.json` prints a `NagaReport` of a
 * `NagaJob`. It imports nothing of src/, whose imports Deno does not resolve, but the library as it is built.
 */

export interface NagaJob {
  /** The address of dist/index.js. */
  readonly library: string;
  readonly texts: readonly WgslText[];
  readonly networks: readonly NagaNetwork[];
  /** An image that the network of this file reads as another class than the target. */
  readonly repair: { readonly model: string; readonly image: readonly number[]; readonly target: number };
}

export interface NagaNetwork {
  readonly name: string;
  readonly model: string;
  readonly plan: 'layered' | 'fused';
  readonly image: readonly number[];
}

export interface NagaReport {
  readonly adapter: string;
  readonly features: readonly string[];
  readonly compiled: number;
  /** What naga says against texts. */
  readonly faults: readonly string[];
  readonly networks: readonly { readonly name: string; readonly kind: string; readonly plan: string; readonly distance: number }[];
  readonly repair: { readonly repaired: boolean; readonly order: readonly number[]; readonly verified: boolean };
}

const [path = ''] = process.argv.slice(2);
const job: NagaJob = JSON.parse(readFileSync(path, 'utf8'));
const { createSession, DeviceSource, integratedGradients, repair }: typeof import('../../src/index.js') = await import(job.library);

/** Integrated gradients on a device, and how far they are from those of the float64 executor, relative, in the Euclidean norm. */
async function compare({ name, model, plan, image }: NagaNetwork, device: InstanceType<typeof DeviceSource>) {
  const pixels = Float32Array.from(image);
  const bytes = readFileSync(model);
  const options = { target: 1, contrast: 0, steps: 9 };
  const [found, reference] = [await createSession(bytes, { device, plan }), await createSession(bytes)];
  const [[map], [expected]] = [await integratedGradients(found, pixels, options), await integratedGradients(reference, pixels, options)];
  const { kind } = await found.executor();
  await found.destroy();
  await reference.destroy();
  let [error, size] = [0, 0];
  for (const [i, value] of (expected?.values ?? []).entries()) {
    error += ((map?.values[i] ?? Number.NaN) - value) ** 2;
    size += value ** 2;
  }
  return { name, kind, plan: map?.cost.plan ?? '', distance: Math.sqrt(error / size) };
}

const adapter = await navigator.gpu.requestAdapter();
if (adapter === null) throw new Error('wgpu has no adapter');
const compiler = await adapter.requestDevice();
const faults: string[] = [];
for (const { name, text } of job.texts) {
  const { messages } = await compiler.createShaderModule({ code: text }).getCompilationInfo();
  faults.push(...messages.map(({ lineNum, message }) => `${name}, line ${lineNum}: ${message}`));
}
compiler.destroy();

const device = new DeviceSource(navigator.gpu);
const networks: NagaReport['networks'][number][] = [];
for (const network of job.networks) networks.push(await compare(network, device));

const session = await createSession(readFileSync(job.repair.model), { device });
const { repaired, order, verified } = await repair(session, Float32Array.from(job.repair.image), {
  target: job.repair.target,
  strategy: 'flip',
});
await session.destroy();
await device.destroy();

const report: NagaReport = {
  adapter: [adapter.info.vendor, adapter.info.description].join(' '),
  features: [...adapter.features],
  compiled: job.texts.length,
  faults,
  networks,
  repair: { repaired, order: [...order], verified: verified.cpu && verified.png },
};
console.log(JSON.stringify(report));
