import { describe, expect, test } from 'vitest';
import { ReferencePasses } from '../../../src/cpu/passes.js';
import { relativeDistance } from '../../../src/doctor/case_graph.js';
import { recompose } from '../../../src/graph/passes/recompose.js';
import { importModel } from '../../../src/onnx/import.js';
import { sizeOf } from '../../../src/tensor/tensor.js';
import { decomposedModels } from '../../support/exported_decomposed.js';
import { exportedModels } from '../../support/exported_models.js';
import { buildModel } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';

const graphNamed = (name: string) => importModel(buildModel(decomposedModels.find((model) => model.name === name)!.description)).graph;

describe('what is spelled out becomes one node', () => {
  test.each([
    ['Gelu spelled out in Erf, order 0', 'Conv Gelu GlobalAveragePool'],
    ['Gelu spelled out in Erf, order 1', 'Conv Gelu GlobalAveragePool'],
    ['Gelu spelled out in Erf, order 2', 'Conv Gelu GlobalAveragePool'],
    ['Gelu spelled out in Tanh and Pow', 'Gelu'],
    ['LayerNormalization spelled out', 'LayerNormalization'],
    ['LayerNormalization spelled out, of squares by Mul, without scale and bias', 'LayerNormalization'],
    ['LayerNormalization over channels, as ConvNeXt spells it out', 'LayerNormalization'],
  ])('%s', (name, operators) => {
    expect(
      recompose(graphNamed(name))
        .nodes.map(({ op }) => op)
        .join(' '),
    ).toBe(operators);
  });

  test('what others read of the parts stays beside it', () => {
    const operators = recompose(graphNamed('a Gelu whose parts are read elsewhere')).nodes.map(({ op }) => op);
    expect(operators.sort()).toEqual(['Add', 'Div', 'Erf', 'Gelu']);
  });

  test.each(['Erf that is nearly a Gelu', 'a normalisation over axes that lie apart'])('%s stays as it is', (name) => {
    const graph = graphNamed(name);
    expect(recompose(graph).nodes).toEqual(graph.nodes);
  });

  test('a deviation of other axes than the mean is no normalisation', () => {
    const operators = recompose(graphNamed('a normalisation twice, the second of another mean')).nodes.map(({ op }) => op);
    expect(operators.filter((op) => op === 'LayerNormalization')).toHaveLength(1);
    expect(operators).toContain('Sqrt');
  });
});

/** Both are float64; constants of a Gelu are known to 2e-6 only where a file holds six digits of them, and here to float32's. */
const TOLERANCE = 1e-6;

describe('the recomposed graph computes the same outputs and gradients', () => {
  test.each(exportedModels.map(({ name, description }) => [name, description] as const))('%s', (_, description) => {
    const { graph } = importModel(buildModel(description));
    const random = mulberry32(5);
    const draw = (shape: readonly number[]) => uniformArray(random, sizeOf(shape), -1, 1);
    const [image, seed] = [draw(graph.input.shape), draw(graph.output.shape)];
    const [before, after] = [graph, recompose(graph)].map((each) => {
      const passes = new ReferencePasses(each);
      const values = passes.forward(image);
      return { outputs: values.get(graph.output.name)!, gradients: passes.backward(values, seed) };
    });
    expect(relativeDistance(after!.outputs, before!.outputs)).toBeLessThan(TOLERANCE);
    expect(relativeDistance(after!.gradients, before!.gradients)).toBeLessThan(TOLERANCE);
  });
});
