import type { Table } from '../message.js';
import { formatNumber } from '../words.js';

/** Measures of maps: src/evaluation, src/api/evaluation. */
export const evaluation = {
  'evaluation.metric': (v: { metric: string; known: readonly string[] }) => [
    `the metric ${v.metric} does not exist`,
    `all, or ${v.known.join(', ')}`,
  ],
  'evaluation.method': (v: { method: string; known: readonly string[]; baselines: readonly string[] }) => [
    `the method ${v.method} does not exist`,
    `all, or ${v.known.join(', ')}; with a baseline: ig@${v.baselines[0]}`,
  ],
  'evaluation.no-baseline': (v: { method: string }) => [`the method ${v.method} has a baseline of its own`, 'no baseline after @'],
  'evaluation.needs-option': (v: { method: string; option: string }) => [
    `the method ${v.method} needs the option ${v.option}`,
    'methods that run without options can be compared',
  ],
  'evaluation.baseline': (v: { baseline: string; known: readonly string[] }) => [
    `removed parts cannot become ${v.baseline}`,
    v.known.join(', '),
  ],
  'evaluation.nothing': () => ['there is nothing to measure', 'at least one picture, one method and one metric'],
  'evaluation.best': (v: { method: string; metric: string; mean: number; low: number; high: number; pictures: number }) => [
    v.pictures === 1
      ? `Of the methods measured, ${v.method} has the best ${v.metric} on this picture: ${formatNumber(v.mean)}`
      : `Of the methods measured, ${v.method} has the best ${v.metric}: ${formatNumber(v.mean)} on average over ${v.pictures} pictures (95% interval ${formatNumber(v.low)} to ${formatNumber(v.high)})`,
  ],
  'evaluation.unsure': (v: { pictures: number; fewest: number; controlled: boolean }) => [
    v.controlled
      ? `${v.pictures === 1 ? 'One picture is' : `${v.pictures} pictures are`} too few to tell methods apart: give ${v.fewest} or more`
      : 'Maps that know nothing of the network were not measured beside it, so it is not known whether any map is better than chance',
  ],
  /** `next`: the second best, which is clearly worse or not; `failing`: methods that are not clearly better than the controls. */
  'evaluation.sure': (v: { next: string | null; clear: boolean; failing: readonly string[]; all: boolean }) => [
    [
      v.next === null ? '' : `It is ${v.clear ? 'clearly' : 'not clearly'} better than the next, ${v.next}`,
      v.failing.length === 0
        ? 'every method beats a random map and the edges of the picture'
        : v.all
          ? 'no method beats both a random map and the edges of the picture: trust none of them on this model'
          : `${v.failing.join(', ')} ${v.failing.length === 1 ? 'does' : 'do'} not beat both a random map and the edges of the picture, so do not trust ${v.failing.length === 1 ? 'it' : 'them'} on this model`,
    ]
      .filter((part) => part !== '')
      .join('; '),
  ],
  'evaluation.cost': (v: { method: string; milliseconds: number }) => [`A map by ${v.method} took ${formatNumber(v.milliseconds)} ms`],
} as const satisfies Table;
