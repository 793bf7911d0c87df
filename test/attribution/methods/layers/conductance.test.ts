import { describe, expect, test } from 'vitest';
import { distribute } from '../../../../src/attribution/enlarge.js';
import { attributeTasks, type MethodOptions } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { readLayer } from '../../../../src/executor.js';
import { networkOf } from '../../../../src/graph/analysis/network.js';
import { importModel } from '../../../../src/onnx/import.js';
import { buildModel } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';
import { residualModel } from '../../../support/residual_network.js';
import { spaceOf } from '../../../support/spaces.js';

const random = mulberry32(79);
const draw = () => Float32Array.from(uniformArray(random, 72, -1, 1));
const { graph } = importModel(buildModel(residualModel));
const executor = new CpuExecutor(graph);
const task = { image: draw(), baseline: draw(), target: 1 };
const space = spaceOf(6, 6, 2);
const seed = Float32Array.of(0, 1);
const run = async (options: Partial<MethodOptions>) =>
  (await attributeTasks(executor, [task], { method: 'conductance', steps: 3, space, network: networkOf(graph), ...options }))
    .attributions[0]!;

/** The map of a layer of three channels, summed, and spread over the pixels. */
function spreadOf(flows: ArrayLike<number>, side: number): number[] {
  const map = Float64Array.from({ length: side * side }, (_, p) => [0, 1, 2].reduce((sum, k) => sum + flows[k * side * side + p]!, 0));
  const spread = distribute(map, side, side, space);
  return [...spread, ...spread].map((value) => value / 2);
}

const close = (numbers: readonly number[]) => numbers.map((value) => expect.closeTo(value, 5));

describe('inside the network', () => {
  test('activation x gradient, with its sign', async () => {
    const { values, gradients } = await readLayer(executor, { images: task.image, seed, layer: 'second' });
    const found = await run({ method: 'activation-x-gradient', layer: 'second' });
    expect([...found.values]).toEqual(
      close(
        spreadOf(
          [...values].map((value, i) => value * gradients[i]!),
          3,
        ),
      ),
    );
    expect(found.values.some((value) => value < 0)).toBe(true);
  });

  test('conductance: the mean slope of a step times what the layer changes by', async () => {
    const flows = new Float64Array(27);
    const at = async (k: number) => {
      const images = task.image.map((x, e) => task.baseline[e]! + (k / 3) * (x - task.baseline[e]!));
      return readLayer(executor, { images, seed, layer: 'pool' });
    };
    for (let k = 0; k < 3; k++) {
      const [one, other] = [await at(k), await at(k + 1)];
      flows.forEach((flow, i) => {
        flows[i] = flow + ((one.gradients[i]! + other.gradients[i]!) / 2) * (other.values[i]! - one.values[i]!);
      });
    }
    const found = await run({ layer: 'pool' });
    expect([...found.values]).toEqual(close(spreadOf(flows, 3)));
    expect(found).toMatchObject({ steps: 3, parameters: { layer: { name: 'pool', channels: 3, rows: 3, columns: 3 } } });
  });

  test('conductance of a layer that nothing bypasses sums to f(x) - f(b)', async () => {
    expect((await run({ layer: 'pool', steps: 1 })).delta).toBeCloseTo(0, 5);
    // The shortcut from `pool` passes `second` by.
    expect(Math.abs((await run({ layer: 'second', steps: 64 })).delta)).toBeGreaterThan(1e-3);
  });

  test('integrated gradients of a layer: the path is between its values, and a shortcut past it stays as it is', async () => {
    const [x, b] = [task.image, task.baseline];
    const at = async (images: Float32Array, layer: string) => (await readLayer(executor, { images, seed, layer })).values;
    const [from, to, beside] = [await at(b, 'second'), await at(x, 'second'), await at(x, 'pool')];
    // y_1 = sum_k w_k mean(second_k + pool_k), so the gradient is w_k / 9 everywhere.
    const weights = residualModel.classWeights[1]!;
    const flows = Float64Array.from(to, (value, i) => ((value - from[i]!) * weights[Math.floor(i / 9)]!) / 9);
    const found = await run({ method: 'layer-ig', layer: 'second', steps: 2 });
    expect([...found.values]).toEqual(close(spreadOf(flows, 3)));
    const output = (own: ArrayLike<number>) =>
      [...beside].reduce((sum, value, i) => sum + ((value + own[i]!) * weights[Math.floor(i / 9)]!) / 9, 0);
    expect(found.outputAtInput).toBeCloseTo(output(to), 5);
    expect(found.outputAtBaseline).toBeCloseTo(output(from), 5);
    expect(found.delta).toBeCloseTo(0, 5);
  });

  test('integrated gradients of a layer before a gate: the definition, point by point', async () => {
    const [from, to] = [task.baseline, task.image].map((images) => readLayer(executor, { images, seed, layer: 'first' }));
    const [b, x] = [(await from!).values, (await to!).values];
    const { executor: rest, others } = await executor.behind('first');
    expect(others).toEqual([]);
    const flows = new Float64Array(x.length);
    for (const alpha of [1 / 6, 3 / 6, 5 / 6]) {
      const images = Float32Array.from(x, (value, i) => b[i]! + alpha * (value - b[i]!));
      (await rest.gradients({ images, seed })).gradients.forEach((gradient, i) => {
        flows[i]! += (gradient * (x[i]! - b[i]!)) / 3;
      });
    }
    const found = await run({ method: 'layer-ig', layer: 'first', steps: 3 });
    expect([...found.values]).toEqual(close(spreadOf(flows, 6)));
    expect((await run({ method: 'layer-ig', layer: 'first', steps: 'exact' })).delta).toBeCloseTo(0, 5);
  });

  test('values are spread so that sums stay', () => {
    const map = Float64Array.of(1, -2, 3, 5, 7, 11);
    for (const size of [
      { width: 3, height: 2 },
      { width: 7, height: 5 },
      { width: 24, height: 24 },
    ]) {
      const spread = distribute(map, 2, 3, size);
      expect(spread.reduce((sum, value) => sum + value, 0)).toBeCloseTo(25, 9);
    }
    expect([...distribute(map, 2, 3, { width: 3, height: 2 })]).toEqual([...map]);
  });
});
