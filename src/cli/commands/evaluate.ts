import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import {
  type EvaluationPlan,
  evaluationRecord,
  isControl,
  MOST,
  metrics,
  PHOTOGRAPH,
  type PictureEvaluation,
  planEvaluation,
  renderEvaluation,
  scaleOf,
} from '../../app.js';
import {
  type Evaluation,
  heatmap,
  METRICS,
  type MetricName,
  type PatchSize,
  PathlightError,
  type Preprocessing,
  pixelLayout,
  predict,
  REMOVALS,
  type Session,
  sumChannels,
  type Unit,
} from '../../index.js';
import { encodePng, listInputs } from '../../node/index.js';
import {
  addCommon,
  type CommonOptions,
  parseChoice,
  parseNumber,
  parsePatchOrMask,
  parseWhole,
  readPatch,
  wordsOfPreprocessing,
} from '../arguments.js';
import { grid, toJson } from '../console.js';
import { duration, nameClass, plural } from '../format.js';
import { readList } from '../method_flags.js';
import { EXIT, type ListedInput, type NamedInput, recordDevice, runTask, type Task } from '../task.js';
import { gainOf, rankedNames, reportedMethods, titleOf } from './reported_methods.js';

interface EvaluateFlags extends CommonOptions {
  readonly out: string;
  readonly methods: string;
  readonly metrics: string;
  readonly unit?: string;
  readonly superpixels: string;
  readonly baseline: string;
  readonly target?: string;
  readonly steps: string;
  readonly baselines?: readonly string[];
  readonly seed: string;
  readonly maxSeconds?: string;
}

const EXAMPLES = `
An evaluation that was ended goes on where it stood: run the same command again. Its pictures are kept in --out.

Exit codes: 0 done, as far as --max-seconds allowed; 1 no picture was finished; 2 bad input or usage.

Examples:
  $ pathlight evaluate digits.onnx digits --out out
  $ pathlight evaluate digits.onnx *.png --methods ig,ig@blur,saliency --metrics deletion,insertion,relevance-gain --out out
  $ pathlight evaluate mobilenet.onnx photos --unit superpixels --baseline blur --max-seconds 600 --out out`;

export function evaluateCommand(signal: AbortSignal, finish: (exitCode: number) => void): Command {
  const command = new Command('evaluate')
    .description('Measures which methods of attribution are faithful to a model, on your pictures.')
    .argument('<model.onnx>', 'an ONNX image classifier, or its folder as Hugging Face lays it out')
    .argument('<input...>', 'images (png, jpg, webp, bmp), .npy files of the model input, or folders of them')
    .requiredOption('--out <dir>', 'folder for evaluation.json, report.html, and the maps of each picture')
    .option('--methods <list>', 'names with commas between them, such as ig,ig@blur,saliency (ig with the baseline blur)', 'all')
    .option('--metrics <list>', METRICS.join(', '), 'all')
    .option(
      '--unit <unit>',
      'what is removed as a whole: pixel, the side of blocks in pixels, superpixels, or the patches of a file, where each has a colour of its own (.npy: a number) (default: by size)',
    )
    .option('--superpixels <n>', 'how many superpixels, about', '64')
    .option('--baseline <baseline>', `what removed parts become: ${REMOVALS.join(', ')}`, 'black')
    .option('--target <class>', 'class to explain, an index or a label (default: the predicted class of each picture)')
    .option('--steps <n>', 'points of the path of methods that have one', '64')
    .option('--baselines <images...>', 'of methods with a set of baselines: pictures, folders of them, or how many images of noise')
    .option('--seed <n>', 'of everything that is drawn', '0')
    .option('--max-seconds <s>', 'begin no further picture after this time, and drop the one that is not finished');
  return addCommon(command)
    .addHelpText('after', EXAMPLES)
    .action(async (modelPath: string, paths: string[], flags: EvaluateFlags) => {
      const options = {
        methods: listOf(flags.methods),
        // Unknown names are refused by the plan.
        metrics: listOf(flags.metrics) as 'all' | MetricName[],
        baseline: parseChoice('--baseline', flags.baseline, REMOVALS),
        steps: parseWhole('--steps', flags.steps, 1, 65_536),
        seed: parseWhole('--seed', flags.seed, 0, 2 ** 32 - 1),
      };
      const words = `${wordsOfPreprocessing(flags)}${flags.target === undefined ? '' : ` --target ${flags.target}`}`;
      const unit = flags.unit === undefined ? undefined : parseUnit(flags.unit, flags.superpixels);
      const seconds = flags.maxSeconds === undefined ? undefined : parseSeconds(flags.maxSeconds);
      const check = async (model: Session) => ({
        target: flags.target === undefined ? undefined : model.classOf(flags.target),
        baselines: flags.baselines && (await readBaselines(flags.baselines, model.preprocessing)),
        unit: flags.unit === undefined ? undefined : (unit ?? (await readPatch(undefined, flags.unit, model.preprocessing))),
      });
      finish(
        await runTask({ modelPath, paths, out: flags.out, signal, check }, flags, async (task, { target, baselines, unit }) => {
          const plan = await planEvaluation(task.model.session, {
            ...options,
            ...(baselines !== undefined && { baselines }),
            ...(unit !== undefined && { unit }),
          });
          try {
            return await evaluateAll({ task, plan, target, modelPath, words, ...(seconds !== undefined && { seconds }) });
          } finally {
            plan.close();
          }
        }),
      );
    });
}

function listOf(value: string): 'all' | string[] {
  return value === 'all' ? value : value.split(',').map((name) => name.trim());
}

/** Pictures and folders of them, or a number of images of noise. */
async function readBaselines(paths: readonly string[], preprocessing: Preprocessing): Promise<number | readonly Float32Array[]> {
  const isCount = paths.length === 1 && /^\d+$/.test(paths[0] ?? '');
  return readList('--baselines', isCount ? paths : await listInputs(paths), MOST, preprocessing);
}

/** The unit; undefined where it is a mask, which is read when the model's input is known. */
function parseUnit(value: string, superpixels: string): 'pixel' | PatchSize | undefined {
  return value === 'pixel' ? value : parsePatchOrMask('--unit', value, superpixels);
}

function parseSeconds(value: string): number {
  const seconds = parseNumber('--max-seconds', value);
  if (!(seconds > 0)) throw new PathlightError('flag.above-0', { flag: '--max-seconds', value, most: null });
  return seconds;
}

interface Run {
  readonly task: Task;
  readonly plan: EvaluationPlan;
  readonly target: number | undefined;
  readonly modelPath: string;
  /** Flags that change what is measured, as they were typed. */
  readonly words: string;
  readonly seconds?: number;
}

/** A picture that is done. */
interface Done {
  readonly input: ListedInput;
  readonly picture: PictureEvaluation;
}

async function evaluateAll(run: Run): Promise<number> {
  const { task, plan, seconds } = run;
  const started = performance.now();
  const done: Done[] = [];
  const deadline = seconds === undefined ? undefined : AbortSignal.timeout(1000 * seconds);
  for (const [index, input] of task.inputs.entries()) {
    if (deadline?.aborted) break;
    const left = index === 0 ? '' : `, about ${duration(((performance.now() - started) / index) * (task.inputs.length - index))} left`;
    task.console.progress(`evaluate${left}`, index, task.inputs.length);
    try {
      done.push({ input, picture: await evaluateOne(run, await input.read(), deadline) });
    } catch (error) {
      if (error instanceof PathlightError) task.refuse(input, error);
      else if (deadline?.aborted && !task.signal.aborted) break;
      else throw error;
    }
  }
  const [first] = task.inputs;
  if (done.length === 0 && first !== undefined) {
    // Where time was left each picture was refused, by a line of its own.
    if (seconds !== undefined && deadline?.aborted) {
      task.console.refuse(new PathlightError('cli.too-slow', { seconds, input: first.path }).message);
    }
    return EXIT.notFound;
  }
  if (done.length < task.inputs.length && deadline?.aborted) {
    task.console.note(`${done.length} of ${plural(task.inputs.length, 'picture')} are in the result; run it again for the others`);
  }
  const evaluation = plan.summarise(done.map(({ picture }) => picture));
  const record = evaluationRecord(task.model.session, evaluation, {
    model: run.modelPath,
    images: done.map(({ input }) => input.path),
    wanted: task.inputs.length,
    device: await recordDevice(task.model, 'logit'),
    plan,
    seconds: (performance.now() - started) / 1000,
    pathlight: packageJson.version,
  });
  const files = {
    'evaluation.json': toJson(record),
    'report.html': await reportOf(run, evaluation, done),
  };
  const folder = await task.out.write('', files);
  task.console.print(`${summarise(plan, evaluation)}\n\nwritten  ${join(folder, 'report.html')}, evaluation.json`);
  task.console.printJson(record);
  const refused = Object.entries(evaluation.refused);
  for (const [method, reason] of refused) task.console.note(`${method} was left out: ${reason}`);
  return EXIT.done;
}

/** Measures one picture, or takes what the same command left in `--out`. */
async function evaluateOne({ task, plan, target }: Run, input: NamedInput, deadline: AbortSignal | undefined): Promise<PictureEvaluation> {
  const { session } = task.model;
  const signal = deadline === undefined ? task.signal : AbortSignal.any([task.signal, deadline]);
  const [read] = await predict(session, input.data, { signal });
  const key = keyOf(plan, input, { target: target ?? null, ...read });
  const kept = await readKept(join(task.out.path, input.folder, KEPT), key);
  if (kept !== undefined) return kept;
  const { width, height } = session.preprocessing;
  const maps: Record<string, Uint8Array> = {};
  const drawn: Promise<void>[] = [];
  const onMap = (method: string, values: Float32Array) => {
    const map = sumChannels(values, pixelLayout(session.preprocessing));
    const factor = Math.max(1, Math.round(THUMBNAIL / Math.max(width, height)));
    drawn.push(
      encodePng(heatmap(map, width, height, { factor, scale: scaleOf(map).scale })).then((png) => {
        maps[`${method}.png`] = png;
      }),
    );
  };
  const picture = await plan.picture(input.data, { target: target ?? read.class, signal, onMap });
  await Promise.all(drawn);
  const files = { ...maps, 'input.png': await encodePng(input.picture), [KEPT]: toJson({ key, ...picture }) };
  await task.out.write(input.folder, files);
  return picture;
}

/** What a picture's folder keeps of it. */
const KEPT = 'picture.json';
/** Pixels of the longer side of a map in the report. */
const THUMBNAIL = 112;
/** Pictures in the report. */
const SHOWN = 24;

/** Stands for all that a picture's result depends on. Another network reads the picture otherwise. */
function keyOf(
  { names, metrics: wanted, unit, baseline, steps, seed, baselines }: EvaluationPlan,
  { data }: NamedInput,
  reading: object,
): string {
  const settings = { version: packageJson.version, names, wanted, unit, baseline, steps, seed, reading };
  const hash = createHash('sha256').update(JSON.stringify(settings)).update(bytesOf(data));
  if (typeof baselines === 'number') hash.update(String(baselines));
  else for (const each of baselines ?? []) hash.update(bytesOf(Float32Array.from(each)));
  return hash.digest('hex');
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

async function readKept(path: string, key: string): Promise<PictureEvaluation | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as PictureEvaluation & { readonly key?: unknown };
    return kept.key === key ? { target: kept.target, methods: kept.methods, refused: kept.refused } : undefined;
  } catch {
    // A file of something else.
    return undefined;
  }
}

/** How the report names a unit, and the flag that repeats it. */
function wordsOf(unit: Unit): { readonly parts: string; readonly flag: string } {
  if (unit === 'pixel') return { parts: 'single pixels', flag: unit };
  if (typeof unit === 'number') return { parts: `blocks of ${unit}x${unit} pixels`, flag: String(unit) };
  if ('mask' in unit) return { parts: `the ${new Set(unit.mask).size} patches of a mask`, flag: 'MASK' };
  return { parts: `about ${unit.superpixels} superpixels`, flag: 'superpixels' };
}

function summarise({ metrics: wanted }: EvaluationPlan, { methods, verdict }: Evaluation): string {
  const facts = metrics.filter(({ name }) => wanted.includes(name));
  const arrow = { low: ' ↓', high: ' ↑', told: '' } as const;
  const table = grid(
    ['method', ...facts.map(({ name, better }) => `${name}${arrow[better ?? 'told']}>`)],
    rankedNames(methods).map((method) => [
      method,
      ...facts.map(({ name }) => {
        const found = methods[method]?.[name];
        return found === undefined ? '-' : String(Number(found.mean.toPrecision(3)));
      }),
    ]),
  );
  return `${verdict.map(({ message }) => `${message}.`).join('\n')}\n\n${table}`;
}

async function reportOf({ task, plan, modelPath, words }: Run, evaluation: Evaluation, done: readonly Done[]): Promise<string> {
  const { session } = task.model;
  const { verdict } = evaluation;
  const names = rankedNames(evaluation.methods);
  const base64 = async (input: ListedInput, file: string) => (await readFile(join(task.out.path, input.folder, file))).toString('base64');
  const pictures = await Promise.all(
    done.slice(0, SHOWN).map(async ({ input, picture }) => {
      const shown = names.filter((name) => picture.methods[name] !== undefined);
      const below = (name: string) => {
        const gain = picture.methods[name]?.metrics['relevance-gain'];
        return gain === null || gain === undefined ? '' : gainOf(gain);
      };
      return {
        // The file's name is enough where no other has it.
        name: done.filter((other) => basename(other.input.path) === basename(input.path)).length > 1 ? input.path : basename(input.path),
        caption: `maps for ${nameClass(session, picture.target)}`,
        picture: await base64(input, 'input.png'),
        maps: await Promise.all(
          shown.map(async (name) => ({ method: name, map: await base64(input, `${name}.png`), caption: below(name) })),
        ),
      };
    }),
  );
  const unit = wordsOf(plan.unit);
  const own = plan.names.filter((name) => !isControl(name));
  const becomes = {
    black: 'black',
    mean: "the picture's mean colour",
    blur: 'a strong blur of the picture',
    road: 'what their surroundings suggest (ROAD)',
  }[plan.baseline];
  const chosen = metrics.filter(({ name }) => plan.metrics.includes(name));
  return renderEvaluation({
    title: `Which map is right? ${basename(modelPath)}`,
    verdict: verdict.map(({ message }) => message),
    how: `Measured on ${done.length < task.inputs.length ? `${done.length} of ` : ''}${plural(task.inputs.length, 'picture')}. Parts are ${unit.parts}; what is removed becomes ${becomes}. A good map names the parts without which the network changes its mind, and with which alone it does not.`,
    metrics: chosen,
    methods: reportedMethods(evaluation),
    pictures,
    footnotes: [
      ...names.filter((name) => !isControl(name)).map((name) => `${name}: ${titleOf(name)}.`),
      'random, edges: maps of random numbers, and of the edges of the picture (Sobel). A method that is no better shows nothing of the network.',
      ...chosen.map(({ name, summary, better }) => `${name}: ${summary}${better === null ? '; it is told, and ranks nothing' : ''}.`),
      `Colours of a map: red speaks for the class, blue against it; each map has a scale of its own, which ends at the strongest pixel, in pictures of ${PHOTOGRAPH.pixels} pixels or more at the ${PHOTOGRAPH.percentile}th percentile.`,
      ...(done.length > SHOWN ? [`The first ${SHOWN} of ${done.length} pictures are shown; the folders beside this page have all.`] : []),
      ...Object.entries(evaluation.refused).map(([method, reason]) => `${method} was left out: ${reason}.`),
      `Repeat it with: pathlight evaluate ${modelPath} PICTURES${words} --methods ${own.join(',')} --metrics ${plan.metrics.join(',')} --steps ${plan.steps} --unit ${unit.flag} --baseline ${plan.baseline} --seed ${plan.seed} --out FOLDER`,
    ],
  });
}
