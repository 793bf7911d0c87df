import { doctorCommand } from '../src/cli/commands/doctor.js';
import { run } from '../src/cli/program.js';

/** `pathlight doctor` alone, to be bundled for a machine that has a GPU and nothing else: it needs no package but `webgpu` (docs/gpu.md). */
export async function main(args: readonly string[]): Promise<void> {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  process.exitCode = await run([doctorCommand], ['doctor', ...args], controller.signal);
}
