import { quadsOf, type SampleLayout, samplesOf, workgroupsFor } from '../compile/layout.js';
import { halvesOf, type ScheduledDispatch } from '../compile/schedule.js';
import type { KernelCache } from '../kernels/cache.js';
import { writeParameters } from '../kernels/interface.js';
import { invocationsOf, kernelOf } from '../kernels/variant.js';
import type { Candidate } from './candidates.js';

/** Milliseconds that the candidates of a class may take together, their compilation aside. */
const PATIENCE = 50;
/** Milliseconds of one measurement: many times what a clock may be off by in a browser (0.1), and what a submit costs. */
const MEASUREMENT = 4;
/** The most dispatches in one measurement. */
const MOST_DISPATCHES = 64;
/** A candidate that is slower than the fastest by this factor after a measurement is out. */
const HOPELESS = 1.5;
/** Multiply-adds of one dispatch: a small GPU takes a millisecond or two, a large one has work for all of its cores. */
const MULTIPLY_ADDS = 2e9;

/** A dispatch with the buffers that it binds. What it writes must not be needed. */
export interface RaceWork {
  readonly dispatch: ScheduledDispatch;
  readonly layout: SampleLayout;
  readonly buffers: readonly GPUBufferBinding[];
}

/** Times candidates of a dispatch in turns on its own buffers, and returns the name of the fastest. */
export async function raceCandidates(
  device: GPUDevice,
  kernels: KernelCache,
  { dispatch, layout, buffers }: RaceWork,
  candidates: readonly Candidate[],
): Promise<string> {
  const share = Math.min(1, MULTIPLY_ADDS / ((dispatch.multiplyAdds ?? 1) * samplesOf(layout)));
  const quads = Math.max(1, Math.round(layout.blocks * share)) * layout.lanes;
  const uniforms: GPUBuffer[] = [];
  const prepare = async ({ name, variant }: Candidate) => {
    const chosen = kernelOf(dispatch, variant);
    const kernel = await kernels.get(chosen.kernel, chosen.constants, halvesOf(dispatch));
    const grid = {
      'grid.lanes': layout.lanes,
      'grid.quads': Math.min(quads, quadsOf(layout)),
      'grid.tiles': variant.tiles,
      'grid.accumulate': 0,
    };
    const bytes = new ArrayBuffer(kernel.interface.parameters.size);
    writeParameters(kernel.name, kernel.interface, { ...grid, ...dispatch.parameters }, new DataView(bytes));
    const uniform = device.createBuffer({
      label: 'trial',
      size: bytes.byteLength,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    uniforms.push(uniform);
    device.queue.writeBuffer(uniform, 0, bytes);
    const entries = [{ buffer: uniform }, ...buffers].map((resource, binding) => ({ binding, resource }));
    const group = device.createBindGroup({ label: name, layout: kernel.layout, entries });
    const workgroups = workgroupsFor(invocationsOf(variant, quads), device.limits.maxComputeWorkgroupsPerDimension, variant.workgroup);
    /** Milliseconds of one of so many dispatches. */
    const run = async (times: number): Promise<number> => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(kernel.pipeline);
      pass.setBindGroup(0, group);
      for (let i = 0; i < times; i++) pass.dispatchWorkgroups(...workgroups);
      pass.end();
      const started = performance.now();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return (performance.now() - started) / times;
    };
    // A driver may do work at the first dispatch that none after it has.
    return { name, run, best: await run(1) };
  };
  const entrants = await Promise.all(candidates.map(prepare));
  const until = performance.now() + PATIENCE;
  let field = entrants;
  do {
    for (const entrant of field) {
      const times = Math.min(MOST_DISPATCHES, Math.max(1, Math.ceil(MEASUREMENT / Math.max(entrant.best, 1e-3))));
      entrant.best = Math.min(entrant.best, await entrant.run(times));
    }
    const limit = HOPELESS * Math.min(...field.map(({ best }) => best));
    field = field.filter(({ best }) => best <= limit);
  } while (field.length > 1 && performance.now() < until);
  for (const uniform of uniforms) uniform.destroy();
  return field.reduce((fastest, each) => (each.best < fastest.best ? each : fastest)).name;
}
