import { PathlightError } from '../errors.js';
import { isNotNegative } from '../graph/analysis/head/bounds.js';
import { headOf } from '../graph/analysis/head/head.js';
import { isDividedByLength } from '../graph/analysis/head/lengths.js';
import { producersOf } from '../graph/analysis/head/values.js';
import type { Graph } from '../graph/graph.js';
import type { ModelInfo } from '../onnx/files/model_info.js';
import { isAudio, isText } from '../onnx/model_kind.js';
import { isRow, NAMED_SCORES } from '../onnx/outputs/likeliest.js';
import { type Shape, sizeOf } from '../tensor/tensor.js';

/** Metadata keys under which exporters write what a network is for: Ultralytics and Optimum `task`, OpenVINO's Model API the others. */
const TASK_KEYS: ReadonlySet<string> = new Set(['task', 'task_type', 'model_info task_type', 'model_info model_type', 'pipeline_tag']);
/** Tasks other than to classify an image, by a part of their name. Any other word is taken for a task that nobody named before. */
const OTHER_TASKS =
  /detect|segment|pose|keypoint|landmark|\bobb\b|depth|instance|panoptic|semantic|super.?resolution|image.to.image|feature.extraction|embedding|retrieval|regress|ssd|yolo|ocr|caption|generation|anomaly/i;
const NAMES_OF_DETECTORS = /^(num_)?(dets?|boxes|bboxes|detections|keypoints|masks)(_\d+)?$|bbox|detection_|pred_boxes/i;
/** `variable`: how sklearn's converter names what a regressor estimates. */
const NAMES_OF_QUANTITIES = /regress|^variable\d*$|(^|[^a-z])(age|price|angle|steering|temperature|distance|quantity)([^a-z]|$)/i;
const NAMES_OF_CLASSES = /logit|prob|class|cls|softmax/i;
const NAMES_OF_EMBEDDINGS = /embed|feature|hidden|represent|pooler|latent|descriptor/i;

/**
 * Refuses, in one line that says what it looks like, a network whose output is no row of class scores and no score of a single class. What
 * metadata and names say does not count where the user named the output.
 */
export function checkClassifier(graph: Graph, { metadata, inputType, output, furtherOutputs, outputNamed }: ModelInfo): void {
  const {
    input,
    output: { shape },
  } = graph;
  const single = sizeOf(shape) === 1;
  // What its name could choose, if it is a row.
  const row = single || isRow(shape) ? output : null;
  if (!outputNamed) {
    const task = Object.entries(metadata).find(([key, value]) => TASK_KEYS.has(key.toLowerCase()) && OTHER_TASKS.test(value));
    if (task !== undefined) throw new PathlightError('model.other-task', { key: task[0], task: task[1], output: row });
    const names = [output, ...furtherOutputs].filter((name) => NAMES_OF_DETECTORS.test(name));
    if (names.length > 0) throw new PathlightError('model.detector', { names, output: row });
    if (NAMES_OF_EMBEDDINGS.test(output) && !NAMED_SCORES.test(output))
      throw new PathlightError('model.embedding', { output, because: 'name' });
    if (row !== null && isDividedByLength(graph)) throw new PathlightError('model.embedding', { output, because: 'length' });
    if (row !== null && NAMES_OF_QUANTITIES.test(row) && !NAMES_OF_CLASSES.test(row))
      throw new PathlightError('model.regressor', { output: row, because: 'name' });
    if (single && headOf(graph).kind === 'logits' && isNotNegative(graph, producersOf(graph), graph.output.name))
      throw new PathlightError('model.regressor', { output, because: 'sign' });
  }
  // Scores are constant between numbers of words, so no gradient says anything.
  if (isText(input.name, inputType)) throw new PathlightError('model.kind', { kind: 'text', by: 'input', name: input.name });
  if (row === null && isAudio(input.name)) throw new PathlightError('model.kind', { kind: 'audio', by: 'input', name: input.name });
  if (row === null) throw new PathlightError('model.no-row', { output, shape, like: likenessOf(input.shape, shape) });
}

/** What gives outputs of such a shape. */
function likenessOf(input: Shape, output: Shape): 'features' | 'map' | 'pictures' | 'places' | 'rows' {
  const [to, from] = [planeOf(output, channelsAreLast(input)), planeOf(input, channelsAreLast(input))];
  if (to === undefined) return 'rows';
  if (from === undefined) return to.channels <= MOST_OF_PICTURE ? 'pictures' : 'places';
  const scale = to.height / from.height;
  if (output.length === 3 && Math.abs(scale - to.width / from.width) > 0.1 * scale) return 'rows';
  if (to.channels === 1 && from.channels > 1) return 'map';
  if (to.channels <= MOST_OF_PICTURE && scale >= 1) return 'pictures';
  return scale <= COARSE && to.channels >= MANY ? 'features' : 'places';
}

/** The most channels of a picture: three colours and how opaque it is. */
const MOST_OF_PICTURE = 4;
/** Backbones end in planes of a sixteenth of a picture's height or less, with hundreds of channels. Segmenters have more places or fewer classes. */
const COARSE = 1 / 16;
const MANY = 192;

function channelsAreLast(shape: Shape): boolean {
  const [, first = 0, , last = 0] = shape;
  return shape.length === 4 && first > MOST_OF_PICTURE && last <= MOST_OF_PICTURE;
}

/** The plane of one image, if its shape has one. Without an axis of channels there is one. */
function planeOf(shape: Shape, last: boolean): { readonly channels: number; readonly height: number; readonly width: number } | undefined {
  const [, first = 1, second = 1, third = 1] = shape;
  if (shape.length === 3) return { channels: 1, height: first, width: second };
  if (shape.length !== 4) return undefined;
  return last ? { channels: third, height: first, width: second } : { channels: first, height: second, width: third };
}
