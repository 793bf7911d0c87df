import { STRATEGIES } from '../../edit/strategies.js';
import type { RepairRecord } from '../records.js';
import { PAINTS } from '../repair.js';
import { choice, type Field, flag, list, number, orNull, record, share, text, whole } from './json_schema.js';
import { binary, classIndex, device, input, model, multiLabel, prediction, preprocessing, quantisedFields, warnings } from './parts.js';

const PERCENT = { unit: '% of the patches', minimum: 0, maximum: 100 };
const strategy = (description: string): Field => choice(description, STRATEGIES);

const attempt = record<RepairRecord['attempts'][number]>('One strategy, or one proof.', {
  strategy: strategy('The strategy.'),
  repaired: flag('Whether an edit was found and verified.'),
  percent: orNull(number('Length of the prefix that was changed, before pruning; null where there is none.', PERCENT)),
  changedPixels: orNull(whole('Changed pixels after pruning; null where no edit was verified.', { unit: 'pixels', minimum: 0 })),
  changedPatches: orNull(whole('Changed patches after pruning; null where no edit was verified.', { unit: 'patches', minimum: 0 })),
  candidates: whole('Edited images that were evaluated; those that an earlier attempt evaluated do not count again.'),
  reason: text('What happened and why, in plain words.'),
  milliseconds: number('How long it took.', { unit: 'ms', minimum: 0 }),
});

/** Every field of `result.json` of `pathlight repair`, and of every digit's folder of `pathlight study`. */
export const repairSchema: Field = record<RepairRecord>('One repair, as `pathlight repair` and `pathlight study` write it.', {
  model,
  input,
  device,
  target: classIndex('The class that the image should be read as.'),
  repaired: flag('Whether an edit was found and verified.'),
  strategy: orNull(strategy('The strategy that found the edit; null where nothing had to be changed, or nothing was found.')),
  percent: orNull(number('Length of the prefix that was changed, before pruning; null where there is none.', PERCENT)),
  changedPixels: whole('Pixels that the edit changes.', { unit: 'pixels', minimum: 0 }),
  changedFraction: share('Pixels that the edit changes, as a share of all pixels.'),
  changedPatches: whole('Patches that the edit changes.', { unit: 'patches', minimum: 0 }),
  patches: record<RepairRecord['patches']>('What was changed as a whole.', {
    kind: text('`1`: single pixels; another number: blocks of this many pixels a side; the superpixels that were asked for; or `mask`.'),
    count: whole('How many patches the image has.', { minimum: 1 }),
  }),
  paint: orNull(choice("What changed patches become; null: each strategy's own.", PAINTS)),
  multiLabel,
  binary,
  before: prediction('The class that the model reads in the image.'),
  after: record<RepairRecord['after']>('The class that the model reads in the edited image.', {
    class: classIndex('The most probable class.'),
    label: orNull(text('The name of the class; null where classes have no names.')),
    probability: share('Probability of the class.'),
    targetProbability: share('Probability of the target.'),
  }),
  minimal: flag('Whether undoing any one changed patch loses the class.'),
  provenMinimum: orNull(
    whole('k: all sets of fewer than k flips were tried, and none reaches the class. null: no such proof.', {
      unit: 'patches',
      minimum: 0,
    }),
  ),
  seed: whole('The seed of the strategy `random`.'),
  limits: record<RepairRecord['limits']>('What was allowed.', {
    candidates: number('Edited images of each search, and of each pruning.', { minimum: 0 }),
    milliseconds: number('Time of each search, and of each pruning.', { unit: 'ms', minimum: 0 }),
    beam: whole('Sets that `greedy` keeps from round to round.', { minimum: 1 }),
    prove: whole('Sets of up to this many patches were to be tried for the proof.', { minimum: 0, maximum: 2 }),
  }),
  preprocessing,
  warnings,
  quantised: orNull(
    record<NonNullable<RepairRecord['quantised']>>(
      'Of a quantised model: what it makes of both pictures with its own arithmetic, in which quantisers round. The edit is found for the float network that it stands for. null for a model of floats.',
      { before: quantisedFields('The picture.'), after: quantisedFields('The edited picture.') },
    ),
  ),
  attempts: list('What became of each strategy and each proof, in order.', attempt),
  verified: record<RepairRecord['verified']>('How the edit was checked.', {
    cpu: flag('The float64 CPU executor reads the edited image as the target.'),
    png: flag('So it does after the picture was saved as an 8-bit PNG and read back.'),
  }),
});
