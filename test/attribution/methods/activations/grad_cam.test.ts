import { describe, expect, test } from 'vitest';
import { enlarge } from '../../../../src/attribution/enlarge.js';
import { attributeTasks } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { readLayer } from '../../../../src/executor.js';
import { findLayer } from '../../../../src/graph/analysis/layers.js';
import { networkOf } from '../../../../src/graph/analysis/network.js';
import { importModel } from '../../../../src/onnx/import.js';
import { operatorOf } from '../../../../src/ops/index.js';
import { buildModel } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';
import { residualModel } from '../../../support/residual_network.js';
import { spaceOf } from '../../../support/spaces.js';

const { graph } = importModel(buildModel(residualModel));
const executor = new CpuExecutor(graph);
const image = Float32Array.from(uniformArray(mulberry32(37), 2 * 6 * 6, -1, 1));

describe('Grad-CAM', () => {
  test('of a network that ends in means over the plane: relu(sum_k v_k A_k) / Z, whatever passes by', async () => {
    const layer = findLayer(graph, 'second');
    expect(layer).toEqual({
      name: 'second',
      value: 'second',
      shape: [1, 3, 3, 3],
      plane: { channels: 3, rows: 3, columns: 3, offset: 0, channelStride: 9, placeStride: 1 },
    });
    const seed = new Float32Array(2);
    const { values: activations } = await readLayer(executor, { images: image, seed, layer: layer.value });
    const weights = residualModel.classWeights[1]!;
    const map = Float64Array.from({ length: 9 }, (_, p) =>
      Math.max(
        0,
        weights.reduce((sum, v, k) => sum + (v / 9) * activations[9 * k + p]!, 0),
      ),
    );
    expect(map.some((value) => value > 0)).toBe(true);
    const space = spaceOf(6, 6, 2);
    const { attributions } = await attributeTasks(executor, [{ image, baseline: image, target: 1 }], {
      method: 'grad-cam',
      steps: 1,
      layer: 'second',
      network: networkOf(graph),
      space,
    });
    const { values, parameters } = attributions[0]!;
    const expected = enlarge(map, 3, 3, space);
    // Each of the two channels has half of it.
    expect([...values]).toEqual([...expected, ...expected].map((value) => expect.closeTo(value / 2, 6)));
    expect(parameters).toEqual({ layer: { name: 'second', channels: 3, rows: 3, columns: 3 } });
  });

  test('maps are enlarged linearly between the centres of pixels', () => {
    const ramp = Float64Array.of(0, 4, 8, 12);
    // Two columns to four: centres at 1/4 and 3/4 of the width, those of the new pixels at 1/8, 3/8, 5/8, 7/8.
    expect([...enlarge(ramp, 2, 2, { width: 4, height: 2 })]).toEqual([0, 1, 3, 4, 8, 9, 11, 12]);
    expect([...enlarge(ramp, 2, 2, { width: 2, height: 4 })]).toEqual([0, 4, 2, 6, 6, 10, 8, 12]);
    expect([...enlarge(ramp, 2, 2, { width: 2, height: 2 })]).toEqual([...ramp]);
  });
});

describe('layers', () => {
  test('a gradient at a layer is that of the rest of the network at its value', async () => {
    for (const value of ['first', 'relu', 'pool', 'second', 'sum']) {
      const at = graph.nodes.findIndex(({ output }) => output === value);
      const seed = Float32Array.of(1, -2);
      const found = await readLayer(executor, { images: image, seed, layer: value });
      const size = found.values.length;
      // Central differences of what follows the value, which is put in place of it; what passes by stays.
      const outputs = (own: Float64Array) => {
        const values = new Map<string, Float64Array>([[graph.input.name, Float64Array.from(image)]]);
        graph.nodes.forEach((node, index) => {
          values.set(node.output, index === at ? own : runNode(node, values));
        });
        const y = values.get(graph.output.name)!;
        return y[0]! - 2 * y[1]!;
      };
      const step = 1e-5;
      for (let i = 0; i < size; i += 4) {
        // Where several units of a window are 0, the pool bends.
        if (value === 'relu' && found.values[i] === 0) continue;
        const moved = (by: number) => outputs(Float64Array.from(found.values, (x, e) => (e === i ? x + by : x)));
        expect(found.gradients[i], `${value} ${i}`).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 6);
      }
    }
  });

  test('by default the last convolution of more than one pixel, with what belongs to it', () => {
    expect(findLayer(graph)).toMatchObject({ name: 'second' });
    const activated = importModel(buildModel({ ...residualModel, nodes: residualModel.nodes.slice(0, 2), outputs: ['relu'] })).graph;
    expect(findLayer(activated)).toMatchObject({ value: 'relu', shape: [1, 3, 6, 6] });
  });

  test.each([
    ['third', 'the layer "third" does not exist (such as first, second)'],
    ['means', 'the layer "means" has no plane: 1x3x1x1 (such as first, second)'],
    ['flat', 'Flatten "flat" computes nothing of its own (the node before it)'],
  ])('%s is refused', (name, message) => expect(() => findLayer(graph, name)).toThrow(message));

  test('a network without convolutions is refused', () => {
    const dense = importModel(
      buildModel({ inputs: { x: ['N', 3] }, nodes: [{ op: 'Relu', inputs: ['x'], output: 'y' }], outputs: ['y'] }),
    ).graph;
    expect(() => findLayer(dense)).toThrow('the network has no convolution of more than one pixel (another method)');
  });
});

function runNode(node: (typeof graph.nodes)[number], values: ReadonlyMap<string, Float64Array>): Float64Array {
  return operatorOf(node).forward({
    attributes: node.attributes,
    inputs: node.inputs.map((name) => {
      const constant = graph.constants.get(name);
      return constant
        ? { shape: constant.shape, data: Float64Array.from(constant.data) }
        : { shape: graph.shapes.get(name)!, data: values.get(name)! };
    }),
    shape: graph.shapes.get(node.output)!,
  });
}
