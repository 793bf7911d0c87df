import { describe, expect, test } from 'vitest';
import { attributeTasks, type MethodOptions } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../../../src/doctor/case_graph.js';
import { constantOf, type Graph, type GraphNode, shapeOf } from '../../../../src/graph/graph.js';
import { absorbAffine } from '../../../../src/graph/passes/absorb.js';
import { canonicalise } from '../../../../src/graph/passes/canonicalise.js';
import { COMPOSITES, type CompositeName } from '../../../../src/graph/passes/rules/composites.js';
import { importModel } from '../../../../src/onnx/import.js';
import { operatorOf } from '../../../../src/ops/index.js';
import { sizeOf } from '../../../../src/tensor/tensor.js';
import { buildModel, floatTensor, type ModelDescription } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';
import { transformerModel } from '../../../support/small_transformer.js';
import { spaceOf } from '../../../support/spaces.js';

const graphOf = (model: ModelDescription) => importModel(buildModel(model)).graph;
const random = mulberry32(83);
const draw = (size: number, low = -1, high = 1) => Array.from(uniformArray(random, size, low, high));

async function lrp(graph: Graph, image: Float32Array, options: Partial<MethodOptions>, contrast?: number) {
  const task = { image, baseline: new Float32Array(image.length), target: 0, ...(contrast !== undefined && { contrast }) };
  const [, channels, height, width] = graph.input.shape;
  const all = { steps: 1, space: spaceOf(height ?? 1, width ?? 1, channels ?? 1), ...options, method: 'lrp' } as const;
  const [attribution] = (await attributeTasks(new CpuExecutor(graph), [task], all)).attributions;
  if (attribution === undefined) throw new Error('no attribution');
  return attribution;
}

describe('by hand: z = (2 x_0 - x_1 + 1, x_0 + 3 x_1), y = z_0 - z_1 after ReLUs', () => {
  const layers = graphOf({
    inputs: { x: ['N', 2] },
    initializers: {
      w: floatTensor([2, 2], [2, 1, -1, 3]),
      c: floatTensor([2], [1, 0]),
      v: floatTensor([2, 2], [1, 0, -1, 1]),
    },
    nodes: [
      { op: 'MatMul', inputs: ['x', 'w'], output: 'p' },
      { op: 'Add', inputs: ['p', 'c'], output: 'z' },
      { op: 'Relu', inputs: ['z'], output: 'h' },
      { op: 'MatMul', inputs: ['h', 'v'], output: 'y' },
    ],
    outputs: ['y'],
  });
  // At x = (2, 1): z = (4, 5), y_0 = -1, to which z_0 gave 4 and z_1 -5. Of the 4, 2 x_0 = 4 and -x_1 = -1 of z_0 = 4 (the bias keeps 1); of the -5,
  // x_0 = 2 and 3 x_1 = 3 of 5.
  const options = { composite: 'epsilon', epsilon: 1e-12, space: spaceOf(1, 2, 1) } as const;

  test('the epsilon rule', async () => {
    const { values, outputAtInput, parameters } = await lrp(layers, Float32Array.of(2, 1), options);
    expect([...values]).toEqual([4 - 2, -1 - 3].map((value) => expect.closeTo(value, 6)));
    expect(outputAtInput).toBe(-1);
    expect(parameters).toEqual({ composite: 'epsilon', epsilon: 1e-12 });
  });

  test('a contrast starts from both outputs: -1 and, negated, y_1 = 5, all of it from z_1', async () => {
    const { values } = await lrp(layers, Float32Array.of(2, 1), options, 1);
    expect([...values]).toEqual([4 - 2 - 2, -1 - 3 - 3].map((value) => expect.closeTo(value, 6)));
  });

  test('an output of 0 is 0 everywhere, not 0 / 0', async () => {
    const { values } = await lrp(layers, new Float32Array(2), options, 1);
    expect([...values].map(Math.abs)).toEqual([0, 0]);
  });
});

/** Batch norm, residual sum, max pooling, average pooling; images 3 x 6 x 6. */
const network = graphOf({
  inputs: { x: ['N', 3, 6, 6] },
  initializers: {
    w1: floatTensor([4, 3, 3, 3], draw(108)),
    b1: floatTensor([4], draw(4)),
    scale: floatTensor([4], draw(4, -2, 2)),
    shift: floatTensor([4], draw(4)),
    mean: floatTensor([4], draw(4)),
    variance: floatTensor([4], draw(4, 0.5, 2)),
    w2: floatTensor([4, 4, 3, 3], draw(144)),
    b2: floatTensor([4], draw(4)),
    dense: floatTensor([4, 3], draw(12)),
    b3: floatTensor([3], draw(3)),
  },
  nodes: [
    { op: 'Conv', inputs: ['x', 'w1', 'b1'], output: 'c1', attributes: { pads: [1, 1, 1, 1] } },
    { op: 'BatchNormalization', inputs: ['c1', 'scale', 'shift', 'mean', 'variance'], output: 'n' },
    { op: 'LeakyRelu', inputs: ['n'], output: 'a1', attributes: { alpha: { float: 0.3 } } },
    { op: 'MaxPool', inputs: ['a1'], output: 'm', attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { op: 'Conv', inputs: ['m', 'w2', 'b2'], output: 'c2', attributes: { pads: [1, 1, 1, 1] } },
    { op: 'Relu', inputs: ['c2'], output: 'a2' },
    { op: 'Add', inputs: ['a2', 'm'], output: 's' },
    { op: 'GlobalAveragePool', inputs: ['s'], output: 'g' },
    { op: 'Flatten', inputs: ['g'], output: 'f' },
    { op: 'Gemm', inputs: ['f', 'dense', 'b3'], output: 'y' },
  ],
  outputs: ['y'],
});

type Values = Map<string, Float64Array>;

const stabilised = (value: number, epsilon = 1e-6) => value + (value >= 0 ? epsilon : -epsilon);

function operandsOf(graph: Graph, node: GraphNode, values: Values) {
  return node.inputs.map((name) => ({
    shape: shapeOf(graph, name),
    data: values.get(name) ?? Float64Array.from(constantOf(graph, name).data),
  }));
}

interface Matrix {
  readonly weights: readonly Float64Array[];
  readonly bias: Float64Array;
}
const matrices = new Map<GraphNode, Matrix>();

/** W[j][i] and b[j] of a layer, from its values at 0 and at unit vectors. */
function matrixOf(graph: Graph, node: GraphNode): Matrix {
  const known = matrices.get(node);
  if (known) return known;
  const [source] = node.inputs;
  const size = sizeOf(shapeOf(graph, source!));
  const at = (x: Float64Array) => {
    const inputs = operandsOf(graph, node, new Map([[source!, x]]));
    return operatorOf(node).forward({ attributes: node.attributes, shape: shapeOf(graph, node.output), inputs });
  };
  const bias = at(new Float64Array(size));
  const columns = Array.from({ length: size }, (_, i) => at(new Float64Array(size).fill(1, i, i + 1)));
  const matrix = { weights: Array.from(bias, (b, j) => Float64Array.from(columns, (column) => column[j]! - b)), bias };
  matrices.set(node, matrix);
  return matrix;
}

/** What input i has of the relevance of output j. */
type Share = (x: Float64Array, weights: Float64Array, bias: number, z: number) => (i: number) => number;

const contributions = (x: Float64Array, w: Float64Array, b: number, part: (value: number) => number) => {
  const total = x.reduce((sum, value, i) => sum + part(value * w[i]!), part(b));
  return (i: number) => part(x[i]! * w[i]!) / stabilised(total);
};
const above = (value: number) => Math.max(value, 0);
const below = (value: number) => Math.min(value, 0);

/** The rules as zennit 0.5.1 and the papers write them, for one output. */
const SHARES = {
  epsilon: (x, w, _, z) => (i) => (x[i]! * w[i]!) / stabilised(z),
  plus: (x, w, b) => contributions(x, w, b, above),
  'alpha-beta': (x, w, b) => {
    const [plus, minus] = [contributions(x, w, b, above), contributions(x, w, b, below)];
    return (i) => 2 * plus(i) - minus(i);
  },
  // Contributions of the sign of the output count 1 + gamma times.
  gamma: (x, w, b, z) => {
    const share = contributions(x, w, b, (value) => value * (Math.sign(value) === Math.sign(z) ? 1.25 : 1));
    return (i) => (z === 0 ? 0 : share(i));
  },
  flat: (_, w) => {
    const ofLayer = Array.from(w, (weight) => (weight === 0 ? 0 : 1));
    const total = ofLayer.reduce<number>((sum, one) => sum + one, 0);
    return (i) => ofLayer[i]! / stabilised(total);
  },
  // The range is [0, 1] (test/support/spaces.ts).
  box: (x, w) => {
    const part = (i: number) => x[i]! * w[i]! - 0 * Math.max(w[i]!, 0) - 1 * Math.min(w[i]!, 0);
    const total = x.reduce((sum, _, i) => sum + part(i), 0);
    return (i) => part(i) / stabilised(total);
  },
} satisfies Readonly<Record<string, Share>>;

const CONVOLUTIONS: Readonly<Record<CompositeName, readonly [first: keyof typeof SHARES, others: keyof typeof SHARES]>> = {
  epsilon: ['epsilon', 'epsilon'],
  'epsilon-plus': ['plus', 'plus'],
  'epsilon-plus-flat': ['flat', 'plus'],
  'epsilon-gamma-box': ['box', 'gamma'],
  'epsilon-alpha2-beta1': ['alpha-beta', 'alpha-beta'],
};

/** Relevance node by node, on the network whose batch norm is merged into the convolution before it. */
function definition(merged: Graph, image: Float32Array, composite: CompositeName, seed: readonly number[]): number[] {
  const values: Values = new Map([[merged.input.name, Float64Array.from(image)]]);
  for (const node of merged.nodes) {
    const inputs = operandsOf(merged, node, values);
    values.set(node.output, operatorOf(node).forward({ attributes: node.attributes, inputs, shape: shapeOf(merged, node.output) }));
  }
  const relevance: Values = new Map();
  const give = (name: string, amounts: Float64Array) => {
    const before = relevance.get(name);
    relevance.set(name, before ? amounts.map((amount, i) => amount + before[i]!) : amounts);
  };
  give(
    merged.output.name,
    values.get(merged.output.name)!.map((output, c) => output * seed[c]!),
  );
  const first = merged.nodes.find(({ op }) => op === 'Conv');
  for (const node of [...merged.nodes].reverse()) {
    const [source, other] = node.inputs as [string, string];
    const [x, z, r] = [values.get(source)!, values.get(node.output)!, relevance.get(node.output)!];
    if (node.op === 'Relu' || node.op === 'LeakyRelu' || node.op === 'Flatten') give(source, r.slice());
    else if (node.op === 'Add') {
      for (const name of [source, other])
        give(
          name,
          values.get(name)!.map((value, i) => (value * r[i]!) / stabilised(z[i]!)),
        );
    } else if (node.op === 'MaxPool') {
      const amounts = new Float64Array(x.length);
      z.forEach((largest, j) => {
        const [channel, row, column] = [Math.floor(j / 9), Math.floor((j % 9) / 3), j % 3];
        const corner = channel * 36 + 2 * row * 6 + 2 * column;
        amounts[[corner, corner + 1, corner + 6, corner + 7].find((place) => x[place] === largest)!]! += r[j]!;
      });
      give(source, amounts);
    } else {
      const [ofFirst, ofOthers] = CONVOLUTIONS[composite];
      const rule = node.op !== 'Conv' ? 'epsilon' : node === first ? ofFirst : ofOthers;
      const { weights, bias } = matrixOf(merged, node);
      const amounts = new Float64Array(x.length);
      z.forEach((output, j) => {
        const share = SHARES[rule](x, weights[j]!, bias[j]!, output);
        for (let i = 0; i < x.length; i++) amounts[i]! += r[j]! * share(i);
      });
      give(source, amounts);
    }
  }
  return [...relevance.get(merged.input.name)!];
}

describe('a network with batch norm, residual sum and pools', () => {
  const merged = absorbAffine(canonicalise(network));
  const image = Float32Array.from(draw(108, 0, 1));

  test.each(COMPOSITES)('%s is as defined, with and without a contrast', async (composite) => {
    for (const contrast of [undefined, 1]) {
      const { values } = await lrp(network, image, { composite }, contrast);
      const expected = definition(merged, image, composite, [1, contrast === undefined ? 0 : -1, 0]);
      const scale = Math.max(...expected.map(Math.abs));
      // Maps are rounded to float32.
      expect([...values].map((value) => value / scale)).toEqual(expected.map((value) => expect.closeTo(value / scale, 6)));
    }
  });

  test('where no layer has a bias, the map sums to the output', async () => {
    const { graph } = importModel(
      buildModel({
        inputs: { x: ['N', 1, 3, 3] },
        initializers: { w: floatTensor([2, 1, 2, 2], draw(8)), v: floatTensor([8, 2], draw(16)) },
        nodes: [
          { op: 'Conv', inputs: ['x', 'w'], output: 'c' },
          { op: 'Relu', inputs: ['c'], output: 'r' },
          { op: 'Flatten', inputs: ['r'], output: 'f' },
          { op: 'MatMul', inputs: ['f', 'v'], output: 'y' },
        ],
        outputs: ['y'],
      }),
    );
    // Where nothing takes from an output, alpha-beta counts what adds to it twice, and has nothing to subtract.
    for (const composite of COMPOSITES.filter((name) => name !== 'epsilon-alpha2-beta1')) {
      const { sum, outputAtInput } = await lrp(graph, Float32Array.from(draw(9, 0, 1)), { composite });
      expect(sum / outputAtInput).toBeCloseTo(1, 4);
    }
  });
});

describe('operators without a rule', () => {
  const gated = (nodes: ModelDescription['nodes'], initializers: ModelDescription['initializers'] = {}) =>
    graphOf({ inputs: { x: ['N', 2] }, nodes, initializers, outputs: ['y'] });
  const space = spaceOf(1, 2, 1);

  test('are passed by their gradient and named', async () => {
    const squares = gated([
      { op: 'Exp', inputs: ['x'], output: 'e' },
      { op: 'Mul', inputs: ['x', 'e'], output: 'y' },
    ]);
    const { parameters, values } = await lrp(squares, Float32Array.of(1, 2), { composite: 'epsilon', space });
    expect(parameters).toEqual({ composite: 'epsilon', epsilon: 1e-6, byGradient: ['Exp', 'Mul'] });
    // R = y = e, times d(x e^x) = e + e.
    expect([...values]).toEqual([expect.closeTo(2 * Math.E ** 2, 4), 0]);
  });

  test('SiLU, spelled out as x sigmoid(x), is an activation: it passes relevance on', async () => {
    const silu = gated([
      { op: 'Sigmoid', inputs: ['x'], output: 's' },
      { op: 'Mul', inputs: ['s', 'x'], output: 'y' },
    ]);
    const { parameters, values, outputAtInput } = await lrp(silu, Float32Array.of(1.5, 2), { space });
    expect(parameters).not.toHaveProperty('byGradient');
    expect([...values]).toEqual([Math.fround(outputAtInput), 0]);
  });

  test.each([
    [{ composite: 'deep' as CompositeName }, 'the composite deep (one of epsilon, epsilon-plus, '],
    [{ epsilon: 0 }, 'epsilon 0 (above 0 and at most 1000000)'],
    [{ gamma: Number.NaN }, 'gamma NaN (above 0 and at most 1000000)'],
  ])('%j is refused', async (options, message) => {
    await expect(lrp(network, new Float32Array(108), options)).rejects.toThrow(message);
  });
});

// Where sums of contributions of both signs nearly cancel, their quotients are large, and so is what rounding leaves of them: not the GPU's arithmetic decides how exact
// relevance is, but the network. The GPU is within 1e-4 of float64 where this is (test/agreement/every_method.gpu.test.ts).
test('relevance of a transformer changes a thousand times as much as the image; gradients change as much', async () => {
  const graph = graphOf(transformerModel('class token'));
  const executor = new CpuExecutor(graph);
  const image = Float32Array.from(uniformArray(mulberry32(4), 24, -1, 1));
  const moved = image.map((value, i) => value * (1 + (i % 2 === 0 ? 1 : -1) * 2 ** -23));
  const change = async (method: 'lrp' | 'saliency') => {
    const tasks = [image, moved].map((each) => ({ image: each, baseline: new Float32Array(24), target: 0 }));
    const [before, after] = (await attributeTasks(executor, tasks, { steps: 1, space: spaceOf(6, 4), method })).attributions;
    return relativeDistance(after?.values ?? [], before?.values ?? []) / 2 ** -23;
  };
  expect(await change('saliency')).toBeLessThan(10);
  expect(await change('lrp')).toBeGreaterThan(1000);
});
