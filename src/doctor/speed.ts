import copyText from '../../shaders/doctor/copy.wgsl?raw';
import loopText from '../../shaders/doctor/multiply_add.wgsl?raw';
import type { Cost } from '../executor.js';
import { workgroupsFor } from '../gpu/compile/layout.js';
import type { DeviceSource } from '../gpu/device/device.js';
import type { Plan } from '../gpu/fused/choose.js';
import { GpuExecutor } from '../gpu/gpu_executor.js';
import { expandTemplate } from '../gpu/kernels/template.js';
import type { Graph } from '../graph/graph.js';
import { canonicalise } from '../graph/passes/canonicalise.js';
import { NO_WINOGRAD } from '../ops/convolution/winograd.js';
import { type Launch, Launcher } from './launcher.js';
import { digitNetworks, workNetworks } from './networks/work.js';

/** How fast an adapter is. Times are the least of several runs, in milliseconds unless their name says another unit. */
export interface Speed {
  /** Of a loop of multiply-adds in registers, two operations each: 1e9 a second. No kernel can be faster. */
  readonly loopGflops: number;
  /** Of a copy from buffer to buffer, bytes read and written: 1e9 a second. */
  readonly copyGbytes: number;
  /** From a submit of one small dispatch until it is known to be done. */
  readonly submitMilliseconds: number;
  /** What one more dispatch in the same submit takes. */
  readonly dispatchMicroseconds: number;
  /** From a submit of a copy until 16 bytes of it can be read. */
  readonly readbackMilliseconds: number;
  readonly work: readonly WorkSpeed[];
  /** Both plans on small networks, where they are close. Not measured by a quick examination. */
  readonly plans: readonly PlanSpeed[];
}

/** A class of layers, forward and backward. */
export interface WorkSpeed {
  readonly work: string;
  readonly samples: number;
  readonly milliseconds: number;
  /** 1e9 operations a second, two for a multiply-add. */
  readonly gflops: number;
  /** The part of the loop's rate. */
  readonly share: number;
}

/** One attribution with both plans. */
export interface PlanSpeed {
  readonly network: string;
  readonly steps: number;
  readonly layered: number;
  readonly fused: number;
}

interface SpeedOptions {
  readonly quick?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

const RUNS = 3;
/** A measurement lasts at least so many milliseconds: its size is doubled until it does. */
const LONG_ENOUGH = 20;
const INVOCATIONS = 4096;
const ITERATIONS = 64;
/** Multiply-adds of an iteration of the loop: 64 steps of four numbers. */
const MULTIPLY_ADDS = 256;
const MOST_COPIED = 2 ** 28;
const DISPATCHES = 1000;
const MOST_SAMPLES = 2 ** 16;

/** Measures an adapter. @throws PathlightError where there is none, and the signal's reason. */
export async function measureSpeed(source: DeviceSource, options: SpeedOptions = {}): Promise<Speed> {
  const { quick = false, signal, onProgress } = options;
  const work = workNetworks();
  const plans = quick ? [] : digitNetworks().flatMap((network) => [64, 1024].map((steps) => ({ ...network, steps })));
  const total = 1 + work.length + plans.length;
  let done = 0;
  const next = () => {
    signal?.throwIfAborted();
    onProgress?.(done++, total);
  };
  next();
  const { device } = await source.get();
  const raw = await source.exclusively(() => new RawSpeed(device).measure());
  const layers: WorkSpeed[] = [];
  for (const { name, graph, steps } of work) {
    next();
    const { samples, cost } = await timePath(source, graph, steps, 'layered', MOST_SAMPLES);
    const gflops = (2 * (cost.multiplyAdds ?? 0)) / cost.milliseconds / 1e6;
    layers.push({ work: name, samples, milliseconds: cost.milliseconds, gflops, share: gflops / raw.loopGflops });
  }
  const beside: PlanSpeed[] = [];
  for (const { name, graph, steps } of plans) {
    next();
    const [layered, fused] = [await timePath(source, graph, steps, 'layered'), await timePath(source, graph, steps, 'fused')];
    beside.push({ network: name, steps, layered: layered.cost.milliseconds, fused: fused.cost.milliseconds });
  }
  onProgress?.(total, total);
  return { ...raw, work: layers, plans: beside };
}

/** A path of `steps` samples or, where these take too short a time to be measured, of more: the fastest of several runs, after one that compiles. */
async function timePath(
  source: DeviceSource,
  graph: Graph,
  steps: number,
  plan: Plan,
  most = steps,
): Promise<{ samples: number; cost: Cost }> {
  // In tiles: the rates count the products that are made, and Winograd's filtering makes fewer.
  const gpu = await GpuExecutor.create(source, canonicalise(graph), { plan, winograd: NO_WINOGRAD });
  const inputs = Float32Array.from({ length: gpu.elements }, (_, i) => Math.sin(i));
  const baselines = new Float32Array(gpu.elements);
  const seeds = new Float32Array(gpu.classes).fill(1 / gpu.classes);
  try {
    for (let samples = steps; ; samples *= 4) {
      const alphas = Float64Array.from({ length: samples }, (_, k) => (k + 0.5) / samples);
      const run = () => gpu.pathGradient({ count: 1, inputs, baselines, seeds, alphas, weights: alphas.map(() => 1 / samples) });
      await run();
      const costs = [];
      for (let i = 0; i < RUNS; i++) costs.push((await run()).cost);
      const cost = costs.reduce((least, each) => (each.milliseconds < least.milliseconds ? each : least));
      if (cost.milliseconds >= LONG_ENOUGH || 4 * samples > most) return { samples, cost };
    }
  } finally {
    gpu.destroy();
  }
}

type Raw = Omit<Speed, 'work' | 'plans'>;

/** What is measured with kernels of its own, below all that executors do. */
class RawSpeed {
  readonly #launcher: Launcher;

  constructor(private readonly device: GPUDevice) {
    const texts: Readonly<Record<string, string>> = { copy: copyText, multiply_add: loopText };
    this.#launcher = new Launcher(device, (name, constants) => expandTemplate(name, texts[name] ?? '', constants));
  }

  async measure(): Promise<Raw> {
    const loopGflops = await this.#loop();
    const copyGbytes = await this.#copy();
    const one = await this.#dispatches(1);
    const many = await this.#dispatches(1 + DISPATCHES);
    return {
      loopGflops,
      copyGbytes,
      submitMilliseconds: one,
      dispatchMicroseconds: Math.max(0, (1000 * (many - one)) / DISPATCHES),
      readbackMilliseconds: await this.#readback(),
    };
  }

  async #loop(): Promise<number> {
    const x = Float32Array.of(0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1);
    for (let size = 1; ; size *= 2) {
      const invocations = INVOCATIONS * Math.min(size, 256);
      const iterations = ITERATIONS * Math.max(1, size / 256);
      const launch: Launch = {
        kernel: 'multiply_add',
        constants: { CHAINS: 8 },
        parameters: { iterations },
        bindings: [x, 'output'],
        invocations,
      };
      const milliseconds = await this.#time(launch, 4 * invocations);
      if (milliseconds >= LONG_ENOUGH || size >= 2 ** 20) return (2 * MULTIPLY_ADDS * iterations * invocations) / milliseconds / 1e6;
    }
  }

  async #copy(): Promise<number> {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    const most = Math.min(MOST_COPIED, maxBufferSize, maxStorageBufferBindingSize);
    for (let bytes = Math.min(2 ** 22, most); ; bytes *= 2) {
      const milliseconds = await this.#time(this.#copyOf(bytes / 16), bytes / 4);
      if (milliseconds >= LONG_ENOUGH || 2 * bytes > most) return (2 * bytes) / milliseconds / 1e6;
    }
  }

  #dispatches(times: number): Promise<number> {
    return this.#time(this.#copyOf(1), 4, times);
  }

  /** A copy of so many vec4f. */
  #copyOf(count: number): Launch {
    const [across] = workgroupsFor(count, this.device.limits.maxComputeWorkgroupsPerDimension);
    return {
      kernel: 'copy',
      parameters: { count, row: 64 * across },
      bindings: [new Float32Array(4 * count), 'output'],
      invocations: count,
    };
  }

  /** Milliseconds of the fastest of several submits of a launch, `times` in each. */
  async #time(launch: Launch, outputSize: number, times = 1): Promise<number> {
    const { run, destroy } = await this.#launcher.prepare([launch], outputSize, times);
    try {
      return await fastest(run);
    } finally {
      destroy();
    }
  }

  async #readback(): Promise<number> {
    const { device } = this;
    const from = device.createBuffer({ size: 16, usage: GPUBufferUsage.COPY_SRC });
    const to = device.createBuffer({ size: 16, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    const milliseconds = await fastest(async () => {
      const started = performance.now();
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(from, 0, to, 0, 16);
      device.queue.submit([encoder.finish()]);
      await to.mapAsync(GPUMapMode.READ);
      to.unmap();
      return performance.now() - started;
    });
    from.destroy();
    to.destroy();
    return milliseconds;
  }
}

/** Milliseconds of the fastest of several runs, after one that may compile. */
async function fastest(run: () => Promise<number>): Promise<number> {
  await run();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS; i++) least = Math.min(least, await run());
  return least;
}
