import { describe, expect, test } from 'vitest';
import { attributeTasks } from '../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { checkPiecewiseLinear, firstSmooth } from '../../../src/graph/analysis/piecewise.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { TensorProto_DataType as DataType } from '../../../src/onnx/onnx_pb.js';
import { buildModel, floatTensor, type NodeDescription } from '../../support/onnx_builder.js';

const number = (value: number) => floatTensor([], [value]);
const op = (name: string, inputs: string, output: string): NodeDescription => ({ op: name, inputs: inputs.split(' '), output });
const floats = (input: string, output: string): NodeDescription => ({
  op: 'Cast',
  inputs: [input],
  output,
  attributes: { to: DataType.FLOAT },
});

/** A network of one activation, spelled out from "x" to "y". */
function graphOf(nodes: readonly NodeDescription[]) {
  const initializers = { zero: number(0), one: number(1), minus: number(-1), half: number(0.5), slope: number(0.25) };
  return importModel(buildModel({ opset: 16, inputs: { x: ['N', 9] }, outputs: ['y'], initializers, nodes })).graph;
}

/** All knots, and points between and beyond them. */
const POINTS = Float32Array.of(-3, -1, -0.75, -0.5, 0, 0.25, 0.5, 1, 2);

type Spelling = readonly [name: string, nodes: readonly NodeDescription[], value: (x: number) => number, slope: (x: number) => number];

const continuous: readonly Spelling[] = [
  ['x (x > 0)', [op('Greater', 'x zero', 'c'), floats('c', 'm'), op('Mul', 'x m', 'y')], (x) => Math.max(x, 0), (x) => Number(x > 0)],
  [
    'x (x >= 0)',
    [op('GreaterOrEqual', 'x zero', 'c'), floats('c', 'm'), op('Mul', 'm x', 'y')],
    (x) => Math.max(x, 0),
    (x) => Number(x >= 0),
  ],
  ['Relu by Where', [op('Less', 'zero x', 'c'), op('Where', 'c x zero', 'y')], (x) => Math.max(x, 0), (x) => Number(x > 0)],
  [
    'LeakyRelu',
    [op('Greater', 'x zero', 'c'), op('Mul', 'x slope', 's'), op('Where', 'c x s', 'y')],
    (x) => (x > 0 ? x : 0.25 * x),
    (x) => (x > 0 ? 1 : 0.25),
  ],
  [
    'Hardtanh',
    [op('Less', 'x minus', 'low'), op('Where', 'low minus x', 'a'), op('Greater', 'x one', 'high'), op('Where', 'high one a', 'y')],
    (x) => Math.min(Math.max(x, -1), 1),
    (x) => Number(x >= -1 && x <= 1),
  ],
  [
    'Softshrink',
    [
      op('Greater', 'x half', 'high'),
      op('Sub', 'x half', 'less'),
      op('Where', 'high less zero', 'a'),
      op('Neg', 'half', 'bound'),
      op('LessOrEqual', 'bound x', 'inside'),
      op('Add', 'x half', 'more'),
      op('Where', 'inside a more', 'y'),
    ],
    (x) => x - Math.min(Math.max(x, -0.5), 0.5),
    (x) => Number(Math.abs(x) > 0.5),
  ],
  [
    'parts that jump, and a sum that does not',
    [
      op('And', 'low high', 'inside'),
      op('GreaterOrEqual', 'x minus', 'low'),
      op('Greater', 'x half', 'over'),
      op('Not', 'over', 'high'),
      floats('inside', 'i'),
      floats('over', 'o'),
      op('Add', 'x one', 'up'),
      op('Mul', 'up i', 'a'),
      op('Mul', 'o half', 'p'),
      op('Add', 'o p', 'b'),
      op('Add', 'a b', 'y'),
    ],
    (x) => Math.min(Math.max(x + 1, 0), 1.5),
    (x) => Number(x >= -1 && x <= 0.5),
  ],
  ['x sign(x)', [op('Sign', 'x', 's'), op('Mul', 'x s', 'y')], Math.abs, (x) => Math.sign(x) || -1],
];

describe('what is spelled out with comparisons and continuous is affine in pieces', () => {
  test.each(continuous)('%s', async (_, nodes, value, slope) => {
    const graph = graphOf(nodes);
    expect(firstSmooth(graph)).toBeUndefined();
    expect(graph.output.name).toBe('y');
    for (const each of [graph, canonicalise(graph)]) {
      const executor = new CpuExecutor(each);
      const { outputs } = await executor.forward(POINTS, 1);
      expect(Array.from(outputs)).toEqual(Array.from(POINTS, (x) => value(x)));
    }
    const slopes = await Promise.all(
      Array.from(POINTS, async (_, k) => {
        const seed = new Float32Array(9);
        seed[k] = 1;
        return (await new CpuExecutor(graph).gradients({ images: POINTS, seed })).gradients[k];
      }),
    );
    expect(slopes).toEqual(Array.from(POINTS, (x) => slope(x)));
  });

  test('an exact integral through one of them is complete', async () => {
    const [, nodes] = continuous[5]!;
    const task = { image: new Float32Array(9).fill(2), baseline: new Float32Array(9).fill(-1), target: 0 };
    const { attributions } = await attributeTasks(new CpuExecutor(graphOf(nodes)), [task], { method: 'ig', steps: 'exact' });
    expect(attributions[0]!.values[0]).toBeCloseTo(1.5 + 0.5, 6);
    expect(attributions[0]!.exact!.regions).toBe(3);
  });
});

test.each([
  ['a mask that jumps', [op('Greater', 'x one', 'c'), floats('c', 'm'), op('Mul', 'x m', 'y')], 'Greater "Greater_0" jumps'],
  ['a choice that jumps', [op('Less', 'x zero', 'c'), op('Where', 'c one x', 'y')], 'Less "Less_0" jumps'],
  ['steps', [op('Floor', 'x', 'f'), op('Add', 'x f', 'y')], 'Floor "Floor_0" jumps'],
])('%s is refused by name', (_, nodes, message) => {
  expect(() => checkPiecewiseLinear(graphOf(nodes))).toThrow(message);
});
