import { join } from 'node:path';
import { Command } from 'commander';
import {
  checkPiecewiseLinear,
  DEFAULT_RULE,
  type DeviceRecord,
  measureStepCounts,
  NESTED_RULES,
  type StepCount,
  type StepCountRow,
  withOutput,
} from '../../app.js';
import { type Baseline, PathlightError, predict, RULES, type Rule, type Session, toValues } from '../../index.js';
import { readInput, readModel, useDevice } from '../../node/index.js';
import {
  addCommon,
  type CommonOptions,
  parseChoice,
  parseIntegral,
  parseRunning,
  parseWhole,
  readBaseline,
  readPreprocessing,
} from '../arguments.js';
import { Console, facts, grid } from '../console.js';
import { byteSize, count, duration, nameClass, percentage, plural } from '../format.js';
import { findModels } from '../shipped.js';
import { recordDevice } from '../task.js';

interface BenchFlags extends CommonOptions {
  readonly model?: string;
  readonly input?: string;
  readonly target?: string;
  readonly steps: string;
  readonly rule: string;
  readonly baseline: string;
  readonly rounds: string;
}

const STEPS = '16,64,256,1024,auto,exact';
const MOST_ROUNDS = 1000;

/** Measured if no model is named: a shipped network, and a digit of the study. */
const SHIPPED = 'digits.onnx';
const DIGIT = '7-read-as-1.png';

/**
 * The search for exact regions may take this many times the evaluations of the largest step count, and is then given up: large networks
 * have too many regions.
 */
const EXACT_SHARE = 8;
const LEAST_EVALUATIONS = 4096;

const EXAMPLES = `
Examples:
  $ pathlight bench
  $ pathlight bench --model mobilenet.onnx --input cat.jpg --steps 16,64,256 --rounds 3
  $ pathlight bench --model digits.onnx --rule gauss-legendre --device gpu --json`;

export function benchCommand(signal: AbortSignal, finish: (exitCode: number) => void): Command {
  const command = new Command('bench')
    .description(
      'Measures on your device what step counts of the path integral cost on a model, and how far they are from the exact integral.',
    )
    .option('--model <model.onnx>', 'an ONNX image classifier (default: the shipped digits.onnx)')
    .option('--input <input>', 'an image or a .npy file (default: a shipped digit with the shipped model, else seeded noise)')
    .option('--target <class>', 'class to explain, an index or a label (default: the predicted one)')
    .option('--steps <list>', 'numbers, auto and exact, with commas between them', STEPS)
    .option('--rule <rule>', RULES.join(', '), DEFAULT_RULE)
    .option('--baseline <baseline>', 'where the path starts, as for attribute', 'zero')
    .option('--rounds <n>', 'timed runs of each, after one to warm up; the median counts', '5');
  return addCommon(command)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: BenchFlags) => {
      const given = command.getOptionValueSource('steps') === 'cli';
      const asked = parseCounts(flags.steps, parseChoice('--rule', flags.rule, RULES), given);
      const rounds = parseWhole('--rounds', flags.rounds, 1, MOST_ROUNDS);
      const running = parseRunning(flags);
      const models = flags.model === undefined ? findModels() : '';
      const modelPath = flags.model ?? join(models, SHIPPED);
      const inputPath = flags.input ?? (flags.model === undefined ? join(models, 'study', DIGIT) : undefined);
      const { session: model } = await readModel(modelPath, { preprocessing: await readPreprocessing(flags) });
      const target = flags.target === undefined ? undefined : model.classOf(flags.target);
      const baseline = await readBaseline(flags.baseline, model.preprocessing);
      const piecewise = whyNotExact(model);
      if (given && piecewise !== undefined && asked.some(({ steps }) => steps === 'exact')) throw piecewise;
      const counts = piecewise === undefined ? asked : asked.filter(({ steps }) => steps !== 'exact');
      const image = inputPath === undefined ? noise(model) : (await readInput(inputPath, model.preprocessing)).data;

      const console = new Console(flags.quiet === true, flags.json === true);
      const opened = await useDevice(model, running.device, running.plan, running.memoryBudget, running.tune, running.precision);
      try {
        console.note(opened.note);
        if (piecewise !== undefined) console.note(`no exact integral: ${piecewise.message}`);
        const taken = target ?? (await predict(opened.session, image, { signal }))[0].class;
        const request = { image, target: taken, baseline, counts, rounds, signal };
        const onProgress = (done: number, total: number) => console.progress('bench', done, total);
        const { rows, reference } = await measureAgainst(opened.session, { ...request, onProgress }, piecewise === undefined, console);
        const record = {
          model: flags.model ?? SHIPPED,
          input: flags.input ?? (flags.model === undefined ? DIGIT : 'noise'),
          device: await recordDevice(opened, 'logit'),
          target: taken,
          baseline: typeof baseline === 'number' ? baseline : flags.baseline,
          reference,
          rounds,
          rows,
        };
        console.print(summarise(opened.session, record));
        console.printJson(record);
        finish(0);
      } finally {
        console.close();
        await opened.close();
      }
    });
}

type Request = Omit<Parameters<typeof measureStepCounts>[1], 'reference'> & { readonly baseline: Baseline };

/** Measures against the exact integral, if it exists and has not too many regions; else against the largest step count. */
async function measureAgainst(session: Session, request: Request, piecewise: boolean, console: Console) {
  const numbers = request.counts.flatMap(({ steps }) => (typeof steps === 'number' ? steps : []));
  const largest = request.counts.find(({ steps }) => steps === Math.max(...numbers));
  if (piecewise) {
    const maxSteps = Math.max(LEAST_EVALUATIONS, EXACT_SHARE * Math.max(0, ...numbers));
    try {
      return { reference: 'exact', rows: await measureStepCounts(session, { ...request, reference: { steps: 'exact', maxSteps } }) };
    } catch (error) {
      if (!(error instanceof PathlightError) || largest === undefined) throw error;
      console.note(`errors are measured against ${largest.steps} steps, since ${error.message}`);
    }
  }
  if (largest === undefined) throw new PathlightError('flag.steps-without-number', { values: request.counts.map(({ steps }) => steps) });
  const counts = request.counts.filter(({ steps }) => steps !== 'exact');
  return { reference: `${largest.steps} steps`, rows: await measureStepCounts(session, { ...request, counts, reference: largest }) };
}

/** @param given whether the user gave the list. Counts that contradict the rule are then refused; in the default list they are left out. */
function parseCounts(list: string, rule: Rule, given: boolean): StepCount[] {
  return list.split(',').flatMap((text): StepCount[] => {
    const steps = text.trim();
    if (steps === 'exact') return [{ steps }];
    if (steps === 'auto' && !given && !(NESTED_RULES as readonly Rule[]).includes(rule)) return [];
    return [{ steps: parseIntegral({ steps, rule }).steps, rule }];
  });
}

/** Why a model has no exact integral; undefined if it has one. */
function whyNotExact(model: Session): PathlightError | undefined {
  try {
    checkPiecewiseLinear(withOutput(model.graph, 'logit'));
    return undefined;
  } catch (error) {
    if (error instanceof PathlightError) return error;
    throw error;
  }
}

/** Noise in the model's input space, always the same: the upper bits of a linear congruential generator. Of no picture, from 0 to 1. */
function noise({ preprocessing }: Session): Float32Array {
  const { width, height, channels } = preprocessing;
  let state = 1;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  if (channels !== 1 && channels !== 3) return Float32Array.from(data, (byte) => byte / 255);
  return toValues({ width, height, channels, data }, preprocessing);
}

interface BenchRecord {
  readonly model: string;
  readonly input: string;
  readonly device: DeviceRecord;
  readonly target: number;
  readonly reference: string;
  readonly rounds: number;
  readonly rows: readonly StepCountRow[];
}

function summarise(session: Session, { model, input, device, target, reference, rounds, rows }: BenchRecord): string {
  const lines = facts([
    ['input', input],
    ['explained', `logit of ${nameClass(session, target)}`],
    ['ran on', `${device.kind === 'cpu' ? 'CPU' : device.kind}: ${device.adapter}`],
    ['times', `medians of ${plural(rounds, 'round')}`],
    ['errors', `largest error of any element against ${reference}, relative to the largest attribution`],
  ]);
  const table = grid(
    ['steps', 'rule', 'points>', 'delta>', 'error>', 'time>', 'points a second>', 'dispatches>', 'memory>'],
    rows.map((row) => [
      String(row.steps),
      row.rule ?? '',
      count(row.points),
      percentage(row.relativeDelta),
      row.error === null ? 'reference' : percentage(row.error),
      duration(row.milliseconds),
      count(Math.round(row.pointsPerSecond)),
      count(row.dispatches),
      byteSize(row.peakBytes),
    ]),
  );
  const notes = rows.flatMap((row) => [
    ...(row.exact ? [`exact: ${plural(row.exact.regions, 'linear region')}, error bound ${row.exact.errorBound.toExponential(1)}`] : []),
    ...(row.auto
      ? [`auto: estimate ${percentage(row.auto.estimate)}, tolerance ${percentage(row.auto.tolerance)} ${row.auto.met ? 'met' : 'not met'}`]
      : []),
  ]);
  return [model, lines, '', table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}
