import type { MeanCurves } from '../../evaluation/evaluation.js';
import { metrics } from '../../evaluation/metrics.js';
import type { MetricSummary } from '../../evaluation/statistics.js';
import { REMOVALS, type Statement } from '../evaluation/evaluation.js';
import type { EvaluationRecord } from '../evaluation/record.js';
import { choice, type Field, list, number, orNull, record, share, table, text, whole } from './json_schema.js';
import { classIndex, device, model } from './parts.js';

const curve = (description: string): Field => list(description, share('The probability of the class.'));
const facts = metrics.map(({ name, summary }) => `\`${name}\`: ${summary}`).join('; ');

/** Every field of `evaluation.json`. */
export const evaluationSchema: Field = record<EvaluationRecord>(
  'How faithful the maps of each method are, as `pathlight evaluate` measured it.',
  {
    model,
    images: list('The pictures that were measured, in the order of all lists of values.', text('The path, as it was given.')),
    unit: {
      description: 'What was removed as a whole: `pixel`, the side of square blocks in pixels, `superpixels`, or the patches of a `mask`.',
      type: ['string', 'integer'],
    },
    superpixels: whole('How many superpixels, about; absent for other units.', { minimum: 1 }),
    baseline: choice('What removed parts became.', REMOVALS),
    methods: table(
      'By method, `random` and `edges` among them, which know nothing of the network. `ig@blur` is `ig` with the baseline `blur`.',
      table(
        `By metric; one that says nothing about the method is absent. ${facts}.`,
        record<MetricSummary>('A metric over all pictures.', {
          mean: number('The mean over the pictures that have a value.'),
          low: number('The lower end of its 95% interval (bootstrap).'),
          high: number('The upper end.'),
          values: list('One for each picture; null where there is none.', orNull(number('The value.'))),
        }),
      ),
    ),
    targets: list(
      'The class that was explained, of each picture.',
      record<EvaluationRecord['targets'][number]>('A class.', {
        class: classIndex('Its index.'),
        label: orNull(text('Its name; null where classes have no names.')),
      }),
    ),
    wanted: whole('How many pictures there were to measure: more than `images` where the time was over.', { minimum: 1 }),
    steps: whole('Points of the path of methods that have one.', { unit: 'points', minimum: 1 }),
    seed: whole('The seed of everything that was drawn.'),
    device,
    refused: table('Methods that made no map of any picture.', text('The reason.')),
    milliseconds: table('By method: how long a map took.', number('The median over pictures.', { unit: 'ms', minimum: 0 })),
    seconds: number('How long the call took. Pictures that an earlier call left cost nothing.', { unit: 's', minimum: 0 }),
    curves: table(
      'By method: the probability of the class while parts are missing, the mean over pictures, at 0, 1, ... 100 percent of the units; empty where no metric asked.',
      record<MeanCurves>('The curves of one method.', {
        deletion: curve('With so many of the units removed, the strongest first.'),
        insertion: curve('With only so many of the units there, the strongest first.'),
      }),
    ),
    verdict: list(
      'Which method to trust, how sure that is, and what it cost.',
      record<Statement>('A sentence.', {
        code: text('Its stable name.'),
        values: { description: 'What the sentence is made of, by name.', type: 'object' },
        message: text('The sentence in English.'),
      }),
    ),
    pathlight: text('The version of Pathlight.'),
  },
  ['superpixels'],
);
