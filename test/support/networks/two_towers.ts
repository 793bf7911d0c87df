import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { buildModel, floatTensor, intTensor, type NodeDescription } from '../onnx_builder.js';
import { mulberry32 } from '../random.js';

/** Words, and positions, of which the text tower knows so many; and the numbers of a vector in each tower. */
const [WORDS, POSITIONS, WIDTH] = [12, 7, 6];

/**
 * A network that compares pictures with texts, as exports of CLIP and SigLIP hold it: a tower for each, and the product of their vectors of
 * length 1. The text tower has a layer of attention, masked by causality and by `attention_mask`, and takes the vector at the word with the
 * largest number, the end of the text. Inputs: input_ids and attention_mask [texts, words], pixel_values 1x3x8x8. Outputs: logits_per_image
 * [1, texts], logits_per_text [texts, 1], text_embeds and image_embeds.
 *
 * @param bias what is added to all logits, as in SigLIP.
 */
export function twoTowers(bias?: number): Uint8Array {
  const random = mulberry32(7);
  const weights = (...shape: number[]) =>
    floatTensor(
      shape,
      Array.from({ length: shape.reduce((size, axis) => size * axis, 1) }, () => Math.fround(2 * random() - 1)),
    );
  const node = (op: string, inputs: string, output: string, attributes: NodeDescription['attributes'] = {}): NodeDescription => ({
    op,
    inputs: inputs.split(' '),
    output,
    attributes,
  });
  const words = { shape: ['texts', 'words'], type: DataType.INT64 };
  return buildModel({
    opset: 17,
    inputs: { input_ids: words, pixel_values: ['images', 3, 8, 8], attention_mask: words },
    initializers: {
      embedding: weights(WORDS, WIDTH),
      positions: weights(POSITIONS, WIDTH),
      query: weights(WIDTH, WIDTH),
      key: weights(WIDTH, WIDTH),
      scale: weights(WIDTH),
      bias: weights(WIDTH),
      text_projection: weights(WIDTH, 4),
      patches: weights(5, 3, 4, 4),
      shift: weights(5),
      image_projection: weights(5, 4),
      temperature: floatTensor([], [2.5]),
      ...(bias !== undefined && { shared: floatTensor([], [bias]) }),
      zero: intTensor([0], []),
      one: intTensor([1], []),
      last: intTensor([-1]),
      first: intTensor([0]),
      middle: intTensor([1]),
      number: floatTensor([], [1]),
      none: floatTensor([], [-3.4028234663852886e38]),
      tall: intTensor([0, 5, -1]),
    },
    nodes: [
      // Words and their positions.
      node('Gather', 'embedding input_ids', 'found'),
      node('Shape', 'input_ids', 'sizes'),
      node('Gather', 'sizes one', 'length', { axis: 0 }),
      node('Gather', 'sizes zero', 'texts', { axis: 0 }),
      node('Range', 'zero length one', 'places'),
      node('Gather', 'positions places', 'placed'),
      node('Add', 'found placed', 'embedded'),
      // What comes later, and what is padding, is masked.
      node('Unsqueeze', 'places first', 'row'),
      node('Unsqueeze', 'places middle', 'column'),
      node('Greater', 'row column', 'later'),
      node('Cast', 'attention_mask', 'present', { to: DataType.FLOAT }),
      node('Sub', 'number present', 'absent'),
      node('Cast', 'absent', 'padding', { to: DataType.BOOL }),
      node('Unsqueeze', 'padding middle', 'padded'),
      node('Or', 'later padded', 'hidden'),
      // A layer of attention.
      node('MatMul', 'embedded query', 'q'),
      node('MatMul', 'embedded key', 'k'),
      node('Transpose', 'k', 'kt', { perm: [0, 2, 1] }),
      node('MatMul', 'q kt', 'similarity'),
      node('Where', 'hidden none similarity', 'masked'),
      node('Softmax', 'masked', 'attention', { axis: -1 }),
      node('MatMul', 'attention embedded', 'mixed'),
      node('Add', 'embedded mixed', 'sum'),
      node('LayerNormalization', 'sum scale bias', 'normal', { axis: -1 }),
      // The vector at the end of each text.
      node('Cast', 'input_ids', 'ids', { to: DataType.INT32 }),
      node('ArgMax', 'ids', 'end', { axis: -1, keepdims: 0 }),
      node('Range', 'zero texts one', 'each'),
      node('Unsqueeze', 'each last', 'each1'),
      node('Unsqueeze', 'end last', 'end1'),
      node('Concat', 'each1 end1', 'ends', { axis: -1 }),
      node('GatherND', 'normal ends', 'pooled'),
      node('MatMul', 'pooled text_projection', 'text'),
      node('ReduceL2', 'text', 'text_length', { axes: [-1], keepdims: 1 }),
      node('Div', 'text text_length', 'text_embeds'),
      // The picture.
      node('Conv', 'pixel_values patches shift', 'map', { strides: [4, 4], kernel_shape: [4, 4] }),
      node('Reshape', 'map tall', 'tokens'),
      node('ReduceMean', 'tokens', 'mean', { axes: [2], keepdims: 0 }),
      node('MatMul', 'mean image_projection', 'image'),
      node('ReduceL2', 'image', 'image_length', { axes: [-1], keepdims: 1 }),
      node('Div', 'image image_length', 'image_embeds'),
      // How near they are.
      node('Transpose', 'image_embeds', 'image_t', { perm: [1, 0] }),
      node('MatMul', 'text_embeds image_t', 'cosines'),
      node('Exp', 'temperature', 'factor'),
      node('Mul', 'cosines factor', bias === undefined ? 'logits_per_text' : 'scaled'),
      ...(bias === undefined ? [] : [node('Add', 'scaled shared', 'logits_per_text')]),
      node('Transpose', 'logits_per_text', 'logits_per_image', { perm: [1, 0] }),
    ],
    outputs: ['logits_per_image', 'logits_per_text', 'text_embeds', 'image_embeds'],
  });
}
