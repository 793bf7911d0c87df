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
  /** All in bytes. No budget helps where a tensor is larger than a buffer that the device binds. */
  'gpu.network-too-large': (v: { total: number; fixed: number; largest: number; budget: number; buffer: number }) => [
    `the network needs ${formatMegabytes(v.total)} for four samples, ${formatMegabytes(v.fixed)} of it whatever their number, its largest tensor ${formatMegabytes(v.largest)}`,
    `at most ${formatMegabytes(v.budget)} in all and ${formatMegabytes(v.buffer)} a tensor on this device; ${
      v.largest > v.buffer
        ? 'another GPU, a smaller --size where the file leaves it open, or --device cpu'
        : 'a larger --memory or memoryBudget, where the device has it, or --device cpu'
    }`,
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
  // The verdict on an adapter in three sentences: is it right, how fast is it, what to do.
  'doctor.right': (v: { adapter: string; kernels: number; checks: number; worst: number }) => [
    `Everything that Pathlight computes on ${v.adapter} is right: ${v.kernels} kernels in ${v.checks} checks, none further than ${v.worst.toExponential(1)} from float64`,
  ],
  'doctor.right-part': (v: { adapter: string; checks: number; worst: number }) => [
    `On ${v.adapter} these ${v.checks} checks are right, none further than ${v.worst.toExponential(1)} from float64; the others were not asked`,
  ],
  'doctor.nothing': (v: { text: string }) => [`no check has "${v.text}" in its name`, 'the name of an operator, as Conv or Softmax'],
  'doctor.wrong': (v: { adapter: string; wrong: number; checks: number; operators: readonly string[] }) => [
    `${v.adapter} computes wrong numbers: ${v.wrong} of ${v.checks} checks fail, and with them ${v.operators.join(', ')}`,
  ],
  'doctor.speed': (v: { gflops: number; share: number; work: string; milliseconds: number }) => [
    `It does ${round(v.gflops)} billion operations a second in a plain loop, layers of networks reach up to ${round(100 * v.share)}% of that (${v.work}), and a call takes at least ${round(v.milliseconds)} ms`,
  ],
  'doctor.use-it': () => ['Use it: it is what computes unless you choose otherwise'],
  'doctor.use-cpu': () => [
    'Do not trust maps from it: compute on the processor (--device cpu on the command line), install the newest driver, and report this with doctor.json',
  ],
  'doctor.software': (v: { lavapipe: boolean }) => [
    v.lavapipe
      ? 'It runs on the processor: right, and many times slower than a GPU'
      : 'It runs on the processor: right, and many times slower than a GPU; on Linux Mesa 25 or newer may be several times faster than SwiftShader: apt install mesa-vulkan-drivers',
  ],
} as const satisfies Table;

/** Three digits. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
