import { NO_WINOGRAD, type WinogradUse } from '../../ops/convolution/winograd.js';
import { checkArgument } from '../../tensor/arguments.js';
import { Tuner, type TuningStore } from '../tuning/tuner.js';
import { GpuUnsupportedError, GpuValidationError } from './errors.js';
import { hostMemoryOf, tuningStoreOf } from './host.js';
import type { AdapterOptions, WebGpu } from './webgpu.js';

/** @internal A device with what Pathlight needs to know about it. */
export interface GpuDevice {
  readonly device: GPUDevice;
  /** `software` where the adapter runs on the CPU (SwiftShader, llvmpipe, WARP). */
  readonly kind: 'gpu' | 'software';
  /** The adapter's vendor, architecture and description. */
  readonly adapter: string;
  /** Optional features of WebGPU that the adapter has. */
  readonly offered: readonly string[];
  /** Whether four neighbouring invocations should share what they load (shaders/lib/broadcast.wgsl). */
  readonly broadcasts: boolean;
  /**
   * Whether the loops of kernels should have short bodies. LLVM compiles lavapipe's kernels for the processor, which decodes the instructions of a long body anew in every
   * iteration: 1x1, 256 -> 512, 7x7, 64 samples, 31 GFLOP/s forward with four channels an iteration, 37 with two, 54 with one. SwiftShader is faster with four.
   */
  readonly shortLoops: boolean;
  /** Whether eight neighbouring invocations can share what they load (shaders/lib/broadcast.wgsl): they are always in one subgroup. */
  readonly octets: boolean;
  /** Which 3x3 convolutions go by Winograd's filtering. None on a GPU, where nobody has measured it: it reads and writes more bytes. */
  readonly winograd: WinogradUse;
  /** Bytes of memory of the machine, where they are known. */
  readonly hostMemory: number | undefined;
  /** What is known of the adapter's kernels. */
  readonly tuner: Tuner;
  /** Set when the device is lost. */
  lost: GPUDeviceLostInfo | undefined;
  /** Errors that no error scope caught, oldest first. Every entry is a defect. */
  readonly uncaptured: string[];
}

/**
 * Which device to ask for.
 *
 * @example const request: DeviceRequest = { limits: 'default', adapter: { powerPreference: 'low-power' } };
 */
export interface DeviceRequest {
  /** `adapter`: the adapter's buffer and workgroup limits (default); `default`: those that WebGPU guarantees everywhere. */
  readonly limits?: 'adapter' | 'default';
  /** Which adapter, where there are several. */
  readonly adapter?: AdapterOptions;
  /** Where it is kept which kernels are fastest on the adapter. By default `tuningFile()` with what `openDawn` gives, else as long as the device lives. */
  readonly tuningStore?: TuningStore;
}

const LIMITS = ['adapter', 'default'];

/** @internal Limits of which Pathlight asks for all that the adapter has. */
export const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupStorageSize',
] as const;

/** Of software adapters, measured (docs/gpu.md, "Winograd"). lavapipe's arithmetic is fast beside its memory. */
const WINOGRAD = {
  lavapipe: { channels: 45, stripBytes: 2 ** 20 },
  others: { channels: 25, stripBytes: Number.POSITIVE_INFINITY },
} as const satisfies Readonly<Record<string, WinogradUse>>;

/** @internal Requests a device. Throws GpuUnsupportedError where there is no adapter. */
export async function requestDevice(gpu: GPU, request: DeviceRequest = {}): Promise<GpuDevice> {
  const { limits = 'adapter' } = request;
  const adapter = await gpu.requestAdapter(request.adapter ?? { powerPreference: 'high-performance' });
  if (adapter === null) throw new GpuUnsupportedError('gpu.no-adapter');
  const requiredLimits: Record<string, number> = {};
  if (limits === 'adapter') for (const name of RAISED_LIMITS) requiredLimits[name] = adapter.limits[name];
  const kind = isSoftware(adapter) ? 'software' : 'gpu';
  // Sharing helps neither a GPU, which reads an address once for all neighbours anyway, nor an implementation without subgroups, which runs
  // one invocation after the other.
  const broadcasts = limits === 'adapter' && kind === 'software' && adapter.features.has('subgroups');
  const requiredFeatures: GPUFeatureName[] = broadcasts ? ['subgroups'] : [];
  const device = await adapter.requestDevice({ label: 'pathlight', requiredLimits, requiredFeatures });
  const name = describeAdapter(adapter.info);
  const shortLoops = /llvmpipe/i.test(name);
  const result: GpuDevice = {
    device,
    kind,
    adapter: name,
    tuner: new Tuner(name, request.tuningStore ?? tuningStoreOf(gpu)),
    offered: [...adapter.features],
    broadcasts,
    octets: broadcasts && (adapter.info.subgroupMinSize ?? 0) >= 8,
    shortLoops,
    winograd: kind === 'gpu' ? NO_WINOGRAD : shortLoops ? WINOGRAD.lavapipe : WINOGRAD.others,
    hostMemory: hostMemoryOf(gpu),
    lost: undefined,
    uncaptured: [],
  };
  void device.lost.then((info) => {
    result.lost = info;
  });
  device.addEventListener('uncapturederror', (event) => {
    result.uncaptured.push(event.error.message);
  });
  return result;
}

/**
 * One device for several sessions, which share the kernels that it has compiled. After a loss the next request opens a new device. Requests
 * run one after another, since a device has a single stack of error scopes.
 *
 * @example
 * const device = new DeviceSource(navigator.gpu, { limits: 'adapter' });
 * const [small, large] = await Promise.all([createSession(bytes, { device }), createSession(otherBytes, { device })]);
 * await Promise.all([small.destroy(), large.destroy()]);
 * await device.destroy();
 */
export class DeviceSource {
  /** The device, from the moment at which it is asked for: requests that come while it opens get the same one. */
  #device: Promise<GpuDevice> | undefined;
  #opened: GpuDevice | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly gpu: WebGpu,
    private readonly request: DeviceRequest = {},
  ) {
    checkArgument('gpu', gpu, 'gpu');
    if (request.limits !== undefined) checkArgument('limits', request.limits, LIMITS);
  }

  /** @internal The current device. Throws GpuUnsupportedError where there is no adapter; the next call then tries again. */
  get(): Promise<GpuDevice> {
    if (this.#opened?.lost) this.#device = undefined;
    this.#device ??= this.#open();
    return this.#device;
  }

  /** @internal Runs work after all earlier work has ended. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Destroys the device. A later request opens another. */
  async destroy(): Promise<void> {
    const device = this.#device;
    this.#device = undefined;
    const current = await device?.catch(() => undefined);
    current?.device.destroy();
  }

  #open(): Promise<GpuDevice> {
    this.#opened = undefined;
    const opening = requestDevice(this.gpu, this.request);
    opening.then(
      (device) => {
        if (this.#device === opening) this.#opened = device;
      },
      () => {
        if (this.#device === opening) this.#device = undefined;
      },
    );
    return opening;
  }
}

/** @internal Throws the oldest unexpected error of the device, if there is one. */
export function throwUncaptured(gpu: GpuDevice): void {
  const message = gpu.uncaptured.shift();
  if (message !== undefined) throw new GpuValidationError('gpu.error', { detail: firstLine(message) });
}

export function firstLine(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return line;
}

function isSoftware(adapter: GPUAdapter): boolean {
  const { info } = adapter;
  return info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render|warp/i.test(describeAdapter(info));
}

function describeAdapter(info: GPUAdapterInfo): string {
  const words = [info.vendor, info.architecture, info.description || info.device].filter((word) => word !== '');
  return words.join(' ') || 'unnamed adapter';
}
