import { readFileSync } from 'node:fs';
import type { MethodFacts } from '../../src/attribution/method.js';
import { methods } from '../../src/attribution/methods/index.js';

const PAGE = 'docs/methods.md';

const HEAD = ['| method | when | gradients | forwards | sums to f(x) - f(b) | asks the executor for |', '|---|---|---|---|---|---|'];

/** The line of smoothing, which can wrap any method: src/attribution/smooth.ts. */
const SMOOTHED = '| any, with `--smooth N` | maps that look like noise | N times | as without | no | the same |';

/** docs/methods.md, with its table derived from the table of methods. Throws if a method has no section. */
export function methodReference(): string {
  const lines = readFileSync(PAGE, 'utf8').split('\n');
  for (const { name } of methods) {
    if (!lines.some((line) => line.startsWith('## ') && line.includes(`\`${name}\``))) {
      throw new Error(`${name} has no section in ${PAGE}: a heading that holds \`${name}\``);
    }
  }
  const first = lines.findIndex((line) => line.startsWith('| method |'));
  const rest = lines.slice(first);
  const length = rest.findIndex((line) => !line.startsWith('|'));
  return [...lines.slice(0, first), ...HEAD, ...methods.map(row), SMOOTHED, ...rest.slice(length)].join('\n');
}

function row({ name, summary, needs }: MethodFacts): string {
  const { when, gradients, forwards, sums } = summary;
  const requests = needs.requests.map((request) => `\`${request}\``).join(', ');
  return `| \`${name}\` | ${when} | ${gradients} | ${forwards} | ${sums} | ${requests} |`;
}
