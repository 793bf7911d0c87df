import type { Said, Table } from '../../message.js';
import { formatShape } from '../../words.js';

/** The reader of a value: a node, or null for the graph's output. */
type Reader = { readonly operator: string; readonly node: string } | null;

type Unsupported = { operator: string; node: string; opset: number };

/** Files of networks: src/onnx. */
export const onnx = {
  'onnx.empty': () => ['the model is empty: 0 bytes', 'the bytes of an .onnx file'],
  'onnx.other-file': (v: { bytes: number; start: string }) => [
    `not an ONNX file: ${v.bytes} bytes that start with ${v.start}`,
    'an .onnx file',
  ],
  'onnx.corrupt': (v: { detail: string; bytes: number }) => [
    `the ONNX file is truncated or corrupt: ${v.detail}`,
    `a complete file; this one has ${v.bytes} bytes`,
  ],
  'onnx.no-graph': () => ['the ONNX file holds no graph: it is truncated, or not an ONNX file', 'a complete .onnx file'],
  /** `domains`: those of which the file does name a version. */
  'onnx.no-opset': (v: { oldest: number; newest: number; domains: readonly string[] }) => [
    v.domains.length === 0
      ? 'the ONNX file names no opset: it is truncated, or not an ONNX file'
      : `the ONNX file has standard operators, and names a version of ${v.domains.join(', ')} only`,
    `an opset from ${v.oldest} to ${v.newest}`,
  ],
  'onnx.opset': (v: { opset: number; oldest: number; newest: number }) => [
    `opset ${v.opset} is not supported`,
    `${v.oldest} or newer, ${v.newest} being the newest known; convert the model with onnx.version_converter`,
  ],
  /** `further`: all but the one that looks like the image. */
  'onnx.inputs': (v: { names: readonly string[]; further: readonly string[] }) => [
    `the model has ${v.names.length} inputs: ${v.names.join(', ')}`,
    `one input, the image; constants in the place of the others: ${v.further.map((name) => `--bind ${name}=NUMBER`).join(' ')}, or ${v.further[0] ?? ''}=FILE.npy; "bind" in the .json file beside the model`,
  ],
  'onnx.no-input': (v: { bound: readonly string[] }) => [
    v.bound.length === 0 ? 'the model has no input' : `all inputs of the model are bound to constants: ${v.bound.join(', ')}`,
    'one input, the image',
  ],
  'onnx.bind-unknown': (v: { input: string; known: readonly string[] }) => [
    `the model has no input "${v.input}" that could be bound`,
    `one of ${v.known.join(', ')}`,
  ],
  'onnx.bind-value': (v: { input: string; value: number; type: 'float' | 'int' | 'bool' }) => [
    `the input "${v.input}" is bound to ${v.value}`,
    { float: 'finite numbers', int: 'whole numbers', bool: '0 or 1' }[v.type],
  ],
  'onnx.bind-shape': (v: { input: string; given: readonly number[]; wanted: readonly (number | string)[] }) => [
    `the input "${v.input}" is bound to an array of shape ${formatShape(v.given)}`,
    v.wanted.length === 0 ? 'a number' : v.wanted.map((axis) => (axis === '' ? 'any' : axis)).join('x'),
  ],
  'onnx.input-no-tensor': (v: { input: string }) => [`input "${v.input}" is no tensor`, 'a tensor'],
  'onnx.input-type': (v: { input: string; type: string }) => [
    `input "${v.input}" has elements of type ${v.type}`,
    'floats, integers or booleans',
  ],
  'onnx.narrow-arithmetic': (v: { operator: string; node: string; input: string }) => [
    `${v.operator} "${v.node}" computes with the integers of few bits of input "${v.input}", which wrap around`,
    'a Cast to float before it',
  ],
  'onnx.input-unknown': (v: { input: string }) => [
    `the file leaves the size of input "${v.input}" open, and no weights tell how many numbers it takes`,
    'an .npy input, or "size" in the .json file beside the model',
  ],
  /** `shape`: one that was tried. */
  'onnx.input-open': (v: { input: string; shape: readonly number[]; problem: Said }) => [
    `the file leaves the size of input "${v.input}" open, and no size was found that fits; with ${formatShape(v.shape)}: ${v.problem.message}`,
    '--size 192x256, or "size": [192, 256] in the .json file beside the model, or an .npy input',
  ],
  /** A note. `any`: whether the network takes other sizes as well. */
  'input.size-assumed': (v: { shape: readonly number[]; any: boolean }) => [
    `the file leaves the size of its input open, and ${formatShape(v.shape)} is assumed: ${v.any ? 'the network takes any size' : 'of the usual sizes the first that the network takes'}`,
    '--size, or "size" in the .json file beside the model, if that is wrong',
  ],
  /** `owner`: `input`, or the operator that has this shape. */
  'onnx.elements': (v: { owner: string; name: string; shape: readonly number[]; elements: number; most: number }) => [
    `${v.owner} "${v.name}" has shape ${formatShape(v.shape)}: ${v.elements} elements`,
    `1 to ${v.most}`,
  ],
  'onnx.no-output': () => ['the graph has no output', 'one, the class scores'],
  /** A note, not an error: which of several outputs the class scores are read from. */
  'output.chosen': (v: { output: string; shape: readonly number[]; others: readonly string[] }) => [
    `the class scores are read from the output "${v.output}", ${formatShape(v.shape)}, and not from ${v.others.map((other) => `"${other}"`).join(', ')}`,
    '--output-name, or "output" in the .json file beside the model, chooses another',
  ],
  /** A note, not an error. */
  'opset.newer': (v: { opset: number; newest: number }) => [
    `the model says opset ${v.opset}, and ${v.newest} is the newest that is known: its operators are read as in opset ${v.newest}`,
    'the scores are worth a comparison with another runtime',
  ],
  /** `output` is null where it is no row of numbers in any case. */
  'model.other-task': (v: { key: string; task: string; output: string | null }) => [
    `the model is no image classifier: its metadata say "${v.key}" is ${v.task}`,
    classifier(v.output),
  ],
  'model.detector': (v: { names: readonly string[]; output: string | null }) => [
    `the model looks like a detector, not a classifier: it has the output${v.names.length === 1 ? '' : 's'} ${v.names.map((name) => `"${name}"`).join(', ')}`,
    classifier(v.output),
  ],
  'model.embedding': (v: { output: string; because: 'name' | 'length' }) => [
    v.because === 'name'
      ? `the model looks like one that makes features, not class scores: its output is "${v.output}"`
      : `the model looks like one that makes features, not class scores: its output "${v.output}" is divided by its length`,
    classifier(v.output, 'an image classifier, exported with the layers that make scores of features'),
  ],
  /** `by`: what tells it, an input or an operator of this name. */
  'model.kind': (v: { kind: keyof typeof KINDS; by: 'input' | 'operator'; name: string }) => [
    `the model ${KINDS[v.kind][0]}: it has the ${v.by} "${v.name}"`,
    KINDS[v.kind][1],
  ],
  'model.regressor': (v: { output: string; because: 'name' | 'sign' }) => [
    v.because === 'name'
      ? `the model looks like one that estimates quantities, not class scores: its output is "${v.output}"`
      : `the model looks like one that estimates a quantity: its output "${v.output}" is one number, never below 0, and no probability`,
    classifier(v.output),
  ],
  'model.always-one': (v: { output: string }) => [
    `the output "${v.output}" is a softmax of a single number, which is always 1`,
    'a sigmoid of it, or a score for each of 2 classes',
  ],
  /** A note, not an error: one number without a sigmoid is a logit by assumption. */
  'quantised.as-float': (v: { quantisers: number }) => [
    `the model is quantised: explained is the float network that it stands for, in which the weights are those of the file and ${v.quantisers === 1 ? 'its quantiser does not round' : `its ${v.quantisers} quantisers do not round`}`,
    'rounding has no gradient',
  ],
  'output.one-logit': (v: { output: string }) => [
    `the output "${v.output}" is one number, which is taken for the logit of a class: its sigmoid is the probability of class 1`,
    'a model that estimates a quantity has no classes',
  ],
  /** A note, not an error: a network with bound inputs adds one number to all scores. */
  'output.compared': (v: { output: string }) => [
    `the network adds one number to all scores of "${v.output}", as SigLIP does, so each class has a probability of its own: the sigmoid`,
  ],
  /** `like`: what gives outputs of such a shape. */
  'model.no-row': (v: { output: string; shape: readonly number[]; like: keyof typeof LIKE }) => [
    `the output "${v.output}" of shape ${formatShape(v.shape)} is no row of class scores: ${LIKE[v.like]}`,
    'an image classifier, with one score for each class',
  ],
  'onnx.no-such-output': (v: { output: string; known: readonly string[] }) => [
    `the model has no output "${v.output}"`,
    `one of ${v.known.join(', ')}`,
  ],
  'onnx.sparse': (v: { name: string }) => [`initializer "${v.name}" is sparse`, 'dense initializers'],
  'onnx.twice': (v: { kind: 'initializers' | 'inputs' | 'values'; name: string }) => [
    `two ${v.kind} are named "${v.name}"`,
    'names that are used once',
  ],
  'onnx.output-constant': (v: { output: string; input: string }) => [
    `the output "${v.output}" is not computed from the input "${v.input}"`,
    'class scores of an image',
  ],
  'onnx.output-batch': (v: { output: string; shape: readonly number[]; batch: number }) => [
    `the output "${v.output}" has shape ${formatShape(v.shape)} for one image: the batch size ${v.batch} is built into the model`,
    'a model exported with batch 1, or with a batch that may vary',
  ],
  'onnx.arg-max-axis': (v: { node: string; axis: number; scores: readonly number[] }) => [
    `ArgMax "${v.node}" ends the model along axis ${v.axis} of ${formatShape(v.scores)}`,
    'the axis of all classes',
  ],
  'onnx.constant-not-finite': (v: { constant: string; value: number }) => [
    `the constant "${v.constant}" holds ${v.value}`,
    'finite weights',
  ],
  'onnx.masked-row': (v: { constant: string; softmax: string }) => [
    `the constant "${v.constant}" masks all of a row of Softmax "${v.softmax}" with -Infinity, which makes NaN`,
    'at least one element a row that is not masked',
  ],
  'onnx.mask-elsewhere': (v: { constant: string; reader: Reader }) => [
    `the constant "${v.constant}" holds -Infinity, and ${v.reader ? `${v.reader.operator} "${v.reader.node}"` : 'the output'} reads it`,
    'finite weights, or a mask before a Softmax',
  ],
  'onnx.made-by-nothing': (v: { value: string; reader: Reader }) => [
    `${v.reader ? `${v.reader.operator} "${v.reader.node}"` : 'the graph output'} reads "${v.value}", which nothing in the file makes`,
    'an initializer, the input, or the output of a node',
  ],
  'onnx.cycle': (v: { operator: string; node: string; value: string }) => [
    `${v.operator} "${v.node}" waits for its own output, through "${v.value}"`,
    'a graph without cycles',
  ],
  'onnx.nodes': (v: { most: number }) => [
    `functions, branches, loops and operators in steps come to more than ${v.most} nodes`,
    'a smaller network, or fewer steps',
  ],
  'onnx.function-recursive': (v: { function: string; node: string }) => [
    `the function "${v.function}" calls itself, through node "${v.node}"`,
    'functions that end',
  ],
  'onnx.subgraph': (v: { operator: string; node: string; attribute: string; inputs: number }) => [
    `${v.operator} "${v.node}" has no graph "${v.attribute}" of ${v.inputs} inputs`,
    'a branch without inputs, or a body with those of the loop',
  ],
  'onnx.control-flow': (v: Unsupported) => [
    `unsupported operator ${v.operator}, control flow: node "${v.node}", opset ${v.opset}`,
    'a model without branches and loops that depend on the image: traced, or simplified by onnxsim',
  ],
  'onnx.processor-layout': (v: { operator: string; node: string }) => [
    `operator ${v.operator}, node "${v.node}": onnxruntime optimised the model for the layout of one processor`,
    'the model before that, or saved again with graph_optimization_level ORT_ENABLE_EXTENDED',
  ],
  'onnx.random': (v: Unsupported) => [
    `unsupported operator ${v.operator}, random numbers: node "${v.node}", opset ${v.opset}`,
    'a model without the layers that augment pictures in training, such as RandomFlip of Keras, or exported for inference',
  ],
  'onnx.quantised': (v: Unsupported) => [
    `unsupported operator ${v.operator}, quantised arithmetic: node "${v.node}", opset ${v.opset}`,
    'the model before quantisation, or one that was quantised with QuantizeLinear and DequantizeLinear: quant_format=QuantFormat.QDQ',
  ],
  /** `kind`: what operators of ai.onnx.ml that are no arithmetic are. */
  'onnx.machine-learning': (v: { operator: string; node: string; kind: keyof typeof LEARNERS }) => [
    `unsupported operator ${v.operator}: node "${v.node}" is ${LEARNERS[v.kind]}`,
    'a network, or a linear classifier of sklearn',
  ],
  /** `onImage`: whether the operator is supported on constants. */
  'onnx.unsupported': (v: Unsupported & { onImage: boolean; supported: readonly string[]; onConstants: readonly string[] }) => [
    `unsupported operator ${v.operator}${v.onImage ? ' on a value computed from the image' : ''}: node "${v.node}", opset ${v.opset}`,
    `supported: ${v.supported.join(', ')}; on constants also ${v.onConstants.join(', ')}`,
  ],
  'onnx.tensor-type': (v: { tensor: string; type: string }) => [
    `tensor "${v.tensor}": ${v.type} is not supported`,
    'floats, integers or booleans',
  ],
  'onnx.tensor-negative': (v: { tensor: string; shape: readonly number[] }) => [
    `tensor "${v.tensor}": shape ${formatShape(v.shape)}`,
    'no negative sizes',
  ],
  'onnx.tensor-large': (v: { tensor: string; shape: readonly number[]; elements: number; most: number }) => [
    `tensor "${v.tensor}": shape ${formatShape(v.shape)} has ${v.elements} elements`,
    `at most ${v.most}`,
  ],
  'onnx.tensor-data': (v: { tensor: string; shape: readonly number[]; elements: number; found: number }) => [
    `tensor "${v.tensor}": shape ${formatShape(v.shape)} has ${v.elements} elements, but the file holds ${v.found}`,
  ],
} as const satisfies Table;

const LEARNERS = {
  trees: 'made of decision trees, whose scores are steps: they have no gradient to attribute by',
  'support vectors': 'a support vector machine, which is not read',
  other: 'a step of a pipeline of classical machine learning, which is not read',
} as const;

const KINDS = {
  audio: ['takes sound, not pictures', 'an image classifier'],
  detector: ['is a detector, not a classifier', 'an image classifier, with one score for each class of the whole picture'],
  diffusion: ['is a part of a generator of pictures, not a classifier', 'an image classifier'],
  text: ['takes text, not pictures', 'an image classifier'],
  training: ['is a graph for training', 'the network for inference alone, exported without its loss, gradients and optimizer'],
} as const;

const LIKE = {
  features: 'the model looks like the part of a network that makes features, without its classes',
  map: 'the model looks like one that makes a map of the picture, such as depth or a mask',
  pictures: 'the model looks like one that makes pictures',
  places: 'the model looks like a segmenter, with scores for each place of the picture',
  rows: 'the model looks like a detector, or gives something for each of many boxes or tokens',
} as const;

/** What would be right instead of a network that does something else; `output` may still be meant as scores. */
function classifier(output: string | null, right = 'an image classifier'): string {
  return `${right}${output === null ? '' : `; if "${output}" holds class scores nevertheless, --output-name ${output}`}`;
}
