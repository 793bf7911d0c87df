import { describe, expect, test } from 'vitest';
import { attributeTasks } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { constantOf, type Graph, type GraphNode, shapeOf } from '../../../../src/graph/graph.js';
import { absorbAffine } from '../../../../src/graph/passes/absorb.js';
import { canonicalise } from '../../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../../src/onnx/import.js';
import { operatorOf } from '../../../../src/ops/index.js';
import { buildModel, floatTensor, type ModelDescription } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';
import { CLASSES, TOKENS, transformerModel } from '../../../support/small_transformer.js';

const EPSILON = 1e-6;
const stabilised = (value: number) => value + (value >= 0 ? EPSILON : -EPSILON);
const image = Float32Array.from(uniformArray(mulberry32(103), 24, 0, 1));

async function attnLrp(graph: Graph, x: Float32Array, contrast?: number) {
  const task = { image: x, baseline: new Float32Array(x.length), target: 0, ...(contrast !== undefined && { contrast }) };
  const [found] = (await attributeTasks(new CpuExecutor(graph), [task], { method: 'attn-lrp', steps: 1 })).attributions;
  if (found === undefined) throw new Error('no attribution');
  return found;
}

type Values = Map<string, Float64Array>;

/** Relevance node by node, by the propositions of the paper. */
function definition(graph: Graph, x: Float32Array, seed: readonly number[]): number[] {
  const values: Values = new Map([[graph.input.name, Float64Array.from(x)]]);
  const evaluationOf = (node: GraphNode) => ({
    attributes: node.attributes,
    shape: shapeOf(graph, node.output),
    inputs: node.inputs.map((name) => ({
      shape: shapeOf(graph, name),
      data: values.get(name) ?? Float64Array.from(constantOf(graph, name).data),
    })),
  });
  for (const node of graph.nodes) values.set(node.output, operatorOf(node).forward(evaluationOf(node)));
  const transposed = (node: GraphNode, cotangent: Float64Array) =>
    operatorOf(node).backward!({ ...evaluationOf(node), output: values.get(node.output)!, cotangent, wanted: node.inputs.map(() => true) });
  const relevance: Values = new Map([[graph.output.name, values.get(graph.output.name)!.map((output, c) => output * seed[c]!)]]);
  for (const node of [...graph.nodes].reverse()) {
    const r = relevance.get(node.output);
    if (r === undefined) continue;
    inputsOf(node, r).forEach((amounts, position) => {
      const name = node.inputs[position]!;
      const before = relevance.get(name);
      if (amounts) relevance.set(name, before ? amounts.map((amount, i) => amount + before[i]!) : amounts);
    });
  }
  return [...relevance.get(graph.input.name)!];

  function inputsOf(node: GraphNode, r: Float64Array): (Float64Array | undefined)[] {
    const z = values.get(node.output)!;
    const operands = node.inputs.map((name) => values.get(name));
    switch (node.op) {
      // Proposition 3.3: half for each factor.
      case 'MatMul':
      case 'Mul':
      case 'Conv':
      case 'Dense':
      case 'Add':
      case 'ReduceMean': {
        const half = node.op === 'MatMul' || node.op === 'Mul' ? 0.5 : 1;
        const parts = transposed(
          node,
          r.map((amount, i) => (half * amount) / stabilised(z[i]!)),
        );
        return operands.map((own, position) => own?.map((value, i) => value * parts[position]![i]!));
      }
      // Proposition 3.1.
      case 'Softmax':
        return [
          z.map((s, i) => {
            const row = Math.floor(i / TOKENS) * TOKENS;
            return operands[0]![i]! * (r[i]! - s * r.slice(row, row + TOKENS).reduce((sum, amount) => sum + amount, 0));
          }),
        ];
      // Proposition 3.4, and the rule of activations.
      case 'Affine':
      case 'Gelu':
      case 'LayerNormalization':
        return [r];
      case 'Replicate':
        return [];
      default:
        return transposed(node, r);
    }
  }
}

describe.each(['class token', 'mean'] as const)('a transformer that reads its scores from the %s', (pooling) => {
  const { graph } = importModel(buildModel(transformerModel(pooling)));

  test('is as defined, with and without a contrast', async () => {
    const canonical = absorbAffine(canonicalise(graph));
    for (const contrast of [undefined, 1]) {
      const { values, parameters } = await attnLrp(graph, image, contrast);
      const seed = Array.from({ length: CLASSES }, (_, c) => (c === 0 ? 1 : c === contrast ? -1 : 0));
      const expected = definition(canonical, image, seed);
      const scale = Math.max(...expected.map(Math.abs));
      expect([...values].map((value) => value / scale)).toEqual(expected.map((value) => expect.closeTo(value / scale, 6)));
      expect(parameters).toBeUndefined();
    }
  });
});

test('a gate, x s(w x), has half from each factor; without biases the map sums to the output', async () => {
  const model: ModelDescription = {
    inputs: { x: ['N', 2] },
    initializers: { w: floatTensor([2, 2], [1, -1, 2, 1]), v: floatTensor([2, 2], [1, 3, 2, -1]) },
    nodes: [
      { op: 'MatMul', inputs: ['x', 'w'], output: 'a' },
      { op: 'MatMul', inputs: ['x', 'v'], output: 'b' },
      { op: 'Sigmoid', inputs: ['b'], output: 's' },
      { op: 'Mul', inputs: ['a', 's'], output: 'y' },
    ],
    outputs: ['y'],
  };
  // a = (x_0 + 2 x_1, ...), b = (x_0 + 2 x_1, ...): at x = (1, 3) each has 7, of which x_0 gave 1 and x_1 6.
  const { values, outputAtInput } = await attnLrp(importModel(buildModel(model)).graph, Float32Array.of(1, 3));
  expect([...values]).toEqual([1, 6].map((part) => expect.closeTo((outputAtInput * part) / 7, 4)));
});
