import { Command } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { consult, type Diagnosis } from '../../app.js';
import { PathlightError } from '../../index.js';
import { openDawn } from '../../node/index.js';
import { parseChoice } from '../arguments.js';
import { Console, facts, grid, toJson } from '../console.js';
import { byteSize, count, duration, percentage, plural } from '../format.js';
import { OutputFolder } from '../output_folder.js';
import { EXIT } from '../task.js';

interface DoctorFlags {
  readonly device: string;
  readonly quick?: boolean;
  readonly only?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const DEVICES = ['auto', 'gpu', 'software'] as const;

const EXAMPLES = `
Exit codes: 0 all kernels are right; 1 one is wrong; 2 there is no such device, or bad usage.

Examples:
  $ pathlight doctor
  $ pathlight doctor --quick
  $ pathlight doctor --device gpu --out report
  $ pathlight doctor --device software --only Softmax`;

export function doctorCommand(signal: AbortSignal, finish: (exitCode: number) => void): Command {
  return new Command('doctor')
    .description('Tells what your GPU or its driver is, whether every kernel is right on it, and how fast it is.')
    .optionsGroup('Running:')
    .option('--device <device>', `what to examine: ${DEVICES.join(', ')}`, 'auto')
    .option('--quick', 'fewer cases of each operator, and no comparison of plans')
    .option('--only <text>', 'only the checks with this text in their name, such as an operator; no speed')
    .optionsGroup('Output:')
    .option('--out <folder>', 'write doctor.json into this folder')
    .option('--json', 'print what doctor.json holds instead of tables')
    .option('--quiet', 'print nothing but errors')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: DoctorFlags) => {
      const choice = parseChoice('--device', flags.device, DEVICES);
      const dawn = await openDawn({ adapter: choice === 'gpu' ? 'hardware' : choice });
      if (!('gpu' in dawn)) throw new PathlightError('device.unusable', { device: choice, detail: dawn.reason });
      const console = new Console(flags.quiet === true, flags.json === true);
      let folder: OutputFolder | undefined;
      try {
        if (flags.out !== undefined) folder = await OutputFolder.open(flags.out);
        const { quick = false, only } = flags;
        const found = await consult(dawn.device, {
          quick,
          ...(only !== undefined && { only }),
          signal,
          onProgress: (stage, done, total) => console.progress(stage, done, total),
        });
        // After the examination: a refusal is one line.
        const { advice } = dawn;
        if (choice === 'auto' && dawn.kind === 'software') {
          console.note(`no hardware GPU: this is a software adapter${advice === '' ? '' : `; ${advice}`}`);
        }
        const record = { pathlight: packageJson.version, node: process.version, quick, ...found };
        console.print(summarise(found));
        console.printJson(record);
        await folder?.write('', { 'doctor.json': toJson(record) });
        finish(found.examination.right ? EXIT.done : EXIT.notFound);
      } finally {
        console.close();
        await folder?.close();
        await dawn.device.destroy();
        dawn.release();
      }
    });
}

function summarise({ adapter, examination, speed, verdict }: Diagnosis): string {
  const { checks, kernels, seconds, worst, wrong, tolerance } = examination;
  const lines = facts([
    ['adapter', adapter.name],
    ['kind', adapter.kind === 'gpu' ? 'hardware GPU' : 'software: runs on the processor'],
    ['features', sayFeatures(adapter.features)],
    ['kernels', `${count(kernels)} in ${count(checks)} checks, ${duration(1000 * seconds)}`],
    [
      'right up to',
      `${tolerance.toExponential(0)} of the values, relative; the worst is ${worst === null ? 'none' : `${worst.error.toExponential(1)}, ${worst.check}`}`,
    ],
    ...(speed === undefined
      ? []
      : ([
          ['plain loop', `${count(Math.round(speed.loopGflops))} GFLOP/s`],
          ['copy', `${speed.copyGbytes.toPrecision(3)} GB/s read and written`],
          ['a submit', duration(speed.submitMilliseconds)],
          ['one dispatch more', `${speed.dispatchMicroseconds.toPrecision(2)} microseconds`],
          ['a readback', duration(speed.readbackMilliseconds)],
        ] as const)),
  ]);
  const asked = grid(
    ['asked for', 'given>', 'everywhere>', 'what for'],
    adapter.asked.map(({ what, given, everywhere, why }) => [what, sayLimit(what, given), sayLimit(what, everywhere), why]),
  );
  const wrongs = grid(
    ['wrong', 'error>', 'operators', 'kernels to blame'],
    wrong.map(({ check, error, serves, suspects, failure }) => [
      check,
      failure ?? error?.toExponential(1) ?? 'no number',
      serves.join(', '),
      suspects.join('; '),
    ]),
  );
  const work = grid(
    ['forward and backward', 'samples>', 'time>', 'GFLOP/s>', 'of the loop>'],
    (speed?.work ?? []).map(({ work: name, samples, milliseconds, gflops, share }) => [
      name,
      count(samples),
      duration(milliseconds),
      gflops.toPrecision(3),
      percentage(share),
    ]),
  );
  const plans = grid(
    ['plans', 'steps>', 'layered>', 'fused>'],
    (speed?.plans ?? []).map(({ network, steps, layered, fused }) => [network, count(steps), duration(layered), duration(fused)]),
  );
  return [
    verdict.map(({ message }) => `${message}.`).join('\n'),
    '',
    lines,
    ...(wrong.length > 0 ? ['', wrongs] : []),
    '',
    asked,
    ...(speed ? ['', work] : []),
    ...(speed && speed.plans.length > 0 ? ['', plans] : []),
    ...(wrong.length > 0 ? ['', `${plural(wrong.length, 'check')} failed`] : []),
  ].join('\n');
}

/** Features that kernels could use. */
const OF_USE = ['shader-f16', 'subgroups', 'timestamp-query'];

function sayFeatures(features: readonly string[]): string {
  const others = features.filter((feature) => !OF_USE.includes(feature)).length;
  return `${OF_USE.map((feature) => `${feature} ${features.includes(feature) ? 'yes' : 'no'}`).join(', ')}; ${others} others`;
}

function sayLimit(what: string, value: number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return /Size$/.test(what) ? byteSize(value) : count(value);
}
