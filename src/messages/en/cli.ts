import type { Table } from '../message.js';

/** Flags of the command line, and its output: src/cli. The page never shows these. */
export const cli = {
  'flag.choice': (v: { flag: string; value: string; choices: readonly string[] }) => [
    `${v.flag} ${v.value}`,
    `one of ${v.choices.join(', ')}`,
  ],
  'flag.number': (v: { flag: string; value: string }) => [`${v.flag} ${v.value}`, 'a number'],
  /** `most` is null if there is no limit. */
  'flag.above-0': (v: { flag: string; value: string | number; most: number | null }) => [
    `${v.flag} ${v.value}`,
    `a number above 0${v.most === null ? '' : ` and at most ${v.most}`}`,
  ],
  /** `most` is null if there is no limit. */
  'flag.whole': (v: { flag: string; value: string; least: number; most: number | null }) => [
    `${v.flag} ${v.value}`,
    `a whole number from ${v.least}${v.most === null ? '' : ` to ${v.most}`}`,
  ],
  'flag.share': (v: { flag: string; value: string; from: 'from 0' | 'above 0' }) => [
    `${v.flag} ${v.value}`,
    v.from === 'from 0' ? 'from 0 to 1' : 'above 0 and at most 1',
  ],
  'flag.list': (v: { flag: string; value: string }) => [`${v.flag} ${v.value}`, 'numbers with commas between them, such as 0.5,0.5,0.5'],
  'flag.range': (v: { value: string }) => [`--range ${v.value}`, 'two numbers, such as 0,255'],
  'flag.size': (v: { value: string }) => [
    `--size ${v.value}`,
    'a whole number of pixels, such as 224, or height and width, such as 192x256',
  ],
  'flag.memory': (v: { value: string }) => [`--memory ${v.value}`, 'bytes with their unit, such as 4G or 800M, and at least 1M'],
  'flag.bind': (v: { value: string }) => [`--bind ${v.value}`, 'NAME=NUMBER or NAME=FILE.npy, the name of an input'],
  'flag.bind-twice': (v: { name: string }) => [`--bind ${v.name}= is given twice`, 'once for each input'],
  'flag.fused-on-cpu': () => ['--plan fused needs a GPU', 'another --device than cpu'],
  'flag.mixed-on-cpu': () => ['--precision mixed needs a GPU', 'another --device than cpu'],
  'flag.tolerance': (v: { value: string }) => [`--tolerance ${v.value}`, 'between 0 and 1'],
  'flag.tolerance-with-steps': (v: { tolerance: string; steps: string }) => [
    `--tolerance ${v.tolerance} with --steps ${v.steps}`,
    '--steps auto',
  ],
  'flag.max-steps-with-steps': (v: { maxSteps: string; steps: string }) => [
    `--max-steps ${v.maxSteps} with --steps ${v.steps}`,
    '--steps auto or exact',
  ],
  'flag.rule-with-exact': (v: { rule: string }) => [`--rule ${v.rule} with --steps exact`, 'no rule, or a number of steps'],
  'flag.rule-with-auto': (v: { rule: string; nested: readonly string[] }) => [
    `--rule ${v.rule} with --steps auto`,
    `one of ${v.nested.join(', ')}`,
  ],
  'flag.steps': (v: { value: string; most: number }) => [`--steps ${v.value}`, `a whole number from 1 to ${v.most}, auto or exact`],
  'flag.steps-without-number': (v: { values: readonly (string | number)[] }) => [`--steps ${v.values}`, 'a number among them'],
  'flag.steps-with-smooth': (v: { steps: string; smooth: number }) => [`--steps ${v.steps} with --smooth ${v.smooth}`, 'a number of steps'],
  'flag.steps-with-method': (v: { steps: string; method: string }) => [`--steps ${v.steps} with --method ${v.method}`, 'a number of steps'],
  'flag.patch': (v: { flag: string; value: string }) => [`${v.flag} ${v.value}`, 'pixels a side, from 1, or superpixels'],
  'flag.baseline': (v: { value: string; known: readonly string[] }) => [
    `--baseline ${v.value}`,
    `one of ${v.known.join(', ')}, a number or a .npy file`,
  ],
  'flag.other-method': (v: { flag: string; value: string; method: string; owner: string }) => [
    `${v.flag} ${v.value} with --method ${v.method}`,
    `--method ${v.owner}`,
  ],
  'flag.sigma-alone': (v: { sigma: string }) => [`--sigma ${v.sigma} without --smooth`, '--smooth with a number of copies'],
  'flag.variance-alone': () => ['--variance without --smooth', '--smooth with a number of copies'],
  'flag.required': (v: { flag: string; method: string; wanted: string }) => [`--method ${v.method} without ${v.flag}`, v.wanted],
  'flag.percent': (v: { value: string }) => [`--percent ${v.value}`, 'above 0 and at most 100, or search'],
  'flag.max-seconds': (v: { value: string }) => [`--max-seconds ${v.value}`, 'above 0'],
  'flag.clip-percentile': (v: { value: string }) => [`--clip-percentile ${v.value}`, 'above 0 and at most 100'],
  'cli.no-command': () => ['no command', 'inspect, attribute, repair, evaluate, study, bench or doctor; see pathlight --help'],
  'cli.no-digits': () => ['models/study/digits.json is missing', 'a complete installation'],
  'cli.folder-name': (v: { path: string; folder: string }) => [
    `${v.path} would write into the folder "${v.folder}" of --out`,
    'a file with another name, or it alone',
  ],
  'cli.same-names': (v: { name: string }) => [
    `two inputs are named "${v.name}" and would write into one folder`,
    'inputs with different names',
  ],
  /** `file` is null if the path itself is that file. */
  'out.file': (v: { path: string; file: string | null }) => [`--out ${v.path}: ${v.file ?? 'it'} is a file`, 'a folder'],
  'out.unwritable': (v: { path: string; detail: string }) => [`${v.path}: cannot be written, ${v.detail}`, 'a folder that may be written'],
  'cli.too-slow': (v: { seconds: number; input: string }) => [
    `${v.input} was not finished within ${v.seconds} seconds, so there is nothing to tell`,
    'a larger --max-seconds, fewer methods or metrics, or larger units',
  ],
} as const satisfies Table;
