import { describe, expect, test } from 'vitest';
import { attributeTasks } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { constantOf, type Graph, type GraphNode, shapeOf } from '../../../../src/graph/graph.js';
import { withOutput } from '../../../../src/graph/passes/head.js';
import { importModel } from '../../../../src/onnx/import.js';
import { type OpType, operatorOf } from '../../../../src/ops/index.js';
import { sizeOf } from '../../../../src/tensor/tensor.js';
import { rescaleNetworks } from '../../../support/networks/rescale_networks.js';
import { buildModel, floatTensor, type ModelDescription } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';

/** Sums of some tens of products in float64, divided by differences of 1e-3 and more. */
const DIGITS = 9;

const graphOf = (model: ModelDescription) => importModel(buildModel(model)).graph;

async function deepLift(graph: Graph, image: Float32Array, baseline: Float32Array, target = 0, contrast?: number) {
  const task = { image, baseline, target, ...(contrast !== undefined && { contrast }) };
  const { attributions } = await attributeTasks(new CpuExecutor(graph), [task], { method: 'deeplift', steps: 1 });
  const [attribution] = attributions;
  if (attribution === undefined) throw new Error('no attribution');
  return attribution;
}

describe('by hand', () => {
  // h = relu(W x + c), y = V h. At x = (1, 1) the units see -0.5 and 3, at b = (0, 0) they see 0.5 and -1: slopes (0 - 0.5) / (-0.5 - 0.5) = 1/2
  // and (3 - 0) / (3 - -1) = 3/4. From y_0 = 2 h_0 - h_1: multipliers 2/2 and -3/4, and of x W^T times these, (1 - 9/4, -2 - 3/4).
  const layers = graphOf({
    inputs: { x: ['N', 2] },
    initializers: {
      w: floatTensor([2, 2], [1, 3, -2, 1]),
      c: floatTensor([2], [0.5, -1]),
      v: floatTensor([2, 2], [2, 0, -1, 1]),
    },
    nodes: [
      { op: 'MatMul', inputs: ['x', 'w'], output: 'p' },
      { op: 'Add', inputs: ['p', 'c'], output: 'z' },
      { op: 'Relu', inputs: ['z'], output: 'h' },
      { op: 'MatMul', inputs: ['h', 'v'], output: 'y' },
    ],
    outputs: ['y'],
  });

  test('two layers', async () => {
    const { values, outputAtInput, outputAtBaseline, delta, parameters } = await deepLift(
      layers,
      Float32Array.of(1, 1),
      new Float32Array(2),
    );
    expect([...values]).toEqual([-1.25, -2.75]);
    expect([outputAtInput, outputAtBaseline, delta]).toEqual([-3, 1, 0]);
    expect(parameters).toBeUndefined();
  });

  test('the same with a contrast: y_1 = h_1 has the multipliers 0 and 3/4', async () => {
    const { values, outputAtInput, outputAtBaseline } = await deepLift(layers, Float32Array.of(1, 1), new Float32Array(2), 0, 1);
    expect([...values]).toEqual([-1.25 - 2.25, -2.75 - 0.75]);
    expect([outputAtInput, outputAtBaseline]).toEqual([-6, 1]);
  });

  const pool = graphOf({
    inputs: { x: ['N', 1, 1, 3] },
    nodes: [
      { op: 'MaxPool', inputs: ['x'], output: 'm', attributes: { kernel_shape: [1, 2] } },
      { op: 'Flatten', inputs: ['m'], output: 'y' },
    ],
    outputs: ['y'],
  });

  test.each([
    ['the image has the larger maximum: its element takes the change', [3, 1, 0], [0, 2, 0], [1, 0, 0]],
    ['the baseline has it: its element takes the change', [1, 0, 0], [0, 2, 0], [0, -1, 0]],
    ['both in one place', [5, 1, 0], [2, 0, 0], [3, 0, 0]],
  ])('max pooling, %s', async (_, x, b, expected) => {
    expect([...(await deepLift(pool, Float32Array.from(x), Float32Array.from(b))).values]).toEqual(expected);
  });

  test('max pooling, windows that share their maximum: both change by 4, and so does each', async () => {
    const both = await deepLift(pool, Float32Array.of(0, 4, 0), new Float32Array(3), 0, 1);
    expect([...both.values]).toEqual([0, 0, 0]);
  });
});

/** How the definition takes an operator. */
type Kind = 'secant' | 'pool' | 'derivative';
const KINDS: { readonly [Op in OpType]?: Kind } = { Relu: 'secant', Sigmoid: 'secant', Tanh: 'secant', MaxPool: 'pool' };

/** (x - b) times the multipliers, as the paper and Captum have it: both forward passes, and then node by node back. */
function definition(graph: Graph, x: Float32Array, b: Float32Array, seed: Float64Array): Float64Array {
  const [atX, atB] = [valuesOf(graph, x), valuesOf(graph, b)];
  const cotangents = new Map<string, Float64Array>([[graph.output.name, seed]]);
  for (const node of [...graph.nodes].reverse()) {
    const dy = cotangents.get(node.output);
    if (dy === undefined) continue;
    inputsBack(graph, node, atX, atB, dy).forEach((dx, position) => {
      const name = node.inputs[position]!;
      if (dx === undefined || graph.constants.has(name)) return;
      const before = cotangents.get(name);
      cotangents.set(name, before ? dx.map((value, i) => value + before[i]!) : dx);
    });
  }
  return cotangents.get(graph.input.name)!.map((multiplier, i) => (x[i]! - b[i]!) * multiplier);
}

function inputsBack(graph: Graph, node: GraphNode, atX: Values, atB: Values, dy: Float64Array): (Float64Array | undefined)[] {
  const kind = KINDS[node.op] ?? 'derivative';
  const [source] = node.inputs;
  if (kind === 'derivative') {
    const output = atX.get(node.output)!;
    return operatorOf(node).backward!({ ...evaluationOf(graph, node, atX), output, cotangent: dy, wanted: node.inputs.map(() => true) });
  }
  const [x, b, y, c] = [atX.get(source!)!, atB.get(source!)!, atX.get(node.output)!, atB.get(node.output)!];
  // What the rule divides by x - b, and what the derivative gives a max pool where that is 0: of ReLUs before it that are closed.
  const [rise, gradient] = [new Float64Array(x.length), new Float64Array(x.length)];
  const add = (to: Float64Array, place: number | undefined, amount: number) => {
    if (place === undefined) throw new Error('no element of the window is its maximum');
    to[place]! += amount;
  };
  if (kind === 'secant') {
    for (const [i, slope] of dy.entries()) add(rise, i, slope * (y[i]! - c[i]!));
  } else {
    // Windows of 2 x 2 with a stride of 1.
    const [, channels = 0, rows = 0, columns = 0] = shapeOf(graph, source!);
    for (let channel = 0, output = 0; channel < channels; channel++) {
      for (let r = 0; r < rows - 1; r++) {
        for (let s = 0; s < columns - 1; s++, output++) {
          const corner = (channel * rows + r) * columns + s;
          const window = [corner, corner + 1, corner + columns, corner + columns + 1];
          const largest = Math.max(y[output]!, c[output]!);
          const [ofX, ofB] = [window.find((place) => x[place] === y[output]), window.find((place) => b[place] === c[output])];
          add(rise, ofX, dy[output]! * (largest - c[output]!));
          add(rise, ofB, dy[output]! * (y[output]! - largest));
          add(gradient, ofX, dy[output]!);
        }
      }
    }
  }
  return [rise.map((amount, i) => (x[i] === b[i] ? gradient[i]! : amount / (x[i]! - b[i]!)))];
}

type Values = ReadonlyMap<string, Float64Array>;

function valuesOf(graph: Graph, image: Float32Array): Values {
  const values = new Map<string, Float64Array>([[graph.input.name, Float64Array.from(image)]]);
  for (const node of graph.nodes) values.set(node.output, operatorOf(node).forward(evaluationOf(graph, node, values)));
  return values;
}

function evaluationOf(graph: Graph, node: GraphNode, values: Values) {
  const inputs = node.inputs.map((name) => {
    return { shape: shapeOf(graph, name), data: values.get(name) ?? Float64Array.from(constantOf(graph, name).data) };
  });
  return { attributes: node.attributes, inputs, shape: shapeOf(graph, node.output) };
}

const random = mulberry32(61);
const draw = (graph: Graph) => Float32Array.from(uniformArray(random, sizeOf(graph.input.shape), -1, 1));

describe.each(Object.entries(rescaleNetworks))('%s', (_, model) => {
  const graph = graphOf(model);

  test('is as defined, with and without a contrast, and sums to the difference', async () => {
    for (const contrast of [undefined, 1]) {
      const [image, baseline] = [draw(graph), draw(graph)];
      const seed = Float64Array.of(1, contrast === undefined ? 0 : -1);
      const { values, delta, parameters } = await deepLift(graph, image, baseline, 0, contrast);
      const expected = definition(graph, image, baseline, seed);
      // Attributions are rounded to float32.
      expect([...values]).toEqual([...expected].map((value) => Math.fround(value)).map((value) => expect.closeTo(value, 6)));
      expect(values.some((value) => value !== 0)).toBe(true);
      expect(Math.abs(delta)).toBeLessThan(values.length * 2 ** -24 * Math.max(...values.map(Math.abs)));
      expect(parameters).toBeUndefined();
    }
  });

  test('where image and baseline are the same, multipliers are the gradient', async () => {
    const executor = new CpuExecutor(graph);
    const image = draw(graph);
    const seeds = Float32Array.of(1, -2);
    const { multipliers } = await executor.multipliers({ count: 1, inputs: image, baselines: image, seeds, rule: 'rescale' });
    const { gradients } = await executor.gradients({ images: image, seed: seeds });
    // BatchNormalization is an Affine for the one, and not for the other.
    expect([...multipliers]).toEqual([...gradients].map((value) => expect.closeTo(value, DIGITS)));
  });
});

describe('networks', () => {
  test('that are linear have the gradient times the difference', async () => {
    const model = rescaleNetworks['residual sum'];
    const graph = graphOf({ ...model, nodes: model.nodes.map((node) => (node.op === 'Relu' ? { ...node, op: 'Identity' } : node)) });
    const [image, baseline] = [draw(graph), draw(graph)];
    const { values } = await deepLift(graph, image, baseline);
    const { gradients } = await new CpuExecutor(graph).gradients({ images: image, seed: Float32Array.of(1, 0) });
    expect([...values]).toEqual([...gradients].map((slope, i) => Math.fround((image[i]! - baseline[i]!) * slope)));
  });

  const two = (nodes: ModelDescription['nodes'], initializers: ModelDescription['initializers'] = {}) =>
    graphOf({ inputs: { x: ['N', 2] }, nodes, initializers, outputs: ['y'] });

  test('with a Softmax or a product name what was passed by its gradient, and delta is what is missing', async () => {
    const gated = two([
      { op: 'Sigmoid', inputs: ['x'], output: 's' },
      { op: 'Mul', inputs: ['x', 's'], output: 'y' },
    ]);
    const [image, baseline] = [Float32Array.of(1.5, -1), Float32Array.of(0, 0.5)];
    const one = await deepLift(gated, image, baseline);
    expect(one.parameters).toEqual({ byGradient: ['Mul'] });
    // At x = 1.5: s + x (s(1.5) - s(0)) / 1.5, times 1.5, is 1.5 s + 1.5 (s - 1/2); 1.5 s is asked for.
    expect(one.delta).toBeCloseTo(1.5 * (1 / (1 + Math.exp(-1.5)) - 0.5), 6);
    const other = await deepLift(withOutput(gated, 'probability'), image, baseline);
    expect(other.parameters).toEqual({ byGradient: ['Mul', 'Softmax'] });
  });

  test('whose exports spell a function out have a rule for it: Gelu in Erf, bounds in Max', async () => {
    const spelled = two(
      [
        { op: 'Div', inputs: ['x', 'root'], output: 'a' },
        { op: 'Erf', inputs: ['a'], output: 'e' },
        { op: 'Add', inputs: ['e', 'one'], output: 'f' },
        { op: 'Mul', inputs: ['x', 'f'], output: 'g' },
        { op: 'Mul', inputs: ['g', 'half'], output: 'gelu' },
        { op: 'Max', inputs: ['gelu', 'half'], output: 'y' },
      ],
      { root: floatTensor([], [Math.SQRT2]), one: floatTensor([], [1]), half: floatTensor([], [0.5]) },
    );
    const { delta, values, parameters } = await deepLift(spelled, Float32Array.of(1.5, -1), Float32Array.of(0.1, 0.5));
    expect(parameters).toBeUndefined();
    expect(values[0]).toBeGreaterThan(0.5);
    expect(delta).toBeCloseTo(0, 6);
  });
});
