import type { BenchLauncher } from './launch.js';

/** The rates of plain multiply-add loops (shaders/doctor/multiply_add.wgsl), which no kernel can exceed. The last is the adapter's best. */
export async function measureLoops(launcher: BenchLauncher, repeats: number): Promise<{ name: string; gflops: number }[]> {
  const invocations = 4096;
  const iterations = 256;
  const loops: { name: string; gflops: number }[] = [];
  for (const [name, CHAINS] of [
    ['each waits for the one before', 1],
    ['8 independent chains', 8],
  ] as const) {
    const x = Float32Array.of(0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1);
    const launch = {
      kernel: 'multiply_add',
      constants: { CHAINS },
      parameters: { iterations },
      bindings: [x, 'output'] as const,
      invocations,
    };
    const prepared = await launcher.prepare([launch], 4 * invocations);
    const milliseconds = await fastest(prepared.run, repeats);
    loops.push({ name, gflops: (2 * 4 * 64 * iterations * invocations) / milliseconds / 1e6 });
    prepared.destroy();
  }
  return loops;
}

async function fastest(run: () => Promise<number>, repeats: number): Promise<number> {
  let milliseconds = await run();
  for (let i = 0; i < repeats; i++) milliseconds = Math.min(milliseconds, await run());
  return milliseconds;
}
