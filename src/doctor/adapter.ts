import { type GpuDevice, RAISED_LIMITS } from '../gpu/device/device.js';

/** What an adapter is, what it offers, and what Pathlight asks of it. */
export interface AdapterFacts {
  /** `software`: it runs on the processor. */
  readonly kind: 'gpu' | 'software';
  /** Vendor, architecture and description, as the driver says them. */
  readonly name: string;
  /** Optional features of WebGPU that it has, in alphabetical order. */
  readonly features: readonly string[];
  readonly asked: readonly Asked[];
}

/** A limit or a feature that Pathlight asks for. */
export interface Asked {
  readonly what: string;
  /** What it is for. */
  readonly why: string;
  /** What the device has now; of a feature whether it is used. */
  readonly given: number | boolean;
  /** What every device has. */
  readonly everywhere: number | boolean;
}

/** What WebGPU guarantees: https://www.w3.org/TR/webgpu/#limits */
const LIMITS: Readonly<Record<(typeof RAISED_LIMITS)[number], { readonly why: string; readonly everywhere: number }>> = {
  maxBufferSize: { why: 'bytes of one tensor for all samples of a chunk', everywhere: 256 * 2 ** 20 },
  maxStorageBufferBindingSize: { why: 'bytes of one tensor that a kernel may read', everywhere: 128 * 2 ** 20 },
  maxComputeWorkgroupsPerDimension: { why: 'how many workgroups a dispatch may have', everywhere: 65_535 },
  maxComputeInvocationsPerWorkgroup: { why: 'how many invocations may work together', everywhere: 256 },
  maxComputeWorkgroupStorageSize: { why: 'bytes that invocations may share as they work', everywhere: 16_384 },
};

export function factsOf({ kind, adapter, device, offered, broadcasts }: GpuDevice): AdapterFacts {
  const limits = RAISED_LIMITS.map((what): Asked => ({ what, ...LIMITS[what], given: device.limits[what] }));
  const subgroups = {
    what: 'subgroups',
    why: 'invocations share what they load; on a software adapter alone',
    given: broadcasts,
    everywhere: false,
  };
  return { kind, name: adapter, features: [...offered].sort(), asked: [...limits, subgroups] };
}
