import { DEFAULT_RULE, DEFAULT_STEPS, unambiguousName } from '../../../src/app.js';
import type { Session } from '../../../src/index.js';
import { DEFAULT_METHOD, factsOf, optionFlags, ruleOf } from '../../lib/methods.js';
import type { CommandRequest } from '../contract/files.js';
import type { OpenModel } from '../contract/models.js';

/** The command line that makes the same map. Options that have their defaults are left out. */
export function commandLine(
  session: Session,
  opened: Pick<OpenModel, 'shipped' | 'choices' | 'labelList'>,
  request: CommandRequest,
): string {
  const { question, method, steps, baseline, output, model, input, fit } = request;
  const { path, baseline: role } = factsOf(method);
  const { rule = DEFAULT_RULE } = ruleOf(request);
  const words = [
    'npx',
    'pathlight',
    'attribute',
    asPath(opened.shipped === null ? model : `models/${model}`),
    asPath(input),
    '--target',
    nameOf(session, question.target),
  ];
  if (question.contrast !== undefined) words.push('--contrast', nameOf(session, question.contrast));
  if (method !== DEFAULT_METHOD) words.push('--method', method);
  words.push(...optionFlags(request));
  if (path !== 'none' && steps !== DEFAULT_STEPS) words.push('--steps', String(steps));
  if (rule !== DEFAULT_RULE) words.push('--rule', rule);
  if (role !== 'own' && baseline !== 'zero') words.push('--baseline', baseline);
  if (output !== 'logit') words.push('--output', output);
  if (fit !== undefined && fit !== session.preprocessing.fit) words.push('--fit', fit);
  return [...words, ...flagsOf(opened), '--out', 'out'].map(quote).join(' ');
}

/** What was chosen for a network of the visitor's own. */
function flagsOf({ choices, labelList }: Pick<OpenModel, 'choices' | 'labelList'>): string[] {
  const { preset, pixels, outputName, size, labelFile } = choices;
  const labels = labelList?.name ?? labelFile;
  const flags: readonly (readonly [flag: string, value: unknown])[] = [
    ['--preprocess', preset],
    ...Object.entries(pixels ?? {}).map(([name, value]) => [`--${name}`, value] as const),
    ['--labels', labels],
    ['--output-name', outputName],
    ['--size', size?.join('x')],
  ];
  return flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
}

/** A file whose name begins like an option is named from its folder. */
function asPath(name: string): string {
  return name.startsWith('-') ? `./${name}` : name;
}

function nameOf({ preprocessing }: Session, index: number): string {
  return unambiguousName(index, preprocessing.labels);
}

/** Quotes a word, if it needs quotes, so that POSIX shells take it for one word. */
function quote(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
