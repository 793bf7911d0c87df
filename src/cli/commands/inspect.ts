import { Command } from 'commander';
import { describeGraph, doubtsAbout, formatShape, sizeOf } from '../../app.js';
import type { PreprocessingOptions, Session } from '../../index.js';
import { readModel } from '../../node/index.js';
import { addPreprocessing, type CommonOptions, type PreprocessingFlags, readPreprocessing } from '../arguments.js';
import { Console, facts } from '../console.js';
import { byteSize, count, plural, short } from '../format.js';

type InspectFlags = PreprocessingFlags & Pick<CommonOptions, 'json' | 'quiet'>;

const EXAMPLES = `
Examples:
  $ pathlight inspect digits.onnx
  $ pathlight inspect mobilenet.onnx --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --json`;

export function inspectCommand(_signal: AbortSignal, finish: (exitCode: number) => void): Command {
  const command = new Command('inspect')
    .description('Tells what a model is made of, what it takes and gives, and how pictures become its input.')
    .argument('<model.onnx>', 'an ONNX image classifier, or its folder as Hugging Face lays it out');
  return addPreprocessing(command)
    .optionsGroup('Output:')
    .option('--json', 'print JSON instead of a table')
    .option('--quiet', 'print nothing but errors')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: InspectFlags) => {
      const preprocessing = await readPreprocessing(flags);
      const { session, path: file, sideFile } = await readModel(path, { preprocessing });
      const console = new Console(flags.quiet === true, flags.json === true);
      const record = describe(path, file, session, sideFile);
      console.print(summarise(record));
      console.printJson(record);
      finish(0);
    });
}

/** The settings by which a picture becomes the input, in the order of the output. */
const SETTINGS = ['range', 'mean', 'std', 'order', 'fit', 'resize', 'interpolation', 'matte'] as const;
type Setting = (typeof SETTINGS)[number];

function describe(path: string, file: string, session: Session, sideFile: string | undefined) {
  const { graph, info, preprocessing } = session;
  const { width, height, channels, layout, labels } = preprocessing;
  const scores = graph.binary ?? graph.output;
  const source = (name: keyof PreprocessingOptions) => preprocessing.from[name]?.replace('the side file', sideFile ?? '');
  return {
    model: path,
    file,
    name: graph.name,
    producer: info.producer,
    opset: info.opset,
    quantisers: info.quantisers,
    input: {
      name: graph.input.name,
      shape: graph.input.shape,
      layout,
      width,
      height,
      channels,
      open: info.openAxes,
      bound: info.boundInputs,
      unread: info.unreadInputs,
    },
    output: { name: scores.name, shape: scores.shape, ignored: info.furtherOutputs },
    multiLabel: session.multiLabel,
    binary: session.binary,
    takesPictures: preprocessing.takesPictures,
    classes: sizeOf(graph.output.shape),
    labels: labels ?? null,
    labelsFrom: source('labels') ?? null,
    sideFile: sideFile ?? null,
    preprocessing: Object.fromEntries(
      SETTINGS.map((name) => [name, { value: preprocessing[name] ?? null, from: source(name) ?? 'assumed' }]),
    ) as { [S in Setting]: { value: Exclude<Session['preprocessing'][S], undefined> | null; from: string } },
    ...describeGraph(graph),
    dataFiles: info.dataFiles,
    metadata: info.metadata,
    notes: doubtsAbout(session),
  };
}

const HEADS: Readonly<Record<ReturnType<typeof describe>['head'], (node: string | null) => string>> = {
  logits: () => 'logits (no softmax)',
  softmax: (node) => `${node ?? 'a softmax, spelled out'}, taken off for --output logit`,
  'log-softmax': (node) => `${node ?? 'LogSoftmax'}, taken off for --output logit`,
  sigmoid: () => 'a sigmoid for each class (multi-label: each has a probability of its own), taken off for --output logit',
  probabilities: () => 'probabilities, whose logarithms are explained by --output logit',
  independent: () => 'a probability p for each class (multi-label); --output logit explains log(p / (1 - p))',
};

/** The same for a class and its opposite. */
const BINARY_HEADS: Readonly<Partial<Record<ReturnType<typeof describe>['head'], string>>> = {
  logits: 'the logit z of class 1; that of class 0, its opposite, is -z',
  sigmoid: 'a sigmoid, the probability of class 1, taken off for --output logit: z for class 1, -z for class 0, its opposite',
  independent: 'the probability p of class 1; --output logit explains log(p / (1 - p)), and of class 0, its opposite, the negative',
};

/** How many labels are shown; the rest is left out. */
const LABELS = 10;

function summarise(record: ReturnType<typeof describe>): string {
  const { input, output, labels, firstSmooth } = record;
  const named = labels === null ? 'no labels' : `${labels.slice(0, LABELS).join(', ')}${labels.length > LABELS ? ', ...' : ''}`;
  const lines: [string, string][] = [
    ['name', record.name || 'none'],
    ['producer', `${record.producer || 'unknown'}, opset ${record.opset}`],
    ['input', `${input.name}: ${formatShape(input.shape)}, ${input.width}x${input.height} ${kindOf(record)}, ${input.layout}`],
    ...input.open.map((axis): [string, string] => [
      '',
      `axis ${axis.axis}${axis.symbol && `, "${axis.symbol}",`} is open in the file: ${axis.role} ${axis.size}, ${axis.from === 'assumed' ? '' : 'from '}${axis.from}`,
    ]),
    ...(input.bound.length > 0 ? [['', `constants in the place of inputs: ${input.bound.join(', ')}`] as [string, string]] : []),
    ...(input.unread.length > 0 ? [['', `not read on the way to the scores: ${input.unread.join(', ')}`] as [string, string]] : []),
    ...settingsBySource(record).map((line, index): [string, string] => [index === 0 ? 'pictures' : '', line]),
    [
      'output',
      `${output.name}: ${formatShape(output.shape)}${output.ignored.length === 0 ? '' : `; not computed: ${output.ignored.join(', ')}`}`,
    ],
    ['classes', `${count(record.classes)}: ${named}${record.labelsFrom === null ? '' : ` (${record.labelsFrom})`}`],
    ['nodes', `${record.nodes}: ${record.operators.map(({ op, count: times }) => `${times} ${op}`).join(', ')}`],
    [
      'parameters',
      `${count(record.parameters)}, ${byteSize(record.parameterBytes)}${record.dataFiles.length === 0 ? '' : `, in ${listed(record.dataFiles)}`}`,
    ],
    ...(record.quantisers === 0
      ? []
      : [
          [
            'quantised',
            `${plural(record.quantisers, 'quantiser')} of values from the image, which do not round in the float network that is explained`,
          ] as [string, string],
        ]),
    ['multiply-adds', `${count(record.multiplyAdds)} an image`],
    [
      'logits',
      firstSmooth === null
        ? 'piecewise linear in the image'
        : `smooth: ${firstSmooth.op} "${firstSmooth.name}" is the first node that bends`,
    ],
    ['ends in', headLine(record)],
  ];
  for (const note of record.notes) lines.push(['note', note]);
  return `${record.file}\n${facts(lines)}`;
}

/** The first names of a list; models of old exporters have a file for each tensor. */
function listed(names: readonly string[]): string {
  return names.length <= FILES ? names.join(', ') : `${names.slice(0, FILES).join(', ')} and ${names.length - FILES} more files`;
}

const FILES = 3;

function headLine({ head, finalSoftmax, binary, multiLabel }: ReturnType<typeof describe>): string {
  if (head === 'logits' && multiLabel) return 'a logit for each class (multi-label: its sigmoid is the probability)';
  return (binary ? BINARY_HEADS[head] : undefined) ?? HEADS[head](finalSoftmax);
}

/** What fills the plane of the input. */
function kindOf({ input, takesPictures }: ReturnType<typeof describe>): string {
  if (!takesPictures) return input.channels === 1 ? 'numbers' : `of ${input.channels} channels`;
  return input.channels === 1 ? 'grey' : 'colour';
}

/** One line for each source: `side file: range 0, 1; mean 0.485, 0.456, 0.406`. Assumed settings come last. */
function settingsBySource({ input, preprocessing }: ReturnType<typeof describe>): string[] {
  const told = SETTINGS.filter((name) => input.channels === 3 || name !== 'order');
  const sources = [...new Set(told.map((name) => preprocessing[name].from))].sort(
    (a, b) => Number(a === 'assumed') - Number(b === 'assumed'),
  );
  return sources.map((source) => {
    const settings = told.filter((name) => preprocessing[name].from === source);
    return `${source}: ${settings.map((name) => `${name} ${tell(preprocessing[name].value)}`).join('; ')}`;
  });
}

function tell(value: string | number | readonly number[] | null): string {
  if (value === null) return 'as the size asks for';
  return typeof value === 'object' ? value.map(short).join(', ') : String(value);
}
