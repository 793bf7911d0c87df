import { Command } from 'commander';
import { describeGraph, formatShape, type Session, sizeOf } from '../index.js';
import { readModel } from '../node.js';
import { addPreprocessing, type CommonOptions, readPreprocessing } from './arguments.js';
import { Console, facts } from './console.js';
import { byteSize, count, short } from './words.js';

type InspectFlags = Pick<CommonOptions, 'mean' | 'std' | 'range' | 'layout' | 'labels' | 'json' | 'quiet'>;

const EXAMPLES = `
Examples:
  $ pathlight inspect digits.onnx
  $ pathlight inspect mobilenet.onnx --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --json`;

export function inspectCommand(_signal: AbortSignal, finish: (exitCode: number) => void): Command {
  const command = new Command('inspect')
    .description('Tells what a model is made of, what it takes and gives, and how pictures become its input.')
    .argument('<model.onnx>', 'an ONNX image classifier');
  return addPreprocessing(command)
    .optionsGroup('Output:')
    .option('--json', 'print JSON instead of a table')
    .option('--quiet', 'print nothing but errors')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: InspectFlags) => {
      const preprocessing = await readPreprocessing(flags);
      const { session, sideFile } = await readModel(path, { preprocessing });
      const console = new Console(flags.quiet === true, flags.json === true);
      const given = new Map<string, string>();
      for (const name of sideFile?.keys ?? []) given.set(name, sideFile!.path);
      for (const name of Object.keys(preprocessing)) given.set(name, 'the flags');
      const record = describe(path, session, given);
      console.print(summarise(record));
      console.printJson(record);
      finish(0);
    });
}

/** How a picture becomes the input, and where each number comes from. */
const SETTINGS = ['range', 'mean', 'std'] as const;

function describe(path: string, session: Session, given: ReadonlyMap<string, string>) {
  const { graph, info, preprocessing } = session;
  const { width, height, channels, layout, range, mean, std, labels } = preprocessing;
  const settings = { range, mean, std };
  return {
    model: path,
    name: graph.name,
    producer: info.producer,
    opset: info.opset,
    input: { name: graph.input.name, shape: graph.input.shape, layout, width, height, channels },
    output: { name: graph.output.name, shape: graph.output.shape, ignored: info.furtherOutputs },
    classes: sizeOf(graph.output.shape),
    labels: labels ?? null,
    preprocessing: Object.fromEntries(
      SETTINGS.map((name) => [name, { value: settings[name], from: given.get(name) ?? 'assumed' }]),
    ) as Record<(typeof SETTINGS)[number], { value: readonly number[]; from: string }>,
    ...describeGraph(graph),
    metadata: info.metadata,
  };
}

/** Labels shown before the rest is left out. */
const LABELS = 10;

function summarise(record: ReturnType<typeof describe>): string {
  const { input, output, labels, preprocessing, firstSmooth, finalSoftmax } = record;
  const setting = (name: (typeof SETTINGS)[number]) =>
    `${name} ${preprocessing[name].value.map(short).join(', ')} (${preprocessing[name].from})`;
  const named = labels === null ? 'no labels' : `${labels.slice(0, LABELS).join(', ')}${labels.length > LABELS ? ', ...' : ''}`;
  const lines: [string, string][] = [
    ['name', record.name || 'none'],
    ['producer', `${record.producer || 'unknown'}, opset ${record.opset}`],
    [
      'input',
      `${input.name}: ${formatShape(input.shape)}, ${input.width}x${input.height} ${input.channels === 1 ? 'grey' : 'colour'}, ${input.layout}`,
    ],
    ...SETTINGS.map((name, index): [string, string] => [index === 0 ? 'pictures' : '', setting(name)]),
    [
      'output',
      `${output.name}: ${formatShape(output.shape)}${output.ignored.length === 0 ? '' : `; not computed: ${output.ignored.join(', ')}`}`,
    ],
    ['classes', `${count(record.classes)}: ${named}`],
    ['nodes', `${record.nodes}: ${record.operators.map(({ op, count: times }) => `${times} ${op}`).join(', ')}`],
    ['parameters', `${count(record.parameters)}, ${byteSize(record.parameterBytes)}`],
    ['multiply-adds', `${count(record.multiplyAdds)} an image`],
    [
      'logits',
      firstSmooth === null
        ? 'piecewise linear in the image'
        : `smooth: ${firstSmooth.op} "${firstSmooth.name}" is the first node that bends`,
    ],
    ['ends in', finalSoftmax === null ? 'logits (no softmax)' : `${finalSoftmax}, taken off for --output logit`],
  ];
  return `${record.model}\n${facts(lines)}`;
}
