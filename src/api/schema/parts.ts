import { FITS } from '../../image/fit.js';
import { MATTES } from '../../image/picture.js';
import { CHANNEL_ORDERS } from '../../image/preprocessing/options.js';
import { INTERPOLATIONS } from '../../image/resize.js';
import type { QuantisedReading } from '../doubts/quantised.js';
import type { DeviceRecord, describePreprocessing } from '../records.js';
import type { Prediction } from '../session.js';
import { choice, type Field, flag, list, number, orNull, record, share, text, whole } from './json_schema.js';

// Fields that `result.json` of both commands has.

export const model = text('The path of the model, as it was given.');
export const input = text('The path of the picture or array, as it was given.');
export const classIndex = (description: string): Field => whole(description, { unit: 'index of a class', minimum: 0 });
export const multiLabel = flag(
  'Whether the classes do not exclude each other: the model ends in a sigmoid for each class, and each has a probability of its own.',
);
export const binary = flag(
  'Whether there are a class and its opposite: the model ends in one number, the logit z or the probability p of class 1, or in 1 - p and p. The logits of the classes 0 and 1 are then -z and z.',
);
export const warnings = list('What makes the numbers doubtful; empty where nothing does.', text('One sentence.'));

export const device = record<DeviceRecord>(
  'What the results were computed on.',
  {
    kind: choice('A hardware GPU, a software adapter, or the float64 CPU executor.', ['gpu', 'software', 'cpu']),
    adapter: text("The adapter's name; `float64 reference` on the CPU."),
    memoryBudget: whole('GPU memory that could be in use at once; absent on the CPU.', { unit: 'bytes', minimum: 1 }),
  },
  ['memoryBudget'],
);

export const prediction = (description: string) =>
  record<Prediction>(description, {
    class: classIndex('The most probable class.'),
    label: orNull(text('The name of the class; null where classes have no names.')),
    probability: share(
      'Probability of the class: the softmax of the logits, or where `multiLabel` or `binary` is true the sigmoid of its logit.',
    ),
  });

export const quantisedFields = (description: string) =>
  record<QuantisedReading>(description, {
    quantisers: whole('How many quantisers of values from the picture the model has.', { minimum: 1 }),
    prediction: prediction('The class that the quantised model reads in the picture.'),
    agrees: flag('Whether the float network reads the same class.'),
    largestDifference: number("The largest difference of an output of the quantised model from the float network's.", {
      unit: "unit of the model's own outputs",
      minimum: 0,
    }),
    relativeDifference: orNull(
      number('The same as a share of the spread of the outputs of the quantised model; null where these are all the same.', { minimum: 0 }),
    ),
  });

export const quantised = orNull(
  quantisedFields(
    'Of a quantised model: what it makes of the picture with its own arithmetic, in which quantisers round. Explained is the float network that it stands for, in which they do not. null for a model of floats.',
  ),
);

const perChannel = (description: string) => list(description, number('One channel.'));

export const preprocessing = record<ReturnType<typeof describePreprocessing>>("How a picture became the model's input.", {
  width: whole("Of the model's input.", { unit: 'pixels', minimum: 1 }),
  height: whole("Of the model's input.", { unit: 'pixels', minimum: 1 }),
  channels: whole('1: grey; 3: colour; another number where the input is no picture.', { minimum: 1 }),
  takesPictures: flag('Whether the input is a plane of 1 or 3 channels. Where it is not, pictures only stand for it.'),
  layout: choice("Channels first or last in the model's input.", ['nchw', 'nhwc']),
  order: choice("Order of the model's channels.", CHANNEL_ORDERS),
  range: list('What black and white become before mean and standard deviation are applied: [lo, hi].', number('lo or hi.')),
  mean: perChannel('What is subtracted, for each channel.'),
  std: perChannel('What is then divided by, for each channel.'),
  fit: choice("How a picture of another shape fills the model's input.", FITS),
  resize: orNull(whole('Shorter side before the centre is cropped; null: what the size needs.', { unit: 'pixels', minimum: 1 })),
  interpolation: choice('How pixels are resampled.', INTERPOLATIONS),
  matte: choice('What is behind transparent pixels.', MATTES),
  from: {
    description: 'Which source set a setting, by the name of the setting. A setting that is absent here was assumed.',
    type: 'object',
    additionalProperties: text('Such as `the flags`, `the side file`, `preset tf of the flags`, `metadata "names"`.'),
  },
});
