import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { headOf } from '../../../../src/graph/analysis/head/head.js';
import type { Graph } from '../../../../src/graph/graph.js';
import { canonicalise } from '../../../../src/graph/passes/canonicalise.js';
import { withOutput } from '../../../../src/graph/passes/head.js';
import { importModel } from '../../../../src/onnx/import.js';
import { probabilitiesOf } from '../../../../src/tensor/softmax.js';
import { buildModel, float, floatTensor, intTensor, type NodeDescription } from '../../../support/onnx_builder.js';
import { processorTime } from '../../../support/processor_time.js';

// How a network ends, told from its last nodes: what its numbers are, what takes the head off, and which probabilities are the model's own.

const LOGITS = [1, 3, -2];
const INITIALIZERS = {
  one: floatTensor([1], [1]),
  minus: floatTensor([1], [-1]),
  three: floatTensor([1], [3]),
  zero: floatTensor([1], [0]),
  half: floatTensor([1], [0.5]),
  third: floatTensor([], [0.3]),
  rest: floatTensor([], [0.7]),
  hundred: floatTensor([1], [100]),
  tiny: floatTensor([1], [1e-15]),
  shift: floatTensor([1, 3], [0.5, -1, 2]),
  last: intTensor([1]),
  front: intTensor([0]),
  columns: intTensor([1, 3, 1]),
  low: floatTensor([], [1e-6]),
  high: floatTensor([], [1 - 1e-6]),
};

const node = (op: string, inputs: string, output: string, attributes: NodeDescription['attributes'] = {}): NodeDescription => ({
  op,
  inputs: inputs.split(' '),
  output,
  attributes,
});

/** `nodes` lead from x, 1x3, to y. z is another set of logits. */
function imported(nodes: readonly NodeDescription[]): Graph {
  const logits = node('Add', 'x shift', 'z');
  return importModel(
    buildModel({ opset: 13, inputs: { x: [1, 3] }, initializers: INITIALIZERS, nodes: [logits, ...nodes], outputs: ['y'] }),
  ).graph;
}

async function outputs(graph: Graph): Promise<number[]> {
  return [...(await new CpuExecutor(graph).forward(Float32Array.from(LOGITS), 1)).outputs];
}

const softmax = (input: string, output: string) => node('Softmax', input, output, { axis: 1 });
const SPELLED = [
  node('ReduceMax', 'x', 'm', { axes: [1] }),
  node('Sub', 'x m', 'd'),
  node('Exp', 'd', 'e'),
  node('ReduceSum', 'e last', 's'),
  node('Div', 'e s', 'p'),
];
const LOG_SUM_EXP = [node('Exp', 'x', 'e'), node('ReduceSum', 'e last', 's'), node('Log', 's', 'ls')];
const SHIFTED = [...SPELLED.slice(0, 4), node('Log', 's', 'ls'), node('Add', 'ls m', 'lse')];
const SIGMOID = [node('Neg', 'x', 'n'), node('Exp', 'n', 'e'), node('Add', 'e one', 'a')];
const identity = (input: string) => node('Identity', input, 'y');

describe('a head with logits in the graph is taken off', () => {
  test.each<[string, string, number, readonly NodeDescription[]]>([
    ['softmax in five nodes', 'softmax', 1, [...SPELLED, identity('p')]],
    ['softmax without its shift', 'softmax', 1, [node('Exp', 'x', 'e'), node('ReduceSum', 'e last', 's'), node('Div', 'e s', 'y')]],
    ['softmax with a guard against 0', 'softmax', 1, [...SPELLED.slice(0, 4), node('Add', 's tiny', 'g'), node('Div', 'e g', 'y')]],
    ['the power of a LogSoftmax', 'softmax', 1, [node('LogSoftmax', 'x', 'l', { axis: 1 }), node('Exp', 'l', 'y')]],
    ['percentages', 'softmax', 100, [softmax('x', 'p'), node('Mul', 'hundred p', 'y')]],
    ['spelled-out percentages', 'softmax', 100, [...SPELLED, node('Mul', 'p hundred', 'y')]],
    ['percentages by a division', 'softmax', 2, [softmax('x', 'p'), node('Div', 'p half', 'y')]],
    ['the power of a LogSoftmax in six nodes', 'softmax', 1, [...SHIFTED, node('Sub', 'x lse', 'l'), node('Exp', 'l', 'y')]],
    ['sigmoids', 'sigmoid', 1, [node('Sigmoid', 'x', 'y')]],
    ['sigmoids before a view', 'sigmoid', 1, [node('Sigmoid', 'x', 's'), node('Flatten', 's', 'y')]],
    ['percentages of sigmoids', 'sigmoid', 100, [node('Sigmoid', 'x', 's'), node('Mul', 's hundred', 'y')]],
    ['1 / (1 + exp(-x))', 'sigmoid', 1, [...SIGMOID, node('Div', 'one a', 'y')]],
    ['1 / (1 + exp(-1 x))', 'sigmoid', 1, [node('Mul', 'x minus', 'n'), ...SIGMOID.slice(1), node('Div', 'one a', 'y')]],
    ['the reciprocal of 1 + exp(-x)', 'sigmoid', 1, [...SIGMOID, node('Reciprocal', 'a', 'y')]],
    [
      'a sigmoid for each branch',
      'sigmoid',
      1,
      [
        { op: 'Split', inputs: ['x'], output: ['a', 'b', 'c'], attributes: { axis: 1 } },
        ...['a', 'b', 'c'].map((name) => node('Sigmoid', name, `${name}.s`)),
        node('Concat', 'a.s b.s c.s', 'y', { axis: 1 }),
      ],
    ],
  ])('%s', async (_, kind, scale, nodes) => {
    const graph = imported(nodes);
    expect(headOf(graph)).toMatchObject({ kind, scale });
    expect(await outputs(withOutput(graph, 'logit'))).toEqual(LOGITS);
    const own = (await outputs(graph)).map((output) => output / scale);
    const logits = withOutput(graph, 'logit');
    expectClose([...probabilitiesOf(LOGITS, logits.bySigmoid === true)], own);
    expectClose(await outputs(withOutput(graph, 'probability')), own);
    expect(await outputs(canonicalise(logits))).toEqual(LOGITS);
  });

  test.each([
    ['three', [...LOG_SUM_EXP, node('Sub', 'x ls', 'y')]],
    ['five', [...SHIFTED, node('Sub', 'x lse', 'y')]],
  ])('a LogSoftmax in %s nodes', async (_, nodes) => {
    const graph = imported(nodes);
    expect(headOf(graph).kind).toBe('log-softmax');
    expect(await outputs(withOutput(graph, 'logit'))).toEqual(LOGITS);
    expectClose((await outputs(graph)).map(Math.exp), await outputs(withOutput(graph, 'probability')));
  });

  test('the temperature of a softmax stays in its logits', async () => {
    const graph = imported([node('Div', 'x half', 't'), softmax('t', 'y')]);
    expect(await outputs(withOutput(graph, 'logit'))).toEqual(LOGITS.map((logit) => logit / 0.5));
  });
});

const [P, Q] = [[softmax('x', 'p')], [softmax('z', 'q')]];

describe('probabilities without logits stay, and their logarithms are the logits', () => {
  test.each<[string, number, readonly NodeDescription[]]>([
    ['the mean of two softmaxes', 1, [...P, ...Q, node('Add', 'p q', 'a'), node('Mul', 'a half', 'y')]],
    ['Mean', 1, [...P, ...Q, node('Mean', 'p q', 'y')]],
    ['their sum', 2, [...P, ...Q, node('Sum', 'p q', 'y')]],
    ['a weighted sum', 1, [...P, ...Q, node('Mul', 'p third', 'a'), node('Mul', 'q rest', 'b'), node('Add', 'a b', 'y')]],
    ['the mean of spelled-out ones', 1, [...SPELLED, ...Q, node('Mean', 'p q', 'y')]],
    [
      'stacked in front',
      1,
      [
        ...P,
        ...Q,
        ...['p', 'q'].map((name) => node('Unsqueeze', `${name} front`, `${name}.u`)),
        node('Concat', 'p.u q.u', 'c', { axis: 0 }),
        node('ReduceMean', 'c', 'y', { axes: [0], keepdims: 0 }),
      ],
    ],
    [
      'stacked inside',
      100,
      [
        ...P,
        ...Q,
        node('Reshape', 'p columns', 'p.u'),
        node('Reshape', 'q columns', 'q.u'),
        node('Concat', 'p.u q.u', 'c', { axis: 2 }),
        node('ReduceMean', 'c', 'm', { axes: [2], keepdims: 0 }),
        node('Mul', 'm hundred', 'y'),
      ],
    ],
    ['a softmax kept from 0 and 1', 1, [...P, node('Clip', 'p low high', 'y')]],
    ['sharpened and divided by their sum', 1, [...P, node('Mul', 'p p', 's'), node('ReduceSum', 's last', 't'), node('Div', 's t', 'y')]],
    [
      'sigmoids divided by their sum',
      1,
      [node('Sigmoid', 'x', 's'), node('ReduceL1', 's', 't', { axes: [1] }), node('Clip', 't low', 'u'), node('Div', 's u', 'y')],
    ],
    [
      'sigmoids divided by their sum, unless that is 0, as sklearn does',
      1,
      [
        node('Exp', 'z', 'e'),
        node('Add', 'e one', 'a'),
        node('Reciprocal', 'a', 'p'),
        node('ReduceSum', 'p last', 's'),
        node('Equal', 's zero', 'none'),
        node('Cast', 'none', 'm', { to: 1 }),
        node('Mul', 'm three', 'n'),
        node('Add', 's n', 't'),
        node('Add', 'p m', 'q'),
        node('Div', 'q t', 'y'),
      ],
    ],
  ])('%s', async (_, scale, nodes) => {
    const graph = imported(nodes);
    expect(headOf(graph)).toMatchObject({ kind: 'probabilities', scale: expect.closeTo(scale, 6) });
    const own = (await outputs(graph)).map((output) => output / scale);
    const logits = withOutput(graph, 'logit');
    expectClose([...probabilitiesOf(await outputs(logits), false)], own, 2e-6);
    expectClose(await outputs(withOutput(graph, 'probability')), own, 1e-7);
    expectClose(await outputs(canonicalise(logits)), await outputs(logits), 1e-6);
  });

  test('p and 1 - p of one sigmoid', () => {
    const nodes = [node('Sigmoid', 'x', 'p'), node('Sub', 'one p', 'q'), node('Concat', 'q p', 'y', { axis: 1 })];
    const model = buildModel({ inputs: { x: [1, 1] }, initializers: INITIALIZERS, nodes, outputs: ['y'] });
    expect(headOf(importModel(model).graph)).toMatchObject({ kind: 'probabilities', scale: 1 });
  });
});

describe('probabilities for each class alone', () => {
  test.each<[string, number, readonly NodeDescription[]]>([
    ['the mean of two sigmoids', 1, [node('Sigmoid', 'x', 'p'), node('Sigmoid', 'z', 'q'), node('Mean', 'p q', 'y')]],
    ['their sum', 2, [node('Sigmoid', 'x', 'p'), node('Sigmoid', 'z', 'q'), node('Add', 'p q', 'y')]],
    ['a sigmoid from the other side', 1, [node('Sigmoid', 'x', 'p'), node('Sub', 'one p', 'y')]],
    ['a hard sigmoid', 1, [node('HardSigmoid', 'x', 'y', { alpha: float(0.1) })]],
  ])('%s', async (_, scale, nodes) => {
    const graph = imported(nodes);
    expect(headOf(graph)).toMatchObject({ kind: 'independent', scale });
    const own = (await outputs(graph)).map((output) => output / scale);
    const logits = withOutput(graph, 'logit');
    expect(logits.bySigmoid).toBe(true);
    // The logarithm of 1 - p loses what 1 - p lost: a unit of float64 in a p near 1.
    expectClose([...probabilitiesOf(await outputs(logits), true)], own, 1e-12);
    expectClose(await outputs(withOutput(graph, 'probability')), own);
  });
});

describe('logits stay as they are', () => {
  test.each<[string, readonly NodeDescription[]]>([
    ['a product', [node('Mul', 'x hundred', 'y')]],
    ['negative log-probabilities', [node('LogSoftmax', 'x', 'l', { axis: 1 }), node('Neg', 'l', 'y')]],
    ['scaled log-probabilities', [node('LogSoftmax', 'x', 'l', { axis: 1 }), node('Mul', 'l half', 'y')]],
    ['a sigmoid times its logit', [node('Sigmoid', 'x', 's'), node('Mul', 'x s', 'y')]],
    ['numbers of both signs, divided by their sum', [node('ReduceSum', 'x last', 's'), node('Div', 'x s', 'y')]],
    [
      'sigmoids divided by another sum',
      [node('Sigmoid', 'x', 'p'), node('Sigmoid', 'z', 'q'), node('ReduceSum', 'q last', 's'), node('Div', 'p s', 'y')],
    ],
    [
      'sigmoids and a part, divided by the sum of the sigmoids',
      [node('Sigmoid', 'x', 'p'), node('ReduceSum', 'p last', 's'), node('Add', 'p s', 'q'), node('Div', 'q s', 'y')],
    ],
    [
      'logits minus the logarithm of another sum',
      [node('Exp', 'z', 'e'), node('ReduceSum', 'e last', 's'), node('Log', 's', 'ls'), node('Sub', 'x ls', 'y')],
    ],
    ['a softmax minus another', [...P, ...Q, node('Sub', 'p q', 'y')]],
  ])('%s', (_, nodes) => {
    const graph = imported(nodes);
    expect(headOf(graph).kind).toBe('logits');
    expect(withOutput(graph, 'logit').nodes).toEqual(graph.nodes);
  });

  test('a value that is added to itself again and again is looked at once', () => {
    for (const first of [softmax('x', 'a0'), node('Sigmoid', 'x', 'a0'), node('Exp', 'x', 'a0')]) {
      const sums = Array.from({ length: 22 }, (_, i) => node('Add', `a${i} a${i}`, `a${i + 1}`));
      const divided = [node('ReduceSum', 'a22 last', 's'), node('Div', 'a22 s', 'y')];
      const graph = imported([first, ...sums, ...divided]);
      const spent = processorTime(() => expect(headOf(graph)).toMatchObject({ kind: 'probabilities', scale: 1 }));
      // Two to the 22nd visits would take seconds.
      expect(spent).toBeLessThan(500);
    }
  });

  test('a sigmoid that another class is computed from stays', () => {
    const split: NodeDescription = { op: 'Split', inputs: ['x'], output: ['a', 'b', 'c'], attributes: { axis: 1 } };
    const chain = [node('Sigmoid', 'a', 'p'), node('Mul', 'p b', 'm'), node('Sigmoid', 'm', 'q'), node('Concat', 'p q', 'y', { axis: 1 })];
    expect(headOf(imported([split, ...chain]))).toMatchObject({ kind: 'independent', scale: 1 });
  });
});

/** Some exponentials and sums in float64 by default: ten times its epsilon. */
function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 2e-15): void {
  expect(actual).toHaveLength(expected.length);
  expect(Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))))).toBeLessThan(tolerance);
}
