import { PathlightError } from '../errors.js';
import type { ElementType } from '../tensor/tensor.js';
import type { GraphProto, ValueInfoProto } from './onnx_pb.js';
import { elementTypeOf } from './tensors.js';

/** What a network may be that is no image classifier, as the names of its inputs and operators tell. */
export type ModelKind = 'audio' | 'detector' | 'diffusion' | 'text' | 'training';

const TRAINING = /Grad$|^Gradient|^(Adam|AdamW|Adagrad|Momentum)(Optimizer)?$|Optimizer|^(SoftmaxCrossEntropy|NegativeLogLikelihood)Loss/;
const DETECTOR = /NonMaxSuppression|NMS|Ro[iI]/;
const AUDIO = /^(input_(values|features)|audio|speech|wave|log_?mel|mel_?spec)/i;
const TIME_STEP = /^time_?steps?$/i;
const TEXT = /^(decoder_)?(input_ids|input_word_ids|token_ids|tokens?|token_type_ids)$/i;
const PICTURE = /pixel|image|img|picture/i;

/**
 * The refusal of a file that cannot be read and is plainly something else than an image classifier; undefined where nothing tells so. What is
 * wrong with the file in particular is then beside the point.
 */
export function refusalOfKind(graph: GraphProto): PathlightError | undefined {
  const initializers = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !initializers.has(name));
  const operator = (pattern: RegExp) => graph.node.find(({ opType }) => pattern.test(opType))?.opType;
  const told = (kind: ModelKind, by: 'input' | 'operator', name: string | undefined) =>
    name === undefined ? undefined : new PathlightError('model.kind', { kind, by, name });
  return (
    told('training', 'operator', operator(TRAINING)) ??
    told('detector', 'operator', operator(DETECTOR)) ??
    told('diffusion', 'input', inputs.find(({ name }) => TIME_STEP.test(name))?.name) ??
    told('audio', 'input', inputs.find(({ name }) => isAudio(name))?.name) ??
    (inputs.some(({ name }) => PICTURE.test(name)) ? undefined : told('text', 'input', inputs.find(isTokens)?.name))
  );
}

/** Whether an input is one of sound, by its name. */
export function isAudio(input: string): boolean {
  return AUDIO.test(input);
}

/** Whether an input holds numbers of words, by its name and its type. */
export function isText(input: string, type: ElementType | undefined): boolean {
  return TEXT.test(input) && type !== 'float';
}

function isTokens({ name, type }: ValueInfoProto): boolean {
  return isText(name, elementTypeOf(type?.tensorType?.elemType ?? 0));
}
