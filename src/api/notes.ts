import { headOf } from '../graph/analysis/head/head.js';
import { inputScaling } from '../graph/analysis/input_scaling.js';
import type { Graph } from '../graph/graph.js';
import { FROM_NETWORK, inputValue, type Preprocessing, validRange } from '../image/preprocessing/preprocess.js';
import { createMessage, type Message } from '../messages/index.js';
import { NEWEST_OPSET } from '../onnx/check.js';
import type { ModelInfo } from '../onnx/files/model_info.js';

/** How far black and white may be from what the network was made for, as a share of the range. */
const TOLERANCE = 0.3;

/** What the arithmetic of preprocessing may add to a whole number. */
const ROUNDING = 1e-6;

/** What readers should know about how a model was read: whether its opset is known, whether it is quantised, which output was chosen, and whether what pictures become is doubtful. */
export function notesOf({
  graph,
  info,
  preprocessing,
}: {
  readonly graph: Graph;
  readonly info: ModelInfo;
  readonly preprocessing: Preprocessing;
}): Message[] {
  const notes: Message[] = [];
  const { opset, output, furtherOutputs: others, outputNamed, quantisers } = info;
  if (opset > NEWEST_OPSET) notes.push(createMessage('opset.newer', { opset, newest: NEWEST_OPSET }));
  if (others.length > 0 && !outputNamed) {
    notes.push(createMessage('output.chosen', { output, shape: (graph.binary ?? graph.output).shape, others }));
  }
  if (graph.binary !== undefined && !outputNamed && headOf(graph).kind === 'logits') {
    notes.push(createMessage('output.one-logit', { output }));
  }
  if (quantisers > 0) notes.push(createMessage('quantised.as-float', { quantisers }));
  const proposed = info.openAxes.filter(({ role, from }) => role !== 'channels' && (from === 'the network' || from === 'assumed'));
  if (proposed.length > 0) {
    notes.push(createMessage('input.size-assumed', { shape: graph.input.shape, any: proposed.some(({ from }) => from === 'assumed') }));
  }
  const { takesPictures, shape, channels } = preprocessing;
  if (!takesPictures) notes.push(createMessage('input.no-picture', { shape, channels }));
  if (takesPictures && info.inputType === 'int') notes.push(...doubtsOfIntegers(preprocessing, info.inputPixels));
  if (graph.bySigmoid && graph.binary === undefined) notes.push(createMessage('output.compared', { output }));
  const scaling = inputScaling(graph, info.inputPixels);
  if (scaling === undefined) return notes;
  const { range, node } = scaling;
  const named = { operator: node.op, node: node.name, range };
  const { low, high } = validRange(preprocessing);
  const fed = [Math.min(...low), Math.max(...high)] as const;
  const span = TOLERANCE * (range[1] - range[0]);
  const doubtful = Math.abs(fed[0] - range[0]) > span || Math.abs(fed[1] - range[1]) > span;
  if (doubtful) notes.push(createMessage('input.range-doubtful', { ...named, fed }));
  else if (preprocessing.from.range === FROM_NETWORK) notes.push(createMessage('input.range-found', named));
  return notes;
}

/**
 * A doubt where pixels of 8 bits become fractions, or numbers of more bits, for an input that takes whole numbers; of int8, also where they become
 * numbers that it cannot hold.
 */
function doubtsOfIntegers(preprocessing: Preprocessing, pixels: readonly [number, number]): Message[] {
  const { range, mean, std } = preprocessing;
  const values = mean.flatMap((_, channel) => Array.from({ length: 256 }, (_, pixel) => inputValue(preprocessing, pixel, channel)));
  const fractions = values.some((value) => Math.abs(value - Math.round(value)) > ROUNDING);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [least, largest] = pixels[0] < 0 ? pixels : [-255, 255];
  if (!fractions && low >= least - ROUNDING && high <= largest + ROUNDING) return [];
  return [createMessage('input.whole-numbers', { range, mean, std, fractions, fed: [low, high], pixels })];
}
