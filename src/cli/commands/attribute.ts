import { Command } from 'commander';
import {
  type AttributionRecord,
  attributeEach,
  attributionRecord,
  DEFAULT_RULE,
  type GradientDiagnosis,
  itemAt,
  type MethodFacts,
  methods,
  networkOf,
  withOutput,
} from '../../app.js';
import {
  type AttributionResult,
  type AutoAccount,
  BASELINES,
  OUTPUTS,
  PathlightError,
  type PixelLayout,
  pixelLayout,
  quantisedReading,
  type Session,
  sumChannels,
  writeNpy,
} from '../../index.js';
import {
  addCommon,
  addIntegral,
  type CommonOptions,
  type IntegralFlags,
  parseChoice,
  parseIntegral,
  parseWhole,
  readBaseline,
} from '../arguments.js';
import { facts, toJson } from '../console.js';
import { byteSize, classesNote, duration, memoryNote, nameClass, percentage, plural, precisionNote, short } from '../format.js';
import { addMethods, checkSteps, type MethodFlags, parseMethod, readImages } from '../method_flags.js';
import { addPictures, picturesOf, readPictureFlags, regionLines, regionsOf, scalesOf } from '../pictures.js';
import { disagreement, quantisedLine } from '../quantised.js';
import { batchesOf, inputsAtOnce, type NamedInput, recordDevice, runTask } from '../task.js';

interface AttributeFlags extends CommonOptions, IntegralFlags, MethodFlags {
  readonly out: string;
  readonly target?: string;
  readonly contrast?: string;
  readonly baseline: string;
  readonly output: string;
  readonly seed: string;
  readonly clipPercentile?: string;
  readonly sharedScale?: true;
  readonly regions?: string;
  readonly superpixels: string;
  readonly top: string;
}

const EXAMPLES = `
Examples:
  $ pathlight attribute digits.onnx seven.png --out out
  $ pathlight attribute digits.onnx seven.png --target 7 --contrast predicted --baseline background --out out
  $ pathlight attribute mobilenet.onnx *.jpg --target "tabby cat" --steps 256 --rule gauss-legendre --out out
  $ pathlight attribute digits.onnx seven.npy --method saliency --device cpu --json --out out
  $ pathlight attribute mobilenet.onnx cat.jpg --method saliency --smooth 50 --out out
  $ pathlight attribute mobilenet.onnx cat.jpg --method grad-cam --out out
  $ pathlight attribute mobilenet.onnx cat.jpg --method occlusion --window 32 --stride 8 --baseline blur --out out
  $ pathlight attribute digits.onnx seven.png --method expected-gradients --baselines 32 --steps 256 --out out`;

export function attributeCommand(signal: AbortSignal, finish: (exitCode: number) => void): Command {
  const command = new Command('attribute')
    .description('Shows which pixels made a model decide as it did.')
    .argument('<model.onnx>', 'an ONNX image classifier, or its folder as Hugging Face lays it out')
    .argument('<input...>', 'images (png, jpg, webp, bmp), .npy files of the model input, or folders of them')
    .requiredOption(
      '--out <dir>',
      'folder for attribution.npy, heatmap.png, overlay.png, input.png (what the model saw) and result.json; several inputs get a folder each, by their names',
    )
    .option('--target <class>', 'class to explain, an index or a label (default: the predicted one)')
    .option('--contrast <class>', 'explain the target minus this class; also: predicted');
  addIntegral(addMethods(command))
    .option('--baseline <baseline>', `where the path starts: ${BASELINES.join(', ')}, a number or a .npy file`, 'zero')
    .option('--output <output>', `what is explained: ${OUTPUTS.join(', ')}`, 'logit')
    .option('--seed <n>', 'of the baseline noise, and of what methods draw', '0');
  addPictures(command);
  return addCommon(command)
    .addHelpText('after', EXAMPLES)
    .action(async (modelPath: string, paths: string[], flags: AttributeFlags) => {
      // These checks need no model, so they come before anything is opened.
      const { method, settings: chosen } = parseMethod(flags, methods);
      const settings = {
        ...chosen,
        output: parseChoice('--output', flags.output, OUTPUTS),
        ...parseIntegral(flags),
        seed: parseWhole('--seed', flags.seed, 0, 2 ** 32 - 1),
      };
      const look = readPictureFlags(flags);
      checkSteps(method, settings, settings.steps);
      const given = INTEGRAL_FLAGS.filter(([name]) => command.getOptionValueSource(name) === 'cli').map(([, flag]) => flag);
      const integrates = method.path === 'quadrature';
      const ignored = integrates ? [] : given.filter((flag) => method.path === 'none' || flag !== '--steps');
      const { rule, ...others } = settings;
      const understood = integrates ? settings : others;
      const check = async (model: Session) => {
        // This check comes before any device is opened.
        method.check?.(networkOf(withOutput(model.graph, settings.output)), settings);
        return {
          target: flags.target === undefined ? undefined : model.classOf(flags.target),
          contrast: contrastOf(model, flags.contrast),
          baseline: await readBaseline(flags.baseline, model.preprocessing),
          images: await readImages(method, flags, model.preprocessing),
        };
      };
      finish(
        await runTask({ modelPath, paths, out: flags.out, signal, check }, flags, async (task, checked) => {
          const { target, contrast, baseline, images } = checked;
          const { session } = task.model;
          if (ignored.length > 0) {
            task.console.note(`${ignored.join(' and ')} only matter${ignored.length === 1 ? 's' : ''} to the method ${INTEGRATING}`);
          }
          await session.executor(settings.output); // Opens the device, which is not counted.
          const records: AttributionRecord[] = [];
          let begun = 0;
          // One scale for all needs all maps before the first is drawn.
          for await (const inputs of batchesOf(task, look.shared ? task.inputs.length : inputsAtOnce(session.preprocessing))) {
            const started = performance.now();
            const [before, share] = [begun / inputs.length, task.inputs.length / inputs.length];
            const outcomes = await attributeEach(
              session,
              inputs.map((input) => input.data),
              {
                ...understood,
                baseline,
                ...images,
                ...(target !== undefined && { target }),
                ...(contrast !== undefined && { contrast }),
                signal,
                onProgress: (done, total) =>
                  task.console.progress('attribute', Math.round(before * total) + done, Math.round(share * total)),
              },
            );
            const total = performance.now() - started;
            const device = await recordDevice(task.model, settings.output);
            const explained: { readonly input: NamedInput; readonly result: AttributionResult }[] = [];
            for (const [index, outcome] of outcomes.entries()) {
              const input = itemAt(inputs, index);
              if (outcome instanceof PathlightError) task.refuse(input, outcome);
              else explained.push({ input, result: outcome });
            }
            const maps = explained.map(({ result }) => sumChannels(result.values, pixelLayout(session.preprocessing)));
            const scales = scalesOf(maps, look);
            for (const [index, { input, result }] of explained.entries()) {
              const [map, colours] = [itemAt(maps, index), itemAt(scales, index)];
              const regions = look.regions && regionsOf(session, input, map, look.regions);
              const record = attributionRecord(session, result, {
                ...settings,
                rule: settings.steps === 'exact' ? null : (rule ?? DEFAULT_RULE),
                model: modelPath,
                input: input.path,
                image: input.data,
                device,
                baseline: typeof baseline === 'number' ? baseline : flags.baseline,
                total,
                colours,
                quantised: await quantisedReading(session, input.data, { signal }),
                ...(regions && { regions: regions.top }),
              });
              if (flags.json) records.push(record);
              const doubt = record.quantised && disagreement(session, record.quantised);
              if (doubt) task.console.note(`${input.path}: ${doubt}`);
              for (const warning of record.warnings) task.console.note(`${input.path}: ${warning}`);
              // Costs are those of all inputs of a batch together.
              const isFirst = begun === 0 && index === 0;
              const shortage = isFirst ? memoryNote(result.cost, record.device) : undefined;
              if (shortage) task.console.note(shortage);
              const rounding = isFirst ? precisionNote(result.cost, flags.precision === 'mixed') : undefined;
              if (rounding) task.console.note(rounding);
              if (result.auto?.met === false) task.console.note(`${input.path}: ${unmet(result.auto, result.steps)}`);
              const folder = await task.out.write(input.folder, {
                'attribution.npy': writeNpy(result.values, session.preprocessing.shape),
                ...(await picturesOf(input, map, colours.scale, regions)),
                'result.json': toJson(record),
              });
              task.console.print(summarise(session, method, result, record, folder));
            }
            begun += inputs.length;
          }
          task.console.printJson(task.inputs.length === 1 ? records[0] : records);
          return 0;
        }),
      );
    });
}

/** The methods that take every kind of steps, and a rule. */
const INTEGRATING = methods.flatMap(({ name, path }) => (path === 'quadrature' ? [name] : [])).join(' or ');

const INTEGRAL_FLAGS = [
  ['steps', '--steps'],
  ['rule', '--rule'],
  ['tolerance', '--tolerance'],
  ['maxSteps', '--max-steps'],
] as const;

function unmet({ tolerance, estimate }: AutoAccount, steps: number): string {
  return `the tolerance ${tolerance} was not met: the estimated error after ${steps} steps is ${short(estimate)} (a larger --max-steps)`;
}

function contrastOf(model: Session, name: string | undefined): number | 'predicted' | undefined {
  return name === undefined || name === 'predicted' ? name : model.classOf(name);
}

/** The result, for readers. */
function summarise(session: Session, method: MethodFacts, result: AttributionResult, record: AttributionRecord, folder: string): string {
  const { prediction, target, contrast, cost } = result;
  const layout = pixelLayout(session.preprocessing);
  const explained = `${record.output === 'raw' ? 'output' : record.output} of ${nameClass(session, target)}`;
  const points = result.exact ? `exact: ${plural(result.exact.regions, 'linear region')}` : plural(result.steps, 'step');
  const { rule, baseline } = record;
  const from = method.baseline === 'start' ? [`baseline ${baseline}`] : [];
  const along = record.steps === null ? [] : [points, ...(rule === null ? [] : [rule])];
  const { smooth, ...own } = result.parameters ?? {};
  const smoothed = smooth ? [`${smooth.of} of ${plural(smooth.samples, 'noisy copy', 'noisy copies')}, sigma ${smooth.sigma}`] : [];
  const covered = method.baseline === 'cover' ? [`covered with ${baseline}`] : [];
  const how = [record.method, ...along, ...from, ...(method.words?.(own, { plural, short }) ?? []), ...smoothed, ...covered].join(', ');
  const { kind, adapter } = record.device;
  const work = cost.plan === 'cpu' ? '' : `, ${plural(cost.dispatches, 'dispatch', 'dispatches')}, ${byteSize(cost.peakBytes)}`;
  const lines: [string, string][] = [
    ['read as', `${nameClass(session, prediction.class)}, ${percentage(prediction.probability)}${classesNote(session)}`],
    ['explained', contrast === null ? explained : `${explained} minus that of ${nameClass(session, contrast)}`],
    ['method', how],
    ['sum', short(result.sum)],
  ];
  if (method.complete && !smooth) {
    const { outputAtInput: atInput, outputAtBaseline: atBaseline } = result;
    lines.push(['f(x) - f(b)', `${short(atInput)} - ${bracket(atBaseline)} = ${short(atInput - atBaseline)}`]);
    lines.push(['delta', `${short(result.delta)}, ${percentage(result.relativeDelta)} of it`]);
    if (result.exact) lines.push(['error bound', `${short(result.exact.errorBound)} of the largest attribution of an element`]);
    if (result.auto) lines.push(['estimated error', `${short(result.auto.estimate)} of the largest attribution of an element`]);
  }
  if (record.quantised) lines.push(['quantised', quantisedLine(session, record.quantised)]);
  lines.push(['strongest', strongest(result.values, layout, session.preprocessing.width)]);
  if (record.regions) lines.push(...regionLines(record.regions));
  if (record.diagnosis) lines.push(...diagnosisLines(record.diagnosis));
  lines.push(
    ['ran on', `${kind === 'cpu' ? 'CPU' : kind}: ${adapter}, ${duration(record.milliseconds.total)}${work}`],
    ['written', folder],
  );
  return `${record.input}\n${facts(lines)}\n`;
}

function bracket(value: number): string {
  return value < 0 ? `(${short(value)})` : short(value);
}

/** The pixels with the largest absolute attribution, as `row,column`. */
function strongest(values: Float32Array, layout: PixelLayout, width: number): string {
  const map = sumChannels(values, layout);
  const order = Array.from(map, (value, pixel) => ({ value, pixel })).sort(
    (a, b) => Math.abs(b.value) - Math.abs(a.value) || a.pixel - b.pixel,
  );
  const named = order.slice(0, 3).filter(({ value }) => value !== 0);
  if (named.length === 0) return 'none: the attribution is zero everywhere';
  return named
    .map(({ value, pixel }) => `${value > 0 ? '+' : ''}${short(value)} at row ${Math.floor(pixel / width)}, column ${pixel % width}`)
    .join('; ');
}

/** Above this share of zero gradients, the output says that the gradient vanished. */
const VANISHED = 0.5;

function diagnosisLines({ zeroGradients, deadUnits }: GradientDiagnosis): [string, string][] {
  const zero = `${percentage(zeroGradients)} of the input gradients are exactly zero`;
  const dead = deadUnits.map(({ layer, op, units, dead: share }) => `${op} ${layer}: ${percentage(share)} of ${units} units`);
  return [
    [
      'gradients',
      zeroGradients > VANISHED ? `${zero}: they vanished, the map says little; integrated gradients (--method ig) do not` : zero,
    ],
    ...(dead.length === 0 ? [] : [['dead units', dead.join('; ')] as [string, string]]),
  ];
}
