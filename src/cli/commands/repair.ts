import { Command } from 'commander';
import {
  captionOf,
  checkPiecewiseLinear,
  comparison,
  DEFAULT_BUDGET,
  nameReading,
  outcomeOf,
  PHOTOGRAPH,
  type RepairMap,
  type RepairRecord,
  repairMaps,
  repairRecord,
  scaleOf,
  sizeClaim,
  warningsOf,
  withOutput,
} from '../../app.js';
import {
  type AttributionResult,
  type Baseline,
  type Budget,
  PAINTS,
  type PatchChoice,
  type PatchSize,
  PathlightError,
  pixelLayout,
  type Repair,
  type RepairOptions,
  repair,
  type Session,
  STRATEGIES,
  sumChannels,
  toPicture,
  writeNpy,
} from '../../index.js';
import { decodePicture, encodePng } from '../../node/index.js';
import {
  addCommon,
  addIntegral,
  type CommonOptions,
  type IntegralFlags,
  parseChoice,
  parseIntegral,
  parseNumber,
  parsePatchOrMask,
  parseWhole,
  readBaseline,
  readPatch,
} from '../arguments.js';
import { facts, grid, toJson } from '../console.js';
import { classesNote, count, duration, memoryNote, nameClass, percentage, plural } from '../format.js';
import { bothReadings, quantisedLine } from '../quantised.js';
import { batchesOf, type NamedInput, recordDevice, runTask, type Task } from '../task.js';

interface RepairFlags extends CommonOptions, IntegralFlags {
  readonly out: string;
  readonly target: string;
  readonly strategy: string;
  readonly percent: string;
  readonly seed: string;
  readonly maxPixels?: string;
  readonly prove?: string;
  readonly beam: string;
  readonly baseline: string;
  readonly patch: string;
  readonly superpixels: string;
  readonly paint?: string;
  readonly maxCandidates?: string;
  readonly maxSeconds?: string;
}

const EXAMPLES = `
Examples:
  $ pathlight repair digits.onnx seven.png --target 7 --out out
  $ pathlight repair digits.onnx seven.png --target 7 --strategy contrast --percent 2 --out out
  $ pathlight repair squeezenet.onnx eagle.jpg --target "bald eagle" --patch 32 --paint mean --out out
  $ pathlight repair digits.onnx five.npy --target 5 --strategy random --seed 1 --max-pixels 100 --out out
  $ pathlight repair digits.onnx a.png b.png --target 3 --prove 2 --json --out out`;

export function repairCommand(signal: AbortSignal, finish: (exitCode: number) => void): Command {
  const command = new Command('repair')
    .description('Finds the smallest edit after which a model reads an image as a class, verified in float64 and from the saved PNG.')
    .argument('<model.onnx>', 'an ONNX image classifier, or its folder as Hugging Face lays it out')
    .argument('<input...>', 'images (png, jpg, webp, bmp), .npy files of the model input, or folders of them')
    .requiredOption('--target <class>', 'class that the image should be read as, an index or a label')
    .requiredOption(
      '--out <dir>',
      'folder for input.png (what the model saw), edited.npy, edited.png, comparison.png, attribution.npy and result.json; several inputs get a folder each, by their names',
    )
    .option('--strategy <strategy>', `auto (all, the smallest edit is kept), ${STRATEGIES.join(', ')}`, 'auto')
    .option('--percent <p>', 'how much of the image to change, by strategies with a map: a percentage, or search', 'search')
    .option(
      '--patch <size>',
      'what is changed as a whole: blocks of so many pixels a side, superpixels, or the patches of a file, where each has a colour of its own (.npy: a number)',
      '1',
    )
    .option('--superpixels <n>', 'how many superpixels, about', '64')
    .option('--paint <paint>', `what changed pixels become: ${PAINTS.join(', ')} (default: sign by the maps of shares, else opposite)`)
    .option('--seed <n>', 'of the strategy random', '0')
    .option('--max-pixels <n>', 'largest edit that counts')
    .option('--max-candidates <n>', `edits tried by a search, and by the pruning of what it finds (default: ${DEFAULT_BUDGET.candidates})`)
    .option('--max-seconds <s>', `the same in time (default: ${DEFAULT_BUDGET.milliseconds / 1000})`)
    .option(
      '--prove <k>',
      'try all sets of up to k patches to prove that there is no smaller edit: 0, 1, 2 (default: 1; 0 above 4,096 patches)',
    )
    .option('--beam <n>', 'sets that the strategy greedy keeps from round to round', '8')
    .option('--baseline <baseline>', 'of the maps contrast and target, as in attribute', 'zero');
  addIntegral(command, ' of the maps');
  return addCommon(command)
    .addHelpText('after', EXAMPLES)
    .action(async (modelPath: string, paths: string[], flags: RepairFlags) => {
      const settings = readSettings(flags);
      const check = async (model: Session) => {
        if (settings.steps === 'exact') checkPiecewiseLinear(withOutput(model.graph, 'logit'));
        const { preprocessing } = model;
        return {
          target: model.classOf(flags.target),
          baseline: await readBaseline(flags.baseline, preprocessing),
          patch: await readPatch(settings.patch, flags.patch, preprocessing),
        };
      };
      finish(
        await runTask({ modelPath, paths, out: flags.out, signal, check }, flags, async (task, { target, baseline, patch }) => {
          const { session } = task.model;
          const records: RepairRecord[] = [];
          if (settings.patch === 1 && pixelLayout(session.preprocessing).pixels >= PHOTOGRAPH.pixels) {
            task.console.note(
              'single pixels of a photograph are many and say little: --patch 32 or --patch superpixels changes larger ones',
            );
          }
          for await (const [input] of batchesOf(task, 1)) {
            if (input === undefined) continue;
            const repaired = await repairInput(task, input, { ...settings, target, baseline, patch }).catch((error: unknown) => {
              if (!(error instanceof PathlightError)) throw error;
              task.refuse(input, error);
            });
            if (repaired === undefined) continue;
            const warnings = warningsOf(session, input.data, repaired.attribution.outputs);
            for (const warning of warnings) task.console.note(`${input.path}: ${warning}`);
            const named = {
              model: modelPath,
              input: input.path,
              device: await recordDevice(task.model, 'logit'),
              warnings,
              quantised: await bothReadings(session, input.data, repaired.repair, signal),
              patch: nameOfPatch(patch),
              ...(settings.paint && { paint: settings.paint }),
            };
            const shortage = memoryNote(repaired.repair.cost ?? repaired.attribution.cost, named.device);
            if (shortage) task.console.note(`${input.path}: ${shortage}`);
            const record = repairRecord(session, repaired.repair, named);
            records.push(record);
            const folder = await task.out.write(input.folder, await filesOf(session, input, repaired, record));
            task.console.print(summarise(session, repaired.repair, record, folder));
          }
          task.console.printJson(task.inputs.length === 1 ? records[0] : records);
          return records.every((record) => record.repaired) ? 0 : 1;
        }),
      );
    });
}

/** Without `patch` where that is a mask, which is read when the model's input is known. */
type Settings = Omit<RepairOptions, 'target' | 'roundTrip' | 'signal' | 'onProgress' | 'patch'> & { readonly patch?: PatchSize };

/** Parses the flags that need no model, before anything is opened. */
function readSettings(flags: RepairFlags): Settings {
  const percent = flags.percent === 'search' ? 'search' : parseNumber('--percent', flags.percent);
  if (percent !== 'search' && !(percent > 0 && percent <= 100)) {
    throw new PathlightError('flag.percent', { value: flags.percent });
  }
  const patch = parsePatchOrMask('--patch', flags.patch, flags.superpixels);
  return {
    ...(patch !== undefined && { patch }),
    strategy: parseChoice('--strategy', flags.strategy, ['auto', ...STRATEGIES]),
    percent,
    seed: parseWhole('--seed', flags.seed, 0, 2 ** 32 - 1),
    ...(flags.maxPixels !== undefined && { maxPixels: parseWhole('--max-pixels', flags.maxPixels, 1, Number.MAX_SAFE_INTEGER) }),
    ...(flags.prove !== undefined && { prove: parseWhole('--prove', flags.prove, 0, 2) }),
    ...(flags.paint !== undefined && { paint: parseChoice('--paint', flags.paint, PAINTS) }),
    budget: readBudget(flags),
    beam: parseWhole('--beam', flags.beam, 1, 4096),
    ...parseIntegral(flags),
  };
}

function readBudget({ maxCandidates, maxSeconds }: RepairFlags): Budget {
  const candidates = maxCandidates === undefined ? DEFAULT_BUDGET.candidates : parseWhole('--max-candidates', maxCandidates, 1, 1e9);
  const seconds = maxSeconds === undefined ? DEFAULT_BUDGET.milliseconds / 1000 : parseNumber('--max-seconds', maxSeconds);
  if (!(seconds > 0)) throw new PathlightError('flag.max-seconds', { value: String(maxSeconds) });
  return { candidates, milliseconds: 1000 * seconds };
}

/** A repair, and the map that goes into `attribution.npy`. */
export interface Repaired {
  readonly repair: Repair;
  /** The map of the winning strategy. If the strategy has no map, or none won, the map of `contrast`. */
  readonly map: RepairMap;
  readonly attribution: AttributionResult;
}

/** Repairs one input. Edits are verified as PNG files, written to disk and read back. */
export async function repairInput(
  { model, out, console, signal }: Pick<Task, 'model' | 'out' | 'console' | 'signal'>,
  input: Pick<NamedInput, 'data'>,
  settings: Omit<Settings, 'patch'> & { readonly target: number; readonly baseline?: Baseline; readonly patch?: PatchChoice },
): Promise<Repaired> {
  const options: RepairOptions = {
    ...settings,
    signal,
    onProgress: (strategy, done, total) => console.progress(strategy, done, total),
    roundTrip: async (picture) => (await decodePicture(await out.roundTrip('edited.png', await encodePng(picture)))).picture,
  };
  const maps = repairMaps(model.session, input.data, options);
  const result = await repair(model.session, input.data, { ...options, maps });
  // If the model already reads the target, there is no other class to contrast it with.
  const map = result.map ?? (result.before.class === settings.target ? 'target' : 'contrast');
  return { repair: result, map, attribution: await maps(map) };
}

/** The files of one input. */
export async function filesOf(
  session: Session,
  { picture }: Pick<NamedInput, 'picture'>,
  { repair: result, map, attribution }: Repaired,
  record: RepairRecord,
): Promise<Record<string, Uint8Array | string>> {
  const { preprocessing } = session;
  const edited = toPicture(result.edited, preprocessing);
  const summed = sumChannels(attribution.values, pixelLayout(preprocessing));
  const figure = comparison({
    before: picture,
    after: edited,
    attribution: summed,
    scale: scaleOf(summed).scale,
    changed: result.mask,
    captions: [
      nameReading(session, result.before),
      result.repaired ? nameReading(session, result.after) : 'no edit was found',
      captionOf(session, result, map),
    ],
  });
  return {
    'input.png': await encodePng(picture),
    'edited.npy': writeNpy(result.edited, preprocessing.shape),
    'edited.png': await encodePng(edited),
    'comparison.png': await encodePng(figure),
    'attribution.npy': writeNpy(attribution.values, preprocessing.shape),
    'result.json': toJson(record),
  };
}

/** The patch, in the form that `result.json` has: `1`, `32`, `superpixels 64`, `mask`. */
function nameOfPatch(patch: PatchChoice): string {
  if (typeof patch === 'number') return String(patch);
  return 'mask' in patch ? 'mask' : `superpixels ${patch.superpixels}`;
}

/** The result, for readers. */
function summarise(session: Session, result: Repair, record: RepairRecord, folder: string): string {
  const { before, after, target } = result;
  const name = nameClass(session, target);
  const { kind, adapter } = record.device;
  const lines: [string, string][] = [
    ['before', `${nameReading(session, before)}; ${name}: ${percentage(before.targetProbability)}${classesNote(session)}`],
    ['after', result.repaired ? nameReading(session, after) : `no edit was found after which it is read as ${name}`],
  ];
  if (result.strategy !== null) {
    lines.push(['edit', `${changedIn(result)}, ${percentage(result.changedFraction)}, by ${result.strategy}; ${sizeClaim(result)}`]);
    lines.push(['verified', `in float64: ${yesNo(result.verified.cpu)}; from the saved PNG: ${yesNo(result.verified.png)}`]);
  } else if (result.repaired) {
    lines.push(['edit', 'none: nothing has to be changed']);
  }
  if (record.quantised) lines.push(['quantised', quantisedLine(session, record.quantised.after)]);
  lines.push(
    ['ran on', `${kind === 'cpu' ? 'CPU' : kind}: ${adapter}, ${duration(result.milliseconds)}, ${plural(result.candidates, 'candidate')}`],
    ['written', folder],
  );
  const attempts = result.attempts.length === 0 ? '' : `\n${attemptsTable(result)}\n`;
  return `${record.input}\n${facts(lines)}\n${attempts}`;
}

function attemptsTable({ attempts }: Repair): string {
  return grid(
    ['  strategy', 'outcome', 'percent>', 'pixels>', 'candidates>', 'ms>', 'what happened'],
    attempts.map((attempt) => [
      `  ${attempt.strategy}`,
      outcomeOf(attempt),
      attempt.percent === null ? '' : `${Number(attempt.percent.toPrecision(3))}%`,
      attempt.changedPixels === null ? '' : String(attempt.changedPixels),
      count(attempt.candidates),
      count(Math.round(attempt.milliseconds)),
      attempt.reason,
    ]),
  );
}

/** `3 pixels`, or `2 of 49 patches, 2,048 pixels`. */
function changedIn({ changedPixels, changedPatches, patches, mask }: Repair): string {
  const pixels = plural(changedPixels, 'pixel');
  return patches.count === mask.length ? pixels : `${count(changedPatches)} of ${plural(patches.count, 'patch', 'patches')}, ${pixels}`;
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
