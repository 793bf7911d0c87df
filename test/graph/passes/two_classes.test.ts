import { describe, expect, test } from 'vitest';
import { attribute } from '../../../src/api/attribute.js';
import { createSession } from '../../../src/api/session.js';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import type { Graph } from '../../../src/graph/graph.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { withOutput } from '../../../src/graph/passes/head.js';
import { twoClasses } from '../../../src/graph/passes/two_classes.js';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel, float, floatTensor, intTensor, type NodeDescription } from '../../support/onnx_builder.js';

// A class and its opposite, made of one number.

const LOGITS = [1, 3, -2];
const INITIALIZERS = {
  one: floatTensor([1], [1]),
  hundred: floatTensor([1], [100]),
  column: intTensor([1]),
  end: intTensor([2]),
  axis: intTensor([1]),
  scalar: intTensor([2], []),
  weights: floatTensor([3, 1], [0.5, -0.25, 0.5]),
  pair: floatTensor([3, 2], [1, 0, 0, 1, 0, 0]),
};

const node = (op: string, inputs: string, output: string, attributes: NodeDescription['attributes'] = {}): NodeDescription => ({
  op,
  inputs: inputs.split(' '),
  output,
  attributes,
});
/** A network of x, 1x3. z is 0.5 + -0.75 - 1 = -1.25, and l are the first two of x. */
const BODY = [node('MatMul', 'x weights', 'z'), node('MatMul', 'x pair', 'l')];
const modelOf = (nodes: readonly NodeDescription[]) =>
  buildModel({ inputs: { x: [1, 3] }, initializers: INITIALIZERS, nodes: [...BODY, ...nodes], outputs: ['y'] });
const imported = (nodes: readonly NodeDescription[]): Graph => twoClasses(importModel(modelOf(nodes)).graph);
const outputs = async (graph: Graph) => [...(await new CpuExecutor(graph).forward(Float32Array.from(LOGITS), 1)).outputs];

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const Z = -1.25;
const powers = LOGITS.map(Math.exp);
/** log(p / (1 - p)) of a class of three, by the definition. */
const logOdds = (index: number) =>
  Math.log(powers[index] ?? 0) - Math.log(powers.reduce((sum, power, i) => (i === index ? sum : sum + power), 0));
const slice = (from: string, to: string) => node('Slice', `${from} column end axis`, to);

describe('one number becomes two classes', () => {
  test.each<[string, number, number, readonly NodeDescription[]]>([
    ['a sigmoid', Z, 1, [node('Sigmoid', 'z', 'y')]],
    ['a sigmoid of no axes', Z, 1, [node('Sigmoid', 'z', 's'), node('Squeeze', 's', 'y')]],
    ['a percentage', Z, 100, [node('Sigmoid', 'z', 's'), node('Mul', 's hundred', 'y')]],
    ['1 - p beside p', Z, 1, [node('Sigmoid', 'z', 'p'), node('Sub', 'one p', 'q'), node('Concat', 'q p', 'y', { axis: 1 })]],
    ['p before 1 - p', -Z, 1, [node('Sigmoid', 'z', 'p'), node('Sub', 'one p', 'q'), node('Concat', 'p q', 'y', { axis: 1 })]],
    ['1 - p alone', -Z, 1, [node('Sigmoid', 'z', 'p'), node('Sub', 'one p', 'y')]],
    ['a hard sigmoid', Math.log(0.1875 / 0.8125), 1, [node('HardSigmoid', 'z', 'y', { alpha: float(0.25) })]],
    ['a column of a softmax of two', 2, 1, [node('Softmax', 'l', 'p', { axis: 1 }), slice('p', 'y')]],
    ['the first of two', -2, 1, [{ op: 'Split', inputs: ['p'], output: ['y', 'q'], attributes: { axis: 1 } }]],
    ['a column of a softmax of three', logOdds(1), 1, [node('Softmax', 'x', 'p', { axis: 1 }), slice('p', 'y')]],
    [
      'the last of three, as a percentage',
      logOdds(2),
      1,
      [node('Softmax', 'x', 'p'), node('Mul', 'p hundred', 'q'), node('Gather', 'q scalar', 'y', { axis: 1 })],
    ],
    ['a column of sigmoids', 3, 1, [node('Sigmoid', 'x', 'p'), slice('p', 'y')]],
  ])('%s', async (name, z, scale, nodes) => {
    const softmaxOfTwo = name === 'the first of two' ? [node('Softmax', 'l', 'p', { axis: 1 })] : [];
    const graph = imported([...softmaxOfTwo, ...nodes]);
    const p = [sigmoid(-z), sigmoid(z)];
    expectClose(
      await outputs(graph),
      p.map((each) => each * scale),
    );
    expectClose(await outputs(withOutput(graph, 'probability')), p);
    const logits = withOutput(graph, 'logit');
    expect([logits.bySigmoid, logits.binary]).toEqual([true, { name: 'y', shape: expect.anything() }]);
    expectClose(await outputs(logits), [-z, z]);
    expectClose(await outputs(canonicalise(logits)), [-z, z], 1e-6);
  });

  test('a logit', async () => {
    const graph = imported([node('Identity', 'z', 'y')]);
    expectClose(await outputs(graph), [-Z, Z]);
    expectClose(await outputs(withOutput(graph, 'logit')), [-Z, Z]);
    expectClose(await outputs(withOutput(graph, 'probability')), [sigmoid(-Z), sigmoid(Z)]);
  });

  test('a column stays linear in the logits', () => {
    const graph = withOutput(imported([node('Softmax', 'l', 'p', { axis: 1 }), slice('p', 'y')]), 'logit');
    expect(graph.nodes.map(({ op }) => op)).toEqual(['MatMul', 'Identity', 'Reshape', 'MatMul', 'Identity']);
  });

  test('no other network is changed', () => {
    const { graph } = importModel(modelOf([node('Sigmoid', 'l', 'y')]));
    expect(twoClasses(graph)).toBe(graph);
  });

  test('a softmax of one number is refused', () => {
    expect(() => imported([node('Softmax', 'z', 'y')])).toThrow('softmax of a single number, which is always 1');
  });
});

describe('a session', () => {
  const SIGMOID = modelOf([node('Sigmoid', 'z', 'y')]);

  test.each<[string, Parameters<typeof createSession>[1], readonly string[]]>([
    ['none', {}, ['not X', 'X']],
    ['one', { preprocessing: { labels: ['crane'] } }, ['not crane', 'crane']],
    ['two', { sideFile: { labels: ['cat', 'dog'] } }, ['cat', 'dog']],
  ])('names its classes: %s given', async (_, options, labels) => {
    const { preprocessing, binary, multiLabel } = await createSession(SIGMOID, { ...options, ...picture(options) });
    expect([preprocessing.labels, binary, multiLabel]).toEqual([labels, true, false]);
  });

  test.each<[string, Parameters<typeof attribute>[2], readonly number[]]>([
    ['the class', { target: 'X' }, [0.5, -0.75, -1]],
    ['its opposite', { target: 'not X' }, [-0.5, 0.75, 1]],
    ['the difference, 2z', { target: 1, contrast: 0 }, [1, -1.5, -2]],
    ['the class that is read', {}, [-0.5, 0.75, 1]],
  ])('explains %s', async (_, options, values) => {
    const session = await createSession(SIGMOID, { preprocessing: SIZE });
    const [result] = await attribute(session, Float32Array.from(LOGITS), options);
    expect([...result.values]).toEqual(values);
    expect(result.prediction).toEqual({ class: 0, label: 'not X', probability: expect.closeTo(sigmoid(-Z), 14) });
  });

  test('refuses three names', async () => {
    const labels = ['a', 'b', 'c'];
    await expect(createSession(SIGMOID, { preprocessing: { labels, ...SIZE } })).rejects.toThrow(
      '3 labels for a model with 2 classes (2 labels)',
    );
  });

  test('says that a logit is taken for one', async () => {
    const notes = async (output: string, options = {}) =>
      (await createSession(modelOf([node(output, 'z', 'y')]), { preprocessing: SIZE, ...options })).notes.map(({ code }) => code);
    expect(await notes('Identity')).toEqual(['output.one-logit']);
    expect(await notes('Identity', { outputName: 'y' })).toEqual([]);
    expect(await notes('Sigmoid')).toEqual([]);
    await expect(notes('Relu')).rejects.toThrow('estimates a quantity: its output "y" is one number, never below 0');
  });
});

const SIZE = { width: 1, height: 1 };
function picture(options: Parameters<typeof createSession>[1] = {}) {
  return { preprocessing: { ...SIZE, ...options.preprocessing } };
}

/** Some exponentials, sums and logarithms in float64: a hundred times its epsilon, at 100 at most. */
function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 2e-14): void {
  expect(actual).toHaveLength(expected.length);
  expect(Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))))).toBeLessThan(tolerance);
}
