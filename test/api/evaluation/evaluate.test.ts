import { beforeAll, describe, expect, test, vi } from 'vitest';
import { planEvaluation } from '../../../src/api/evaluation/plan.js';
import { type AttributeOptions, attribute, createSession, evaluate, METRICS, PathlightError, type Session } from '../../../src/index.js';
import { buildModel, floatTensor } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';

const random = mulberry32(31);
const floats = (...shape: number[]) =>
  floatTensor(
    shape,
    uniformArray(
      random,
      shape.reduce((a, b) => a * b),
      -0.6,
      0.6,
    ),
  );
const images = [0, 1, 2].map(() => Float32Array.from(uniformArray(random, 64, 0, 1)));

describe('evaluate', () => {
  let session: Session;
  beforeAll(async () => {
    const model = buildModel({
      inputs: { x: ['N', 1, 8, 8] },
      outputs: ['y'],
      initializers: { w1: floats(4, 1, 3, 3), b1: floats(4), w2: floats(256, 3) },
      nodes: [
        { op: 'Conv', inputs: ['x', 'w1', 'b1'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
        { op: 'Relu', inputs: ['c'], output: 'r' },
        { op: 'Flatten', inputs: ['r'], output: 'f' },
        { op: 'MatMul', inputs: ['f', 'w2'], output: 'y' },
      ],
    });
    session = await createSession(model);
  });

  test('by default all methods that need no option', async () => {
    const { names, metrics, unit, baseline } = await planEvaluation(session, {});
    expect(names.slice(-2)).toEqual(['random', 'edges']);
    expect(names).toEqual(expect.arrayContaining(['ig', 'deeplift', 'lrp', 'saliency', 'grad-cam', 'occlusion', 'kernel-shap']));
    expect(names).not.toContain('expected-gradients');
    expect({ metrics, unit, baseline }).toEqual({ metrics: METRICS, unit: 'pixel', baseline: 'black' });
  });

  test('the controls, and all metrics; a value for each image', async () => {
    const chosen = ['ig', 'deeplift', 'saliency', 'grad-cam', 'occlusion'];
    const { methods, targets, verdict, milliseconds, unit, baseline } = await evaluate(session, images, {
      methods: chosen,
      unit: 4,
      steps: 8,
    });
    expect(Object.keys(methods)).toEqual([...chosen, 'random', 'edges']);
    expect(Object.keys(methods.ig!)).toEqual([...METRICS]);
    expect(Object.keys(methods.saliency!)).not.toContain('completeness');
    for (const metrics of Object.values(methods)) {
      for (const { mean, low, high, values } of Object.values(metrics)) {
        expect(values).toHaveLength(3);
        expect(low <= mean && mean <= high).toBe(true);
      }
    }
    expect(methods.edges!.randomisation!.mean).toBe(1);
    expect(targets).toHaveLength(3);
    expect(verdict).toHaveLength(3);
    expect(milliseconds.ig).toBeGreaterThan(0);
    expect([unit, baseline]).toEqual([4, 'black']);
  });

  test('the numbers are those of the maps of attribute', async () => {
    const options: AttributeOptions = { target: 1, steps: 16, baseline: 'white' };
    const [map] = await attribute(session, images[0]!, options);
    const { methods } = await evaluate(session, images[0]!, {
      methods: ['ig@white'],
      metrics: ['completeness', 'deletion'],
      target: 1,
      steps: 16,
    });
    expect(methods['ig@white']!.completeness!.mean).toBeCloseTo(map!.relativeDelta, 6);
    const order = Array.from(map!.values.keys()).sort((a, b) => map!.values[b]! - map!.values[a]! || a - b);
    const left = images[0]!.slice();
    const probability = async () => {
      const { outputs } = (await attribute(session, left, { target: 1, method: 'saliency' }))[0];
      return session.probabilities(outputs, 'logit')[1]!;
    };
    let [area, before] = [0, await probability()];
    for (const pixel of order) {
      left[pixel] = 0;
      const after = await probability();
      area += (before + after) / 2 / 64;
      before = after;
    }
    expect(methods['ig@white']!.deletion!.mean).toBeCloseTo(area, 5);
  });

  test('a method with a set of baselines takes part where there is one', async () => {
    expect((await planEvaluation(session, { baselines: 4 })).names).toContain('expected-gradients');
    const [map] = await attribute(session, images[0]!, { method: 'expected-gradients', steps: 4, baselines: images.slice(1), target: 1 });
    const options = {
      methods: ['expected-gradients'],
      metrics: ['completeness'],
      steps: 4,
      baselines: images.slice(1),
      target: 1,
    } as const;
    const { methods: one } = await evaluate(session, images[0]!, options);
    expect(one['expected-gradients']!.completeness!.mean).toBeCloseTo(map!.relativeDelta, 6);
    await expect(evaluate(session, images, { methods: ['expected-gradients'] })).rejects.toThrow(/needs the option baselines/);
  });

  test('an image alone has the values that it has among others', async () => {
    const options = { methods: ['ig', 'saliency'], unit: 2, steps: 4, baseline: 'road' } as const;
    const together = await evaluate(session, images, options);
    const alone = await evaluate(session, images[2]!, options);
    for (const method of ['ig', 'saliency', 'random', 'edges']) {
      for (const metric of METRICS) expect(alone.methods[method]![metric]?.values[0]).toBe(together.methods[method]![metric]?.values[2]);
    }
  });

  test.each([
    [{ methods: ['igg'] }, /^the method igg does not exist \(all, or ig, /],
    [{ methods: ['ig@purple'] }, /^the baseline purple does not exist/],
    [{ methods: ['blur-ig@black'] }, /^the method blur-ig has a baseline of its own/],
    [{ methods: [] }, /^there is nothing to measure/],
    [{ metrics: ['deletions'] }, /^the metric deletions does not exist \(all, or deletion, /],
    [{ baseline: 'white' }, /^baseline: string "white" \(black, mean, blur, road\)/],
    [{ unit: 'pixels' }, /^unit: string "pixels" \(pixel, /],
  ])('%j is refused in one line', async (options, line) => {
    const refused = evaluate(session, images, options as object);
    await expect(refused).rejects.toBeInstanceOf(PathlightError);
    await expect(refused).rejects.toThrow(line);
  });

  test('a signal ends it', async () => {
    const reason = new Error('enough');
    await expect(evaluate(session, images, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('a network that cannot be copied is told once: by the call, and by no unhandled rejection', async () => {
    const copy = vi.spyOn(session, 'executorOf').mockRejectedValue(new Error('no memory for a copy'));
    const unhandled = vi.fn();
    process.once('unhandledRejection', unhandled);
    await expect(evaluate(session, images[0]!, { methods: ['saliency'], metrics: ['randomisation'] })).rejects.toThrow(
      'no memory for a copy',
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(unhandled).not.toHaveBeenCalled();
    process.off('unhandledRejection', unhandled);
    copy.mockRestore();
  });

  test('copies that were made before one failed are destroyed', async () => {
    const original = session.executorOf.bind(session);
    const destroyed = vi.fn();
    let made = 0;
    const copy = vi.spyOn(session, 'executorOf').mockImplementation(async (graph) => {
      // The network has two layers, so two copies.
      made += 1;
      if (made === 2) throw new Error('no memory for a copy');
      const executor = await original(graph);
      return Object.assign(executor, { destroy: destroyed });
    });
    await expect(evaluate(session, images[0]!, { methods: ['saliency'], metrics: ['randomisation'] })).rejects.toThrow(
      'no memory for a copy',
    );
    expect(destroyed).toHaveBeenCalledTimes(1);
    copy.mockRestore();
  });
});
