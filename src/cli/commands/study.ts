import { join, parse } from 'node:path';
import { Command } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import {
  ADVERSARIAL,
  captionOf,
  diagnoseGradient,
  howFound,
  itemAt,
  outcomeOf,
  type ReportReading,
  type ReportRow,
  renderReport,
  repairRecord,
  sizeClaim,
} from '../../app.js';
import { heatmap, pixelLayout, type Repair, type Session, type Strategy, saliency, sumChannels, toPicture } from '../../index.js';
import { encodePng, type Input, readBytes, readInput, readModel } from '../../node/index.js';
import { addRunning, type CommonOptions, parseRunning } from '../arguments.js';
import { grid } from '../console.js';
import { count, duration, percentage, plural, short } from '../format.js';
import { findModels } from '../shipped.js';
import { recordDevice, type Task, withTask } from '../task.js';
import { filesOf, type Repaired, repairInput } from './repair.js';
import { studyMaps } from './study_maps.js';

type StudyFlags = Pick<CommonOptions, 'device' | 'plan' | 'tune' | 'precision' | 'memory' | 'json' | 'quiet'> & { readonly out: string };

const EXAMPLES = `
Examples:
  $ pathlight study --out out
  $ pathlight study --out out --device cpu --json`;

/** The form of `models/study/digits.json`, which models/study/choose.mjs writes. */
interface StudyList {
  readonly model: string;
  readonly digits: readonly StudyDigit[];
  /** Kinds of digits of which the rule of models/study/choose.mjs found none. */
  readonly missing: readonly string[];
}

interface StudyDigit {
  readonly file: string;
  /** Index in MNIST's test set. */
  readonly index: number;
  readonly class: number;
  readonly predicted: number;
  readonly kind: string;
  readonly strategy: Strategy;
  readonly percent: number | 'search';
}

export function studyCommand(signal: AbortSignal, finish: (exitCode: number) => void): Command {
  const command = new Command('study')
    .description('Repairs five digits that a shipped network misreads, and writes report.html about them.')
    .requiredOption('--out <dir>', 'folder for report.html, and for a folder a digit with the files of repair');
  return addRunning(command)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StudyFlags) => {
      const running = parseRunning(flags);
      const models = findModels();
      const { model, digits, missing } = JSON.parse(
        new TextDecoder().decode(await readBytes(join(models, 'study', 'digits.json'))),
      ) as StudyList;
      const { session } = await readModel(join(models, model));
      finish(
        await withTask({ session, inputs: [], out: flags.out, signal, running }, flags, async (task) => {
          const started = performance.now();
          const cases: StudyCase[] = [];
          for (const digit of digits) {
            task.console.note(`${cases.length + 1} of ${digits.length}: ${nameDigit(digit.class)} read as ${digit.predicted}`);
            cases.push(await studyDigit(task, join(models, 'study', digit.file), digit, `models/${model}`));
          }
          task.console.note('which of the maps is right: taking parts of the digits away');
          const report = await writeReport(task, cases, { model, missing, milliseconds: performance.now() - started });
          task.console.print(`${summarise(cases)}\n\n${report}`);
          task.console.printJson(cases.map(describe));
          return cases.every(({ own }) => own.repair.repaired) ? 0 : 1;
        }),
      );
    });
}

/** The outcome of one digit. */
interface StudyCase {
  readonly digit: StudyDigit;
  readonly input: Input;
  /** The repair with the strategy of the digit's kind. */
  readonly own: Repaired;
  /** The smallest edit of all strategies. */
  readonly auto: Repair;
  readonly readings: { readonly before: ReportReading; readonly after: ReportReading };
  /** Shares: of the input gradients, those that are exactly zero; of the first layer's units, those that pass no gradient. */
  readonly vanished: { readonly gradients: number; readonly units: number };
}

async function studyDigit(task: Task, path: string, digit: StudyDigit, modelPath: string): Promise<StudyCase> {
  const { session } = task.model;
  const input = await readInput(path, session.preprocessing);
  const settings = { target: digit.class, seed: 0, baseline: 'zero' } as const;
  const own = await repairInput(task, input, { ...settings, strategy: digit.strategy, percent: digit.percent });
  const auto = (await repairInput(task, input, settings)).repair;
  const [gradient] = await saliency(session, input.data, { target: digit.class, signal: task.signal });
  const diagnosis = diagnoseGradient(session.graph, input.data, gradient.values);
  const named = { model: modelPath, input: digit.file, device: await recordDevice(task.model, 'logit') };
  const record = repairRecord(session, own.repair, named);
  await task.out.write(parse(digit.file).name, await filesOf(session, input, own, record));
  return {
    digit,
    input,
    own,
    auto,
    readings: { before: await readAll(session, input.data), after: await readAll(session, own.repair.edited) },
    vanished: { gradients: diagnosis.zeroGradients, units: diagnosis.deadUnits[0]?.dead ?? 0 },
  };
}

/** The probabilities of all classes, in float64. */
async function readAll(session: Session, image: Float32Array): Promise<ReportReading> {
  const { outputs } = await session.reference('logit').forward(image, 1);
  const probabilities = Array.from(session.probabilities(outputs, 'logit'), (probability, index) => ({
    label: session.label(index) ?? String(index),
    probability,
  }));
  return { label: itemAt(probabilities, session.predict(outputs, 'logit').class).label, probabilities };
}

/** A strategy, and how much it was told to change: `contrast at 2%`. */
function nameStrategy({ strategy, percent }: StudyDigit): string {
  return percent === 'search' ? strategy : `${strategy} at ${percent}%`;
}

/** The entry of one digit for `--json`. */
function describe({ digit, own, auto }: StudyCase) {
  const { repair, attribution } = own;
  return {
    index: digit.index,
    kind: digit.kind,
    true: digit.class,
    readAs: repair.before.class,
    strategy: digit.strategy,
    repaired: repair.repaired,
    percent: repair.percent,
    changedPixels: repair.changedPixels,
    probability: { before: repair.before.targetProbability, after: repair.after.targetProbability },
    candidates: repair.candidates,
    milliseconds: repair.milliseconds,
    delta: attribution.delta,
    auto: { strategy: auto.strategy, changedPixels: auto.changedPixels, minimal: auto.minimal, provenMinimum: auto.provenMinimum },
  };
}

function summarise(cases: readonly StudyCase[]): string {
  return grid(
    ['true', 'read as', 'strategy', 'percent>', 'pixels>', 'before>', 'after>', 'candidates>', 'ms>', 'delta>', 'auto'],
    cases.map(({ digit, own: { repair, attribution }, auto }) => [
      String(digit.class),
      String(repair.before.class),
      nameStrategy(digit),
      repair.percent === null ? '' : `${Number(repair.percent.toPrecision(3))}%`,
      repair.repaired ? String(repair.changedPixels) : 'not repaired',
      percentage(repair.before.targetProbability),
      percentage(repair.after.targetProbability),
      count(repair.candidates),
      count(Math.round(repair.milliseconds)),
      short(attribution.delta),
      auto.repaired ? `${plural(auto.changedPixels, 'pixel')} by ${auto.strategy}` : 'not repaired',
    ]),
  );
}

async function writeReport(
  task: Task,
  cases: readonly StudyCase[],
  { model, missing, milliseconds }: { model: string; missing: readonly string[]; milliseconds: number },
): Promise<string> {
  const { session } = task.model;
  const { kind, adapter } = await recordDevice(task.model, 'logit');
  const digits = cases.map(({ digit, input: { data, picture }, vanished }) => ({
    caption: captionOfDigit(digit),
    data,
    picture,
    zeroGradients: vanished.gradients,
  }));
  const maps = await studyMaps(session, digits, task.signal);
  const html = renderReport({
    title: 'Five misread digits, and the edits that repair them',
    intro: [
      `A small ReLU network (${model}) was trained on MNIST with almost no fives. It misreads each of these test digits. Integrated Gradients shows which pixels speak for the true class. Edits are tried, by attribution or without it, until the network reads the digit right; each digit says how its edit was found. Every edit is then pruned until undoing any one pixel would lose the class.`,
      ADVERSARIAL,
      'The digits were not picked by hand: models/study/README.md has the rule, and the first digit that fits each kind is shown.',
      ...missing.map((text) => `The rule found none of this kind: ${text}.`),
    ],
    rows: await Promise.all(cases.map((each) => reportRow(session, each))),
    appendix: maps,
    footnotes: [
      'Every edit was verified twice: by a float64 executor on the CPU, and after the edited picture was saved as an 8-bit PNG and read back.',
      'In an attribution, red pixels speak for the class and blue ones against it; the path starts from the baseline zero (black) with 64 steps of the midpoint rule. Where the strategy needs no map, that of the contrast is shown, which took no part in the search.',
      '"The smallest" is said only where all smaller sets of flips to the opposite colour were tried; otherwise an edit is only known to be minimal: no one pixel of it can be undone.',
      `Pathlight ${packageJson.version}, Node ${process.versions.node}, on ${kind === 'cpu' ? 'the CPU' : kind} (${adapter}), ${duration(milliseconds)} in all.`,
    ],
  });
  return join(await task.out.write('', { 'report.html': html }), 'report.html');
}

async function reportRow(session: Session, { digit, input, own, auto, readings, vanished }: StudyCase): Promise<ReportRow> {
  const { repair, map, attribution } = own;
  const { preprocessing } = session;
  const { width, height } = preprocessing;
  const how = howFound(repair);
  const png = async (picture: Parameters<typeof encodePng>[0]) => Buffer.from(await encodePng(picture)).toString('base64');
  const attributionMap = sumChannels(attribution.values, pixelLayout(preprocessing));
  return {
    caption: captionOfDigit(digit),
    trueLabel: session.label(digit.class) ?? String(digit.class),
    before: readings.before,
    ...(repair.repaired && {
      after: readings.after,
      strategy: nameStrategy(digit),
      percent: repair.percent,
      changedPixels: repair.changedPixels,
    }),
    text: `It stands here for ${digit.kind}. ${how === null ? '' : `The edit was ${how}. `}${explain(repair, auto, vanished)}`,
    images: {
      original: await png(input.picture),
      ...(repair.repaired && { modified: await png(toPicture(repair.edited, preprocessing)) }),
      attribution: await png(heatmap(attributionMap, width, height, { factor: 1 })),
    },
    attributionCaption: captionOf(session, repair, map),
    // A repair lists its own attempt and then only proofs, which those of `auto` repeat.
    attempts: [
      ...repair.attempts.slice(0, 1).map((attempt) => ({ ...attempt, strategy: `${nameStrategy(digit)} (its own)` })),
      ...auto.attempts,
    ].map((attempt) => ({ ...attempt, outcome: outcomeOf(attempt) })),
  };
}

function captionOfDigit(digit: StudyDigit): string {
  return `Test digit ${digit.index}: ${nameDigit(digit.class)} read as ${digit.predicted}`;
}

/** `a 7`, `an 8` */
function nameDigit(digit: number): string {
  return `${digit === 8 ? 'an' : 'a'} ${digit}`;
}

/** A sentence on what `auto` found beside the strategy of the kind, and on whether the gradient vanished. */
function explain(own: Repair, auto: Repair, { gradients, units }: StudyCase['vanished']): string {
  const smaller = auto.repaired && (!own.repaired || auto.changedPixels < own.changedPixels);
  const found = !auto.repaired
    ? 'With all strategies no edit was found.'
    : `${smaller ? 'The fewest pixels that any strategy needs:' : 'No strategy needs fewer pixels:'} ${plural(auto.changedPixels, 'pixel')} (${auto.strategy}; ${sizeClaim(auto)}).`;
  const zero =
    gradients > 0 ? `${percentage(gradients)} of its input gradients are exactly zero, and ` : 'No input gradient is exactly zero, but ';
  return `${found} Saliency: ${zero}${percentage(units)} of the first layer's units pass no gradient.`;
}
