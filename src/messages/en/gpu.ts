import type { Table } from '../message.js';
import { formatMegabytes } from '../words.js';

/** Devices, and malformed kernels: src/gpu. */
export const gpu = {
  'gpu.no-adapter': () => ['WebGPU has no adapter here', 'a GPU with a current driver, or the CPU executor'],
  /** `detail` is prose of the WebGPU implementation, here and below. */
  'gpu.error': (v: { detail: string }) => [`WebGPU reported an error: ${v.detail}`],
  'gpu.refused': (v: { detail: string }) => [`WebGPU refused a call: ${v.detail}`],
  'gpu.lost': (v: { detail: string }) => [`the GPU device was lost: ${v.detail}`],
  'session.destroyed': () => ['the session was destroyed', 'a new one'],
  'gpu.destroyed': () => ['the executor was destroyed', 'create a new one'],
  'gpu.out-of-memory': (v: { detail: string }) => [
    `the GPU is out of memory: ${v.detail}`,
    'a smaller --memory or memoryBudget, or --device cpu',
  ],
  /** All in bytes. */
  'gpu.network-too-large': (v: { total: number; fixed: number; largest: number; budget: number; buffer: number }) => [
    `the network needs ${formatMegabytes(v.total)} for four samples, ${formatMegabytes(v.fixed)} of it whatever their number, its largest tensor ${formatMegabytes(v.largest)}`,
    `at most ${formatMegabytes(v.budget)} in all and ${formatMegabytes(v.buffer)} a tensor on this device; a larger --memory or memoryBudget, where the device has it, or --device cpu`,
  ],
  /** In bytes. */
  'cpu.network-too-large': (v: { bytes: number; most: number }) => [
    `the network needs ${formatMegabytes(v.bytes)} for one image in float64`,
    `at most ${formatMegabytes(v.most)} on the CPU`,
  ],
  'gpu.fused-too-large': (v: { samples: number; bytes: number; buffer: number; budget: number }) => [
    `--plan fused does not fit: ${v.samples} samples of this network need ${formatMegabytes(v.bytes)} at once`,
    `at most ${formatMegabytes(v.buffer)} a buffer and ${formatMegabytes(v.budget)} in all; --plan layered splits them`,
  ],
  'kernel.linked-does-not-compile': (v: { detail: string }) => [`the linked kernels do not compile: ${v.detail}`],
  'kernel.does-not-compile': (v: { kernel: string; detail: string }) => [`the kernel ${v.kernel} does not compile: ${v.detail}`],
  'kernel.parameter': (v: { kernel: string; parameter: string; numbers: number; given: string }) => [
    `kernel ${v.kernel} needs ${v.numbers} number(s) for the parameter ${v.parameter}, not ${v.given}`,
  ],
  'kernel.unknown-parameter': (v: { kernel: string; parameters: readonly string[] }) => [
    `kernel ${v.kernel} has no parameter ${v.parameters.join(', ')}`,
  ],
  'kernel.unknown-constant': (v: { kernel: string; constant: string; known: readonly string[] }) => [
    `kernel ${v.kernel} has no constant ${v.constant}`,
    `one of: ${v.known.join(', ')}`,
  ],
  'shader.no-uniform': (v: { shader: string }) => [
    `shader ${v.shader} has no uniform "parameters" at binding 0`,
    'var<uniform> parameters: Parameters',
  ],
  'shader.no-storage': (v: { shader: string; binding: number }) => [
    `shader ${v.shader} has no storage buffer at binding ${v.binding}`,
    'bindings without gaps',
  ],
  'shader.member-type': (v: { member: string; type: string }) => [
    `uniform member ${v.member} has the type ${v.type}`,
    'u32, i32, f32 or a vector of them',
  ],
  'shader.unknown': (v: { shader: string }) => [`shader ${v.shader} does not exist`, 'a file of shaders/'],
  /** `detail` is about the directive, in English; `text` is the line. */
  'shader.template': (v: { shader: string; line: number; detail: string; text: string }) => [
    `${v.shader}.wgsl line ${v.line}: ${v.detail}`,
    v.text,
  ],
  'shader.not-closed': (v: { bracket: string; text: string }) => [`a ${v.bracket} of the shader is not closed`, v.text],
  'shader.at-module-scope': (v: { shader: string; text: string }) => [
    `shader ${v.shader} has "${v.text}" at module scope`,
    'fn, struct, const, alias, or var with its address space',
  ],
  'link.bindings': (v: { shader: string; bindings: number; operands: number }) => [
    `shader ${v.shader} has ${v.bindings} storage bindings, its dispatch ${v.operands}`,
    'as many',
  ],
  /** `detail` and `wanted` are about WGSL, in English. */
  'link.form': (v: { shader: string; detail: string; wanted: string }) => [`shader ${v.shader} cannot be linked: ${v.detail}`, v.wanted],
  'link.array-type': (v: { shader: string; variable: string; type: string; known: readonly string[] }) => [
    `shader ${v.shader} cannot be linked: ${v.variable} is an array<${v.type}>`,
    `one of ${v.known.join(', ')}`,
  ],
  'link.writes-input': (v: { shader: string; variable: string; home: 'constant' | 'request' }) => [
    `shader ${v.shader} cannot be linked: it writes ${v.variable}, a ${v.home}`,
    'a tensor or a result',
  ],
  'link.writes-halves': (v: { shader: string; variable: string }) => [
    `shader ${v.shader} cannot be linked: it writes halves of ${v.variable}`,
    'array<vec4f> or array<f32>',
  ],
  'link.reserved-name': (v: { shader: string; variable: string; reserved: readonly string[] }) => [
    `shader ${v.shader} cannot be linked: it has a variable ${v.variable}`,
    `other names than ${v.reserved.join(', ')}`,
  ],
  'link.no-index': (v: { shader: string; variable: string; text: string }) => [
    `shader ${v.shader} cannot be linked: it uses ${v.variable} without an index (${v.text})`,
    'whole elements, as NAME[index]',
  ],
  'link.writes-part': (v: { shader: string; variable: string; text: string }) => [
    `shader ${v.shader} cannot be linked: it writes a part of ${v.variable} (${v.text})`,
    'whole elements, as NAME[index]',
  ],
} as const satisfies Table;
