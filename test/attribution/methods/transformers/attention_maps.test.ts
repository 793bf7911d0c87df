import { describe, expect, test } from 'vitest';
import { enlarge } from '../../../../src/attribution/enlarge.js';
import type { Method } from '../../../../src/attribution/methods/index.js';
import { attributeTasks } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { networkOf } from '../../../../src/graph/analysis/network.js';
import { importModel } from '../../../../src/onnx/import.js';
import { buildModel } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';
import { CLASSES, DEPTH, HEADS, type Pooling, TOKENS, transformer, transformerModel } from '../../../support/small_transformer.js';
import { spaceOf } from '../../../support/spaces.js';

// Each method against its paper's equations, with a transformer in plain float64 whose gradients are central differences.

const random = mulberry32(101);
const image = Float32Array.from(uniformArray(random, 24, 0, 1));
const PAIRS = TOKENS * TOKENS;
const STEP = 1e-5;

/** d (scores_0 - scores_1) / d attention of a block, where scores are read behind so many blocks. */
function gradientAt(pooling: Pooling, block: number, behind: number): number[] {
  const attention = transformer(image, pooling).attentions[block]!;
  const at = (index: number, step: number) => {
    const { scores } = transformer(
      image,
      pooling,
      { block, attention: attention.map((value, i) => (i === index ? value + step : value)) },
      behind,
    );
    return scores[0]! - scores[1]!;
  };
  return attention.map((_, index) => (at(index, STEP) - at(index, -STEP)) / (2 * STEP));
}

/** By pair of tokens, the mean over heads. */
const overHeads = (values: readonly number[]) =>
  Array.from({ length: PAIRS }, (_, pair) =>
    Array.from({ length: HEADS }, (_, h) => values[h * PAIRS + pair]! / HEADS).reduce((a, b) => a + b),
  );
const times = (a: readonly number[], b: readonly number[]) =>
  Array.from({ length: PAIRS }, (_, i) => {
    const [row, column] = [Math.floor(i / TOKENS), i % TOKENS];
    return Array.from({ length: TOKENS }, (_, k) => a[row * TOKENS + k]! * b[k * TOKENS + column]!).reduce((x, y) => x + y);
  });
const one = Array.from({ length: PAIRS }, (_, i) => (i % (TOKENS + 1) === 0 ? 1 : 0));
/** The row of the class token, or the mean of all rows. */
const readBy = (pooling: Pooling, matrix: readonly number[]) =>
  Array.from({ length: TOKENS }, (_, column) =>
    pooling === 'mean'
      ? Array.from({ length: TOKENS }, (_, row) => matrix[row * TOKENS + column]! / TOKENS).reduce((a, b) => a + b)
      : matrix[column]!,
  );
const layers = Array.from({ length: DEPTH }, (_, l) => l);

const DEFINITIONS: Partial<Record<Method, (pooling: Pooling) => number[]>> = {
  rollout: (pooling) => {
    const ofLayers = transformer(image, pooling).attentions.map((values) => overHeads(values).map((value, i) => (value + one[i]!) / 2));
    return readBy(
      pooling,
      ofLayers.reduce((total, layer) => times(layer, total)),
    );
  },
  'gradient-x-attention': (pooling) => {
    const relevance = layers.reduce<number[]>((total, l) => {
      const gradient = gradientAt(pooling, l, DEPTH);
      const positive = transformer(image, pooling).attentions[l]!.map((value, i) => Math.max(0, value * gradient[i]!));
      return times(overHeads(positive), total).map((value, i) => value + total[i]!);
    }, one);
    return readBy(pooling, relevance);
  },
  legrad: (pooling) => {
    const ofLayers = layers.map((l) => readBy('mean', overHeads(gradientAt(pooling, l, l + 1).map((value) => Math.max(0, value)))));
    return ofLayers[0]!.map((_, t) => ofLayers.reduce((sum, layer) => sum + layer[t]! / DEPTH, 0));
  },
};

describe.each(['class token', 'mean'] as const)('a transformer that reads its scores from the %s', (pooling) => {
  const { graph } = importModel(buildModel(transformerModel(pooling)));

  test('is the one in plain float64', async () => {
    const { outputs } = await new CpuExecutor(graph).forward(image, 1);
    expect([...outputs]).toEqual(transformer(image, pooling).scores.map((score) => expect.closeTo(score, 9)));
    expect(outputs).toHaveLength(CLASSES);
  });

  test.each(Object.entries(DEFINITIONS))('%s is as its paper defines it', async (method, definition) => {
    const space = spaceOf(6, 4);
    const options = { method: method as Method, steps: 1, space, network: networkOf(graph) };
    const task = { image, baseline: new Float32Array(24), target: 0, contrast: 1 };
    const [found] = (await attributeTasks(new CpuExecutor(graph), [task], options)).attributions;
    const places = Float64Array.from(definition(pooling)).slice(1);
    const expected = enlarge(places, 2, 3, space);
    const scale = Math.max(...expected);
    expect([...(found?.values ?? [])].map((value) => value / scale)).toEqual(
      [...expected].map((value) => expect.closeTo(value / scale, 5)),
    );
    expect(found?.parameters).toEqual({ attention: { layers: DEPTH, heads: HEADS, tokens: TOKENS, rows: 2, columns: 3 } });
  });
});
