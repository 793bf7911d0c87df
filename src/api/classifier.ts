import { PathlightError } from '../errors.js';
import { isNotNegative } from '../graph/analysis/head/bounds.js';
import { headOf } from '../graph/analysis/head/head.js';
import { producersOf } from '../graph/analysis/head/values.js';
import type { Graph } from '../graph/graph.js';
import type { ModelInfo } from '../onnx/import.js';
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
const NAMES_OF_EMBEDDINGS = /embed|feature|hidden|represent/i;

/**
 * Refuses, in one line that says what it looks like, a network whose output is no row of class scores and no score of a single class. What
 * metadata and names say does not count where the user named the output.
 */
export function checkClassifier(graph: Graph, { metadata, output, furtherOutputs, outputNamed }: ModelInfo): void {
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
    if (row !== null && NAMES_OF_EMBEDDINGS.test(row) && !NAMED_SCORES.test(row))
      throw new PathlightError('model.embedding', { output: row });
    if (row !== null && NAMES_OF_QUANTITIES.test(row) && !NAMES_OF_CLASSES.test(row))
      throw new PathlightError('model.regressor', { output: row, because: 'name' });
    if (single && headOf(graph).kind === 'logits' && isNotNegative(graph, producersOf(graph), graph.output.name))
      throw new PathlightError('model.regressor', { output, because: 'sign' });
  }
  if (row === null) throw new PathlightError('model.no-row', { output, shape, like: likenessOf(input.shape, shape) });
}

/** What gives outputs of such a shape: pictures, a class for each place of a picture, or something for each of many boxes or tokens. */
function likenessOf(input: Shape, output: Shape): 'pictures' | 'places' | 'rows' {
  const [, ...sizes] = output;
  if (sizes.length !== 3) return 'rows';
  const [first = 1, second = 1, third = 1] = sizes;
  const channelsFirst = input.includes(second) && input.includes(third);
  const channels = channelsFirst ? first : third;
  const same = output.length === input.length && [...output].sort().join() === [...input].sort().join();
  return same && channels <= 4 ? 'pictures' : 'places';
}
