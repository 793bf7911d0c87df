import { describe, expect, test } from 'vitest';
import { createSession } from '../../../src/api/session.js';
import { importModel } from '../../../src/onnx/import.js';
import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { valuesOf } from '../../../src/onnx/outputs/tail.js';
import {
  buildModel,
  buildModelProto,
  encodeModel,
  float,
  floatTensor,
  intTensor,
  type NodeDescription,
  stringTensor,
} from '../../support/onnx_builder.js';

// What files compute from class scores at their end: the class, the best few, names, pairs of names and scores.

const node = (op: string, inputs: string, output: string, attributes: NodeDescription['attributes'] = {}): NodeDescription => ({
  op,
  inputs: inputs.split(' '),
  output: output.includes(' ') ? output.split(' ') : output,
  attributes,
});
const learner = (...args: Parameters<typeof node>): NodeDescription => ({ ...node(...args), domain: 'ai.onnx.ml' });

const NAMES = ['cat', 'dog', 'owl'];
const INITIALIZERS = {
  w: floatTensor([4, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1, 0.5, 0.5, 0.5]),
  column: floatTensor([4, 1], [1, -1, 0.5, 0]),
  k: intTensor([2]),
  names: stringTensor(NAMES),
  numbers: intTensor([0, 1, 2]),
  others: intTensor([10, 20, 30]),
  half: floatTensor([], [0.5]),
  shape: intTensor([-1]),
};
const modelOf = (nodes: readonly NodeDescription[], outputs: readonly string[]) =>
  buildModel({
    domains: { 'ai.onnx.ml': 3 },
    inputs: { x: [1, 4] },
    initializers: INITIALIZERS,
    nodes: [node('MatMul', 'x w', 'scores'), node('MatMul', 'x column', 'z'), ...nodes],
    outputs,
  });
const ARG_MAX = node('ArgMax', 'scores', 'index', { axis: 1, keepdims: 0 });

describe('scores behind the output', () => {
  test.each<[string, readonly NodeDescription[], readonly string[] | undefined]>([
    ['the best few', [node('TopK', 'scores k', 'best y')], undefined],
    ['their scores', [node('TopK', 'scores k', 'y places')], undefined],
    ['their probabilities', [node('TopK', 'scores k', 'best places'), node('Softmax', 'best', 'y')], undefined],
    ['an ArgMax, cast', [ARG_MAX, node('Cast', 'index', 'y', { to: DataType.INT32 })], undefined],
    ['a code with one 1', [node('Hardmax', 'scores', 'y')], undefined],
    ['a name in a table', [ARG_MAX, learner('ArrayFeatureExtractor', 'names index', 'y')], NAMES],
    ['a name by Gather', [ARG_MAX, node('Gather', 'names index', 'y')], NAMES],
    ['numbers in a table', [ARG_MAX, node('Gather', 'others index', 'n'), node('Reshape', 'n shape', 'y')], ['10', '20', '30']],
    ['numbers that are the indexes', [ARG_MAX, node('Gather', 'numbers index', 'y')], undefined],
    ['names of the best few', [node('TopK', 'scores k', 'best places'), node('Gather', 'names places', 'y')], NAMES],
    [
      'names of numbers in a table',
      [
        ARG_MAX,
        learner('ArrayFeatureExtractor', 'others index', 'n'),
        learner('LabelEncoder', 'n', 'y', { keys_int64s: [30, 20, 10], values_strings: ['owl', 'dog', 'cat'] }),
      ],
      NAMES,
    ],
    ['a LabelEncoder of version 1', [ARG_MAX, learner('LabelEncoder', 'index', 'y', { classes_strings: NAMES })], NAMES],
    ['a ZipMap', [learner('ZipMap', 'scores', 'y', { classlabels_strings: NAMES })], NAMES],
    ['a ZipMap of numbers', [learner('ZipMap', 'scores', 'y', { classlabels_int64s: [0, 1, 2] })], undefined],
    ['scores above a threshold', [node('Greater', 'scores half', 'g'), node('Cast', 'g', 'y', { to: DataType.INT64 })], undefined],
    ['not scores below one', [node('Less', 'half scores', 'y')], undefined],
    ['rounded ones', [node('Round', 'scores', 'y')], undefined],
  ])('%s', (_, nodes, names) => {
    const { graph, info } = importModel(modelOf(nodes, ['y']));
    expect([graph.output.name, info.classNames]).toEqual(['scores', names]);
  });

  test('of a class that is said beside its score', () => {
    const nodes = [ARG_MAX, node('Softmax', 'scores', 'p', { axis: 1 }), node('ReduceMax', 'p', 'confidence', { axes: [1] })];
    const { graph, info } = importModel(modelOf(nodes, ['confidence', 'index']));
    expect([graph.output.name, info.output]).toEqual(['scores', 'index']);
  });

  test('a lookup among scores is no tail', () => {
    expect(importModel(modelOf([node('Gather', 'scores numbers', 'y', { axis: 1 })], ['y'])).graph.output.name).toBe('y');
  });

  test('nodes that wait for each other are no endless tail', () => {
    const nodes = [node('Identity', 'b', 'a'), node('Identity', 'a', 'b')];
    expect(() => importModel(modelOf(nodes, ['a']))).toThrow('waits for its own output');
  });

  test('constants are initializers and the tensors of Constant nodes', () => {
    const { graph } = buildModelProto({
      inputs: {},
      initializers: { a: intTensor([1]) },
      nodes: [{ op: 'Constant', output: 'b', attributes: { value: intTensor([2]) } }],
      outputs: ['b'],
    });
    expect([...valuesOf(graph ?? expect.fail()).constants.keys()]).toEqual(['a', 'b']);
  });
});

describe('pipelines of sklearn', () => {
  /** Label and probabilities, as skl2onnx and its ZipMap write them. */
  const classifier = (post: string, more: readonly NodeDescription[], outputs: readonly string[], domain = {}) => {
    const coefficients = float([1, 0, 0, 0.5, 0, 1, 0, 0.5, 0, 0, 1, 0.5]);
    const attributes = { coefficients, intercepts: float([0, 0, 0]), post_transform: post, classlabels_strings: NAMES };
    const model = buildModelProto({
      domains: { 'ai.onnx.ml': 1 },
      inputs: { x: [1, 4] },
      nodes: [learner('LinearClassifier', 'x', 'label p', attributes), ...more],
      outputs,
      ...domain,
    });
    return model;
  };
  const SETTINGS = { preprocessing: { width: 2, height: 2 } };

  test.each<[string, readonly NodeDescription[], readonly string[], string]>([
    ['label and probabilities', [], ['label', 'p'], 'p'],
    ['the label alone', [], ['label'], 'label'],
    ['normalised once more', [learner('Normalizer', 'p', 'q', { norm: 'L1' })], ['label', 'q'], 'q'],
    ['with a ZipMap', [learner('ZipMap', 'p', 'q', { classlabels_strings: NAMES })], ['label', 'q'], 'q'],
  ])('%s', async (_, more, outputs, chosen) => {
    const session = await createSession(encodeModel(classifier('SOFTMAX', more, outputs)), SETTINGS);
    expect([session.info.output, session.preprocessing.labels, session.preprocessing.from.labels]).toEqual([
      chosen,
      NAMES,
      'the last nodes of the network',
    ]);
    const image = Float32Array.of(1, 2, 0, 1);
    const { outputs: logits } = await session.reference('logit').forward(image, 1);
    expect([...logits]).toEqual([1.5, 2.5, 0.5]);
    const powers = [...logits].map(Math.exp);
    const total = powers.reduce((sum, power) => sum + power, 0);
    expect(session.predict(logits, 'logit')).toEqual({ class: 1, label: 'dog', probability: expect.closeTo((powers[1] ?? 0) / total, 14) });
  });

  test('names that were given count more', async () => {
    const labels = ['a', 'b', 'c'];
    const bytes = encodeModel(classifier('NONE', [], ['label', 'p']));
    const session = await createSession(bytes, { preprocessing: { ...SETTINGS.preprocessing, labels } });
    expect(session.preprocessing.labels).toEqual(labels);
  });

  test('a file that names no version of the standard operators, and has none', async () => {
    const model = classifier('LOGISTIC', [], ['label', 'p']);
    model.opsetImport = model.opsetImport.filter(({ domain }) => domain !== '');
    const { outputs } = await (await createSession(encodeModel(model), SETTINGS)).reference('logit').forward(new Float32Array(4), 1);
    expect([...outputs]).toEqual([0, 0, 0]);
    model.graph?.node.push({ ...(model.graph.node[0] ?? expect.fail()), domain: '', opType: 'Identity', input: ['p'], output: ['q'] });
    await expect(createSession(encodeModel(model))).rejects.toThrow('has standard operators, and names a version of ai.onnx.ml 1 only');
  });

  test.each([
    ['TreeEnsembleClassifier', 'is made of decision trees, whose scores are steps: they have no gradient to attribute by'],
    ['SVMClassifier', 'is a support vector machine, which is not read'],
    ['DictVectorizer', 'is a step of a pipeline of classical machine learning, which is not read'],
  ])('%s is refused', (op, what) => {
    expect(() => importModel(modelOf([learner(op, 'scores', 'y')], ['y']))).toThrow(
      `unsupported operator ai.onnx.ml.${op}: node "${op}_2" ${what}`,
    );
  });

  test.each<[string, NodeDescription['attributes'], string]>([
    ['Scaler', { scale: float([1, 2]) }, 'scale has 2 numbers for 3 features (one number, or one for each feature)'],
    ['Normalizer', { norm: 'L3' }, 'norm is L3 (L1, L2 or MAX)'],
    ['Imputer', { imputed_value_floats: float([1, 2]) }, 'imputed_value_floats has 2 numbers for 3 features'],
    ['LinearClassifier', { coefficients: float([1, 2, 3, 4]) }, '4 coefficients and 0 intercepts for features of shape 1x3'],
    [
      'LinearClassifier',
      { coefficients: float([1, 2, 3]), intercepts: float([0]), post_transform: 'PROBIT' },
      'PROBIT (NONE, SOFTMAX or LOGISTIC)',
    ],
  ])('%s with attributes that do not fit is refused', (op, attributes, message) => {
    const output = op === 'LinearClassifier' ? 'label y' : 'y';
    expect(() => importModel(modelOf([learner(op, 'scores', output, attributes)], ['y']))).toThrow(message);
  });
});

describe('deep supervision', () => {
  const layers = (count: number) => Array.from({ length: count }, (_, i) => node('Relu', i === 0 ? 'x' : `r${i - 1}`, `r${i}`));

  test('an output that branches off early is not the main one', () => {
    const nodes = [...layers(9), node('MatMul', 'r1 w', 'first'), node('MatMul', 'r8 w', 'last')];
    expect(importModel(modelOf(nodes, ['first', 'last'])).info.output).toBe('last');
    expect(importModel(modelOf(nodes, ['first', 'last']), { name: 'first' }).info.output).toBe('first');
  });

  test('unless the others are computed from it', () => {
    const nodes = [
      ...layers(2),
      node('MatMul', 'r1 w', 'first'),
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((name, i, all) => node('Relu', i === 0 ? 'first' : (all[i - 1] ?? ''), name)),
    ];
    expect(importModel(modelOf(nodes, ['first', 'f'])).info.output).toBe('first');
  });
});

describe('shapes of scores', () => {
  test.each<[string, readonly NodeDescription[]]>([
    ['N x C x 1 x 1', [node('Unsqueeze', 'scores planes', 'y')]],
    ['1 x C x 1', [node('Unsqueeze', 'scores last', 'y')]],
    ['C x 1', [node('Transpose', 'scores', 'y', { perm: [1, 0] })]],
    ['C', [node('Reshape', 'scores shape', 'y')]],
  ])('%s', async (_, nodes) => {
    const bytes = buildModel({
      inputs: { x: [1, 4] },
      initializers: { ...INITIALIZERS, planes: intTensor([2, 3]), last: intTensor([2]) },
      nodes: [node('MatMul', 'x w', 'scores'), ...nodes],
      outputs: ['y'],
    });
    const session = await createSession(bytes, { preprocessing: { width: 2, height: 2 } });
    const { outputs } = await session.reference('logit').forward(Float32Array.of(1, 2, 0, 1), 1);
    expect([...outputs]).toEqual([1.5, 2.5, 0.5]);
  });
});
