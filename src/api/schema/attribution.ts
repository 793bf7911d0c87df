import type { AutoAccount, ExactAccount, SmoothParameters } from '../../attribution/account.js';
import type { GradientDiagnosis } from '../../attribution/diagnosis.js';
import { RULES } from '../../attribution/integral/quadrature.js';
import { METHODS, type MethodParameters } from '../../attribution/methods/index.js';
import type { Region } from '../../figures/ranked_regions.js';
import { OUTPUTS } from '../../graph/passes/head.js';
import { COMPOSITES } from '../../graph/passes/rules/composites.js';
import type { AttributionRecord, AttributionRecordRequest } from '../records.js';
import { choice, type Field, type FieldsOf, flag, list, number, orNull, record, share, text, whole } from './json_schema.js';
import { binary, classIndex, device, input, model, multiLabel, prediction, preprocessing, quantised, warnings } from './parts.js';

const pixels = (description: string, minimum = 0): Field => whole(description, { unit: 'pixels', minimum });
const milliseconds = (description: string): Field => number(description, { unit: 'ms', minimum: 0 });
const bytes = (description: string): Field => whole(description, { unit: 'bytes', minimum: 0 });

const region = record<Region>('One region.', {
  rank: whole('1 is the strongest.', { minimum: 1 }),
  patch: whole('The index of the block or superpixel.'),
  sum: number('The sum of the attribution over its pixels: above 0 it speaks for the class.', { unit: 'unit of the output' }),
  share: share('|sum| as a share of the sum of |sum| over all regions.'),
  pixels: pixels('How many pixels it has.', 1),
  box: record<Region['box']>('The smallest rectangle around it.', {
    left: pixels('From the left side of the picture.'),
    top: pixels('From the top of the picture.'),
    width: pixels('Of the rectangle.', 1),
    height: pixels('Of the rectangle.', 1),
  }),
});

const deadUnits = list(
  'For every layer whose slope can be exactly zero (Relu, Clip, ...): how many of its units pass no gradient for this image.',
  record<GradientDiagnosis['deadUnits'][number]>('One layer.', {
    layer: text('The name of the node.'),
    op: text('Its operator.'),
    units: whole('How many units the layer has.'),
    dead: share('Share of its units that pass no gradient.'),
  }),
);

const ofLayer: FieldsOf<Required<MethodParameters>['layer']> = {
  name: text('The name of the node.'),
  channels: whole('Channels of the layer.', { minimum: 1 }),
  rows: whole('Rows of the layer.', { minimum: 1 }),
  columns: whole('Columns of the layer.', { minimum: 1 }),
};

const parameters = record<Required<MethodParameters>>(
  'What the method was given or chose beside steps, rule and baseline; absent where there is nothing to tell.',
  {
    baselines: whole('`expected-gradients`, `gradient-shap`: how many baselines there are.', { minimum: 1 }),
    seed: whole('The seed of what the method drew.'),
    samples: whole('Methods with `--samples`: how many evaluations were allowed.', { minimum: 1 }),
    noise: share('`gradient-shap`: deviation of the noise on the image, as a share of the range from black to white.'),
    patches: whole('Methods with `--patch`: how many patches the image has.', { minimum: 1 }),
    exact: flag('`shapley`, `kernel-shap`: whether all subsets of patches were evaluated, so that nothing was drawn.'),
    segments: whole('`xrai`: how many overlapping segments of all scales there are.', { minimum: 1 }),
    cells: whole('`rise`: cells of a mask along each axis.', { minimum: 1 }),
    keep: share('`rise`: the chance of a cell to be seen.'),
    window: record<Required<MethodParameters>['window']>('`occlusion`: the window that covers a part of the image.', {
      size: pixels('Its side.', 1),
      stride: pixels('From one window to the next.', 1),
      count: whole('How many windows there are.', { minimum: 1 }),
    }),
    layer: record('Methods with `--layer`: the layer that they look at.', ofLayer),
    layers: list('`--layers`: the layers whose maps were averaged.', record('One layer.', ofLayer)),
    blur: number('`blur-ig`: the standard deviation of the strongest blur.', { unit: 'pixels', minimum: 0 }),
    fraction: share('`guided-ig`: share of the elements that may move at a time.'),
    maxDistance: share('`guided-ig`: how far an element may be from the straight path, as a share of its way.'),
    byGradient: list(
      '`deeplift`, `lrp`, `attn-lrp`: the operators that have no rule and were passed by their gradient at the image, so that the map need not sum to what it should.',
      text('The ONNX name of the operator.'),
    ),
    attention: record<Required<MethodParameters>['attention']>(
      '`rollout`, `gradient-x-attention`, `legrad`: the attention that was found.',
      {
        layers: whole('How many layers attend.', { minimum: 1 }),
        heads: whole('Heads of the first.', { minimum: 1 }),
        tokens: whole('Tokens of each.', { minimum: 1 }),
        rows: whole('Rows of the tokens that are places of the image.', { minimum: 1 }),
        columns: whole('Their columns.', { minimum: 1 }),
      },
    ),
    composite: choice('`lrp`: which rule is for which layer.', COMPOSITES),
    epsilon: number('`lrp`: what keeps the denominators of the epsilon rule away from 0.', { minimum: 0 }),
    gamma: number("`lrp`: how much the gamma rule favours contributions of the output's sign.", { minimum: 0 }),
    smooth: record<SmoothParameters>('`--smooth`: how the map was smoothed.', {
      samples: whole('How many noisy copies of the image there are.', { minimum: 1 }),
      sigma: number('Standard deviation of the noise.', { unit: 'share of the valid range of a channel', minimum: 0 }),
      of: choice('The mean of the maps of all copies, or their variance.', ['mean', 'variance']),
      seed: whole('The seed of the noise.'),
    }),
  },
  [
    'baselines',
    'seed',
    'samples',
    'noise',
    'patches',
    'exact',
    'segments',
    'cells',
    'keep',
    'window',
    'layer',
    'layers',
    'blur',
    'fraction',
    'maxDistance',
    'byGradient',
    'attention',
    'composite',
    'epsilon',
    'gamma',
    'smooth',
  ],
);

/** Every field of `result.json` of `pathlight attribute`. */
export const attributionSchema: Field = record<AttributionRecord>(
  'One attribution, as `pathlight attribute` writes it.',
  {
    model,
    input,
    device,
    prediction: prediction('The class that the model reads in the image.'),
    multiLabel,
    binary,
    target: classIndex('The class that is explained.'),
    contrast: orNull(classIndex('The class whose output is subtracted; null where none is.')),
    method: choice('The method of attribution.', METHODS),
    steps: orNull(whole('Points of the path; null for methods without a path.', { unit: 'points', minimum: 1 })),
    rule: orNull(choice('How the path is sampled; null with steps `exact`, and for methods without a rule.', RULES)),
    baseline: orNull({
      description:
        "Where the path starts: a name, the path of a file, or a number in the model's input space; null for methods with baselines of their own.",
      type: ['string', 'number'],
    }),
    output: choice('Which output of the model is explained.', OUTPUTS),
    quantised,
    preprocessing,
    warnings,
    sum: number('The sum of all attributions.', { unit: 'unit of the output' }),
    outputAtInput: number('The output that is explained, at the image.', { unit: 'unit of the output' }),
    outputAtBaseline: orNull(
      number('The output that is explained, at the baseline; null where it is no number there and the method does not need it.', {
        unit: 'unit of the output',
      }),
    ),
    delta: orNull(
      number('Error of completeness: sum - (outputAtInput - outputAtBaseline); null where that is no number.', {
        unit: 'unit of the output',
      }),
    ),
    relativeDelta: orNull(number('|delta| / |outputAtInput - outputAtBaseline|; null where that is not finite.', { minimum: 0 })),
    colours: record<Required<AttributionRecordRequest>['colours']>('How the pictures of the map are coloured.', {
      percentile: number('The percentile of |attribution| of a pixel that the strongest colour stands for.', { minimum: 0, maximum: 100 }),
      scale: number('The value that the strongest colour stands for.', { unit: 'unit of the output', minimum: 0 }),
      shared: flag('Whether all inputs of the call have this scale (`--shared-scale`).'),
    }),
    regions: list('The strongest regions, the strongest first (`--regions`).', region),
    exact: record<ExactAccount>('Of steps `exact`: how the integral was come by.', {
      regions: whole('Linear regions that the path crosses.', { minimum: 1 }),
      evaluations: whole('Points at which the network was evaluated to find them.', { minimum: 1 }),
      errorBound: number('Largest error of any element, relative to the largest attribution.', { minimum: 0 }),
    }),
    auto: record<AutoAccount>('Of steps `auto`: how the number of steps was chosen.', {
      tolerance: number('The error that was allowed, relative to the largest attribution.', { minimum: 0 }),
      estimate: number('Estimate of the largest error of any element, relative to the largest attribution.', { minimum: 0 }),
      met: flag('Whether the estimate is below the tolerance.'),
    }),
    parameters,
    diagnosis: record<GradientDiagnosis>('Of `saliency`: why the map may be empty.', {
      zeroGradients: share('Share of the input gradients that are exactly zero.'),
      deadUnits,
    }),
    gpu: record<AttributionRecord['gpu']>(
      'What all images of the call cost together.',
      {
        plan: choice('One dispatch for each operator, all in two dispatches, or no GPU.', ['layered', 'fused', 'cpu']),
        dispatches: whole('Compute dispatches.'),
        submits: whole("Submits to the GPU's queue."),
        uploadedBytes: bytes('Sent to the GPU.'),
        readbackBytes: bytes('Read back from the GPU.'),
        peakBytes: bytes('GPU buffers alive at once, weights included.'),
        streamedBytes: bytes(
          'Weights that were uploaded again and again, since the memory budget does not hold all at once, which is slower; absent where it does.',
        ),
        recomputed: flag(
          'true where most of the forward pass ran twice, since the memory budget does not hold what the backward pass reads of it, which is slower; else absent.',
        ),
        mixedError: number(
          'Of `--precision mixed`, where it stored activations in 16 bits: how far gradients are from those with 32 bits, relative, in the Euclidean norm, at 16 points of the path of the first image: an estimate for others.',
          { minimum: 0 },
        ),
      },
      ['streamedBytes', 'recomputed', 'mixedError'],
    ),
    milliseconds: record<AttributionRecord['milliseconds']>(
      'How long all images took that were explained together: of many inputs, those of one batch.',
      {
        total: milliseconds('The whole call.'),
        gpu: milliseconds('Requests of the GPU, from the first upload to the last readback; 0 on the CPU.'),
      },
    ),
  },
  ['colours', 'regions', 'exact', 'auto', 'parameters', 'diagnosis'],
);
