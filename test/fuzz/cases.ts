import type { Command } from 'commander';
import fc from 'fast-check';
import { attributeCommand } from '../../src/cli/commands/attribute.js';
import { inspectCommand } from '../../src/cli/commands/inspect.js';
import { repairCommand } from '../../src/cli/commands/repair.js';
import { encodeModel } from '../support/onnx_builder.js';
import type { Corpus } from './corpus.js';
import { type Mutation, mutateBytes, mutateJson, mutateModel, pick } from './mutations.js';

/** A folder of files, and a command line that runs in it. */
export interface FuzzCase {
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly args: readonly string[];
}

/** What a case is drawn from. Every part shrinks: fewer changes, fewer flags. */
interface Drawn {
  readonly command: number;
  readonly model: number;
  /** Changes of the model's nodes, and of its bytes. */
  readonly modelChanges: readonly Mutation[];
  readonly modelBytes: readonly Mutation[];
  /** Below one half: the array that fits the model. Above: a picture. */
  readonly input: number;
  readonly inputBytes: readonly Mutation[];
  readonly side: readonly [number, readonly Mutation[]] | null;
  readonly labels: readonly [number, readonly Mutation[]] | null;
  readonly flags: readonly (readonly [number, number])[];
}

const fraction = fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((x) => x / 2 ** 31);
const mutation: fc.Arbitrary<Mutation> = fc.record({ kind: fraction, place: fraction, value: fraction });

/** Mostly none, at most `most`. */
const changes = (most: number, weight: number) =>
  fc.oneof(
    { weight: 10 - weight, arbitrary: fc.constant([]) },
    { weight, arbitrary: fc.array(mutation, { minLength: 1, maxLength: most }) },
  );

/** Draws cases. They depend on the corpus and the seed alone. */
export function caseArbitrary(corpus: Corpus): fc.Arbitrary<FuzzCase> {
  /** Present in one of six cases. */
  const text = fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.tuple(fraction, changes(3, 7)) });
  return fc
    .record<Drawn>({
      command: fraction,
      model: fraction,
      modelChanges: changes(3, 6),
      modelBytes: changes(3, 1),
      input: fraction,
      inputBytes: changes(4, 2),
      side: text,
      labels: text,
      flags: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(fc.tuple(fraction, fraction), { minLength: 1, maxLength: 3 }) },
      ),
    })
    .map((drawn) => materialise(corpus, drawn));
}

function materialise(corpus: Corpus, drawn: Drawn): FuzzCase {
  const model = pick(corpus.models, drawn.model);
  if (model === undefined) throw new Error('no models');
  const picture = drawn.input < 0.6 ? undefined : pick(corpus.pictures, (drawn.input - 0.6) / 0.4);
  const input = picture ? `input.${picture.extension}` : 'input.npy';
  const side = drawn.side && mutateJson(pick(corpus.sideFiles, drawn.side[0]), drawn.side[1]);
  const labels = drawn.labels && mutateBytes(encode(pick(corpus.labels, drawn.labels[0]) ?? ''), drawn.labels[1]);
  const files = {
    'model.onnx': mutateBytes(encodeModel(mutateModel(model.proto, drawn.modelChanges)), drawn.modelBytes),
    [input]: mutateBytes(picture?.bytes ?? model.input, drawn.inputBytes),
    ...(side !== null && { 'model.json': encode(JSON.stringify(side) ?? '') }),
    ...(labels && { 'labels.txt': labels }),
  };
  return { files, args: argumentsOf(drawn, input, labels !== null) };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Names of options that do not suit a test without a GPU, or that write elsewhere. */
const FIXED = new Set(['--out', '--device', '--help', '--version']);

const COMMANDS = [attributeCommand, attributeCommand, attributeCommand, inspectCommand, repairCommand].map((create) => {
  const command: Command = create(new AbortController().signal, () => {});
  return { name: command.name(), options: command.options.filter(({ long }) => long != null && !FIXED.has(long)) };
});

/** Values that flags take besides the words of their own descriptions. */
const VALUES = [
  ...['0', '1', '2', '3', '7', '-1', '0.5', '1e9', '1e-9', '1e400', '4294967295', '4294967296', '100', '64', 'NaN', 'Infinity', '0x10'],
  ...['', ' ', ',', '0,1', '1,0', '1,1', '0.5,0.5,0.5', '1,2,3,4', 'a', 'predicted', 'any', 'auto', 'exact', 'search', 'x=1'],
  ...['input.npy', 'labels.txt', 'model.json', 'model.onnx', 'none', '__proto__', 'constructor', '\u001b[2J', 'é', '8x8', 'superpixels'],
];

function argumentsOf({ command, flags }: Drawn, input: string, labels: boolean): string[] {
  const { name, options } = pick(COMMANDS, command) ?? { name: 'inspect', options: [] };
  const given = flags.flatMap(([which, value]) => {
    const option = pick(options, which);
    if (option === undefined) return [pick(VALUES, value) ?? ''];
    const words = option.description.match(/[a-z0-9][a-z0-9-]+/g) ?? [];
    const text = pick([...VALUES, ...words], value) ?? '';
    return option.required || option.optional ? [option.long ?? '', text] : [option.long ?? ''];
  });
  const common = [...(labels ? ['--labels', 'labels.txt'] : []), ...given];
  if (name === 'inspect') return [name, 'model.onnx', ...common];
  const own = name === 'repair' ? ['--target', '1', '--max-seconds', '0.1', '--steps', '3'] : ['--steps', '3'];
  return [name, 'model.onnx', input, '--out', 'out', '--device', 'cpu', ...own, ...common];
}
