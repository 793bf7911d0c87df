import { totalmem } from 'node:os';
import { DeviceSource } from '../gpu/device/device.js';
import { setHost } from '../gpu/device/host.js';
import type { WebGpu } from '../gpu/device/webgpu.js';
import { checkArgument, readOptions } from '../tensor/arguments.js';
import { firstOf } from '../tensor/items.js';
import { spacePolls } from './busy_polling.js';
import { tuningFile } from './tuning_file.js';
import {
  chosenDrivers,
  DRIVER_VARIABLE,
  findLavapipe,
  findSwiftShader,
  hasGpuDevice,
  hasVulkanDriver,
  loadLibrary,
  VULKAN_LOADER,
} from './vulkan.js';

/**
 * Which WebGPU adapter to open in Node. WebGPU comes from Dawn, the implementation that Chrome uses, in the npm package `webgpu` (an
 * optional dependency).
 *
 * `software` is a CPU behind an adapter. On Linux it is the driver that VK_ICD_FILENAMES names, else Mesa's lavapipe where Mesa 25 or newer is
 * installed, else SwiftShader; on Windows it is WARP. `hardware` is any other adapter. `auto` tries hardware, then software.
 *
 * A Vulkan instance looks for drivers once, at its first adapter request, so each kind is a Dawn instance of its own. Therefore the order of
 * tries is free, and both kinds can be open at once. All that open the same kind share its instance, which stays until the process ends. The variable that names SwiftShader to the loader is set only during the request:
 * other code and child processes do not see it. Inside a worker thread process.env is a copy that the loader does not read, so open Dawn in
 * the main thread or in a process of its own.
 *
 * @example const adapter: AdapterChoice = 'auto';
 */
export type AdapterChoice = 'hardware' | 'software' | 'auto';

const ADAPTERS: readonly AdapterChoice[] = ['hardware', 'software', 'auto'];

/**
 * WebGPU in Node. Its `gpu` is what `createSession` takes.
 *
 * @example
 * const dawn: Dawn | NoDawn = await openDawn({ adapter: 'hardware' });
 * if ('gpu' in dawn) {
 *   const session = await createSession(bytes, { gpu: dawn.gpu });
 *   await session.destroy();
 *   dawn.release();
 * }
 */
export interface Dawn {
  /** Offers the chosen adapter and no other. */
  readonly gpu: WebGpu;
  readonly kind: 'hardware' | 'software';
  /** The adapter's name. */
  readonly adapter: string;
  /** What would make a software adapter faster on this machine, as a part of a sentence; empty where nothing is known. */
  readonly advice: string;
  /** @internal A device that all models of the process share. */
  readonly device: DeviceSource;
  /** Ends the use of Dawn. Call this after every device of `gpu` was destroyed, and use nothing of `gpu` afterwards. */
  release(): void;
}

/**
 * The machine has no such adapter.
 *
 * @example const why = (none: NoDawn) => none.reason;
 */
export interface NoDawn {
  /** The reason, in one line. */
  readonly reason: string;
}

/** A Dawn instance, which all that ask for its kind of adapter share. */
type Shared = Omit<Dawn, 'release'>;

/**
 * The open Dawn instances, by kind of adapter and by the drivers that the environment names. An instance that has compiled a pipeline keeps two
 * threads and some megabytes for ever, so there is one for each, with one device, as long as the process lives. These references also keep it
 * alive: when an instance is collected, everything made from it goes, in use or not.
 */
const instances = new Map<string, { readonly shared: Shared; users: number }>();

// Node does not end where an instance is reachable and has something to do. Nothing is waited for any more when this event comes.
process.on('beforeExit', () => {
  for (const [key, { users }] of instances) if (users === 0) instances.delete(key);
});

/** Adapter requests run one after another, because `requestAdapter` sets an environment variable (DRIVER_VARIABLE). */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Opens Dawn on an adapter of this kind, or takes the instance that is open on one. Does not throw where the machine lacks something, but returns
 * the reason.
 *
 * @throws PathlightError for an adapter that is none of the three.
 * @example const dawn = await openDawn({ adapter: 'auto' });
 */
export async function openDawn(request: { readonly adapter: AdapterChoice }): Promise<Dawn | NoDawn> {
  checkArgument('adapter', readOptions(request, { adapter: ADAPTERS }, 'request').adapter, ADAPTERS);
  const opened = queue.then(() => openChoice(request.adapter)).catch((error: unknown) => ({ reason: firstLine(error) }));
  queue = opened;
  return opened;
}

async function openChoice(choice: AdapterChoice): Promise<Dawn | NoDawn> {
  if (choice !== 'auto') return share(choice);
  const hardware = await share('hardware');
  if ('gpu' in hardware) return hardware;
  const software = await share('software');
  return 'gpu' in software ? software : { reason: `${hardware.reason}; ${software.reason}` };
}

/** The instance of this kind for one more user. */
async function share(kind: Dawn['kind']): Promise<Dawn | NoDawn> {
  const key = `${kind} ${chosenDrivers() ?? ''}`;
  let instance = instances.get(key);
  if (instance === undefined) {
    const opened = await open(kind);
    if (!('gpu' in opened)) return opened;
    instance = { shared: opened, users: 0 };
    instances.set(key, instance);
  }
  const { shared } = instance;
  const held = instance;
  held.users++;
  const endPolls = spacePolls();
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    held.users--;
    endPolls();
  };
  return { ...shared, release };
}

/** A Dawn instance to make, and what to ask it for. */
interface Try {
  /** Requests, until one is answered. */
  readonly requests: readonly GPURequestAdapterOptions[];
  /** The manifest of the only driver that the loader is to see. Without one it sees those that are chosen, else those that are installed. */
  readonly manifest?: string;
  readonly advice?: string;
}

async function open(kind: Dawn['kind']): Promise<Shared | NoDawn> {
  const webgpu = await import('webgpu').catch((error: unknown) => firstLine(error));
  if (typeof webgpu === 'string') return { reason: `no WebGPU in Node: the package webgpu cannot be loaded: ${webgpu}` };
  if (kind === 'hardware' && process.platform === 'linux' && !hasGpuDevice()) {
    return { reason: `${missing(kind)}: no GPU device on this machine` };
  }
  let reason = missing(kind);
  for await (const { requests, manifest, advice = '' } of triesOf(kind)) {
    if (process.platform === 'linux' && !loadLibrary(VULKAN_LOADER) && !loadLibrary((await findSwiftShader())?.loader)) {
      return { reason: `no ${kind} adapter: no Vulkan loader (${VULKAN_LOADER}) on this machine` };
    }
    for (const [name, value] of Object.entries(webgpu.globals)) {
      if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false });
    }
    const gpu = webgpu.create([]);
    for (const options of requests) {
      const adapter = await requestAdapter(gpu, options, manifest);
      if (adapter === null) continue;
      const name = [adapter.info.description, adapter.info.device].find((text) => text !== '') ?? adapter.info.vendor;
      if (adapter.info.isFallbackAdapter !== (kind === 'software')) {
        reason = `${missing(kind)}: the machine offers ${name}`;
        continue;
      }
      const offered = pin(gpu, options);
      setHost(offered, { memory: ownMemory(), tuningStore: tuningFile() });
      return { gpu: offered, device: new DeviceSource(offered), kind, adapter: name, advice };
    }
  }
  return { reason };
}

/** Asked for a fallback adapter, Dawn offers SwiftShader and WARP, but not lavapipe, which is an ordinary adapter to Dawn. */
const SOFTWARE: readonly GPURequestAdapterOptions[] = [{ forceFallbackAdapter: true }, {}];

async function* triesOf(kind: Dawn['kind']): AsyncGenerator<Try> {
  const linux = process.platform === 'linux';
  if (kind === 'software' && linux && chosenDrivers() === undefined) {
    const lavapipe = findLavapipe();
    if (lavapipe?.tooOld === false) yield { requests: [{}], manifest: lavapipe.manifest };
    const swiftShader = await findSwiftShader();
    const how =
      lavapipe === undefined
        ? 'apt install mesa-vulkan-drivers'
        : 'Dawn does not take the one that is installed; that of Debian 12 is too old';
    const advice = `Mesa 25 or newer may be several times faster (${how})`;
    if (swiftShader !== undefined) yield { requests: SOFTWARE, manifest: swiftShader.manifest, advice };
  }
  if (linux && !hasVulkanDriver()) return;
  yield { requests: kind === 'software' ? SOFTWARE : [{ powerPreference: 'high-performance' }] };
}

/** `gpu`, with these options in every request. They override the caller's, because a machine may have adapters of both kinds. */
function pin(gpu: GPU, options: GPURequestAdapterOptions): GPU {
  return {
    __brand: 'GPU',
    wgslLanguageFeatures: gpu.wgslLanguageFeatures,
    getPreferredCanvasFormat: () => gpu.getPreferredCanvasFormat(),
    requestAdapter: (wishes) => gpu.requestAdapter({ ...wishes, ...options }),
  };
}

async function requestAdapter(gpu: GPU, options: GPURequestAdapterOptions, manifest: string | undefined) {
  if (manifest === undefined) return gpu.requestAdapter(options);
  const before = process.env[DRIVER_VARIABLE];
  process.env[DRIVER_VARIABLE] = manifest;
  try {
    return await gpu.requestAdapter(options);
  } finally {
    if (before === undefined) delete process.env[DRIVER_VARIABLE];
    else process.env[DRIVER_VARIABLE] = before;
  }
}

/** Bytes of memory of the machine, or as many as a container leaves to this process. */
function ownMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function missing(kind: Dawn['kind']): string {
  if (kind === 'hardware') return 'no hardware adapter';
  return 'no software adapter (install the npm package @sparticuz/chromium on Linux x64, or Mesa 25 or newer, or name a driver in VK_ICD_FILENAMES)';
}

function firstLine(error: unknown): string {
  return firstOf((error instanceof Error ? error.message : String(error)).split('\n', 1));
}
