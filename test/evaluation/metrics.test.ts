import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { PathlightError } from '../../src/errors.js';
import { controlsFor, type Explainer, edgeMap } from '../../src/evaluation/explainer.js';
import { infidelity, scaledError } from '../../src/evaluation/infidelity.js';
import { measuredOf } from '../../src/evaluation/measured.js';
import { type METRICS, metrics } from '../../src/evaluation/metrics.js';
import { randomisedCopies } from '../../src/evaluation/randomisation.js';
import type { Subject } from '../../src/evaluation/subject.js';
import type { Executor } from '../../src/executor.js';
import { gridPatches } from '../../src/image/patches.js';
import { importModel } from '../../src/onnx/import.js';
import { spaceOf, subjectOf } from '../support/evaluation_subject.js';
import { linearNetwork } from '../support/linear_network.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';

const random = mulberry32(11);
const space = spaceOf(4, 3);
const image = Float32Array.from(uniformArray(random, 24, 0, 1));
const weights = [0, 1, 2].map(() => Float32Array.from(uniformArray(random, 24, -1, 1)));
const linear = new CpuExecutor(linearNetwork([2, 3, 4], weights));

const gradient: Explainer = {
  name: 'gradient',
  explain: async (executor, images, target) => {
    const seed = Float32Array.from({ length: executor.classes }, (_, c) => (c === target ? 1 : 0));
    const all = Float32Array.from(images.flatMap((each) => [...each]));
    const { gradients } = await executor.gradients({ images: all, seed });
    return images.map((each, k) => ({
      values: Float32Array.from(gradients.subarray(k * each.length, (k + 1) * each.length)),
      relativeDelta: null,
    }));
  },
};

async function measure(metric: (typeof METRICS)[number], subject: Subject, explainer: Explainer) {
  const [explanation] = await explainer.explain(subject.executor, [subject.image], subject.target, {});
  const found = metrics.find(({ name }) => name === metric)!;
  return found.measure(measuredOf(subject, explainer, explanation!));
}

describe('metrics', () => {
  test('the gradient of a linear network is perfectly faithful, and does not move', async () => {
    const subject = subjectOf(linear, image, space);
    expect(await measure('infidelity', subject, gradient)).toBeLessThan(1e-10);
    expect(await measure('max-sensitivity', subject, gradient)).toBeLessThan(1e-6);
    expect(await measure('infidelity', subject, controlsFor(space, 1).random)).toBeGreaterThan(0.01);
    expect(await measure('max-sensitivity', subject, controlsFor(space, 1).random)).toBeGreaterThan(0.5);
  });

  test('infidelity is the error left by the best scale', () => {
    expect(scaledError([1, 2], [2, 4])).toBe(0);
    // s = (1 * 1 + 1 * 3) / 2 = 2, errors 1 and 1.
    expect(scaledError([1, 1], [1, 3])).toBe(1);
    expect(scaledError([0, 0], [1, 3])).toBe(5);
  });

  test('infidelity does not depend on the scale of a map', async () => {
    const subject = subjectOf(linear, image, space, { units: gridPatches(4, 3, 2) });
    const values = Float32Array.from(uniformArray(mulberry32(2), 24, -1, 1));
    const of = (factor: number) => infidelity({ subject, explanation: { values: values.map((x) => factor * x), relativeDelta: null } });
    expect(await of(-8)).toBeCloseTo(await of(1), 6);
  });

  test('relevance gain is insertion minus deletion; a removed order is judged by the probability', async () => {
    const subject = subjectOf(linear, image, space);
    const [deletion, insertion, gain] = await Promise.all(
      (['deletion', 'insertion', 'relevance-gain'] as const).map((name) => measure(name, subject, gradient)),
    );
    expect(gain).toBeCloseTo(insertion! - deletion!, 12);
    // Image x gradient is what a pixel adds: the best order of all. Its reverse is the worst.
    const product = (sign: number): Explainer => ({
      name: 'product',
      explain: async (...given) =>
        (await gradient.explain(...given)).map(({ values }) => ({
          values: values.map((w, i) => sign * w * image[i]!),
          relativeDelta: null,
        })),
    });
    const [best, worst] = [await measure('relevance-gain', subject, product(1)), await measure('relevance-gain', subject, product(-1))];
    expect(best).toBeGreaterThan(gain! - 1e-12);
    expect(worst).toBeCloseTo(-best!, 5);
  });

  test('copies are randomised from the output down, seeded, with the spread that was there', () => {
    const floats = (...shape: number[]) =>
      floatTensor(
        shape,
        uniformArray(
          random,
          shape.reduce((a, b) => a * b),
          -1,
          1,
        ),
      );
    const { graph } = importModel(
      buildModel({
        inputs: { x: ['N', 1, 6, 6] },
        outputs: ['y'],
        initializers: { w1: floats(4, 1, 3, 3), b1: floats(4), w2: floats(64, 8), w3: floats(8, 3) },
        nodes: [
          { op: 'Conv', inputs: ['x', 'w1', 'b1'], output: 'c' },
          { op: 'Relu', inputs: ['c'], output: 'r' },
          { op: 'Flatten', inputs: ['r'], output: 'f' },
          { op: 'MatMul', inputs: ['f', 'w2'], output: 'm' },
          { op: 'Relu', inputs: ['m'], output: 'n' },
          { op: 'MatMul', inputs: ['n', 'w3'], output: 'y' },
        ],
      }),
    );
    const copies = randomisedCopies(graph, 5);
    const changed = copies.map(({ constants }) =>
      [...constants].filter(([name, { data }]) => data !== graph.constants.get(name)?.data).map(([name]) => name),
    );
    expect(changed.map((names) => names.sort())).toEqual([['w3'], ['w2', 'w3'], ['b1', 'w1', 'w2', 'w3']]);
    const spread = (data: ArrayLike<number>) => Math.sqrt(Array.from(data).reduce((sum, x) => sum + x * x, 0) / data.length);
    const [before, after] = [graph, copies[1]!].map(({ constants }) => spread(constants.get('w2')!.data));
    expect(after! / before!).toBeGreaterThan(0.8);
    expect(after! / before!).toBeLessThan(1.25);
    expect(randomisedCopies(graph, 5)[2]!.constants.get('w1')).toEqual(copies[2]!.constants.get('w1'));
    expect(copies[1]!.constants.get('w3')).toEqual(copies[0]!.constants.get('w3'));
    expect(randomisedCopies(graph, 6)[0]!.constants.get('w3')).not.toEqual(copies[0]!.constants.get('w3'));
  });

  test('a map of edges is like itself on any network, a gradient is not', async () => {
    const others = [17, 18, 19].map((seed) => {
      const drawn = mulberry32(seed);
      return new CpuExecutor(
        linearNetwork(
          [2, 3, 4],
          [0, 1, 2].map(() => Float32Array.from(uniformArray(drawn, 24, -1, 1))),
        ),
      );
    });
    const subject = subjectOf(linear, image, space, { randomised: async (): Promise<readonly Executor[]> => others });
    expect(await measure('randomisation', subject, controlsFor(space, 1).edges)).toBe(1);
    expect(Math.abs((await measure('randomisation', subject, gradient))!)).toBeLessThan(0.6);
    expect(await measure('randomisation-ssim', subject, controlsFor(space, 1).edges)).toBe(1);
    expect(Math.abs((await measure('randomisation-ssim', subject, gradient))!)).toBeLessThan(0.6);
    expect(await measure('randomisation', subjectOf(linear, image, space), gradient)).toBeNull();
  });

  test('edges: Sobel on the mean of channels, 0 on a plain picture', () => {
    expect(Math.max(...edgeMap(new Float32Array(24).fill(0.4), space))).toBeLessThan(1e-6);
    // A step of 1 from column 1 to column 2: 4 on both sides of it.
    const step = Float32Array.from({ length: 24 }, (_, i) => (i % 4 > 1 ? 1 : 0));
    expect([...edgeMap(step, space)].slice(4, 8)).toEqual([0, 4, 4, 0]);
  });

  test('what says nothing about a method is null', async () => {
    const subject = subjectOf(linear, image, space);
    expect(await measure('completeness', subject, gradient)).toBeNull();
    expect(await measure('exact-error', subject, gradient)).toBeNull();
    const exact: Explainer = { ...gradient, exact: async (...given) => (await gradient.explain(given[0], [given[1]], given[2], {}))[0]! };
    expect(await measure('exact-error', subject, exact)).toBe(0);
    expect(await measure('exact-error', { ...subject, piecewise: false }, exact)).toBeNull();
    const tooMany = new PathlightError('exact.too-many-regions', { evaluations: 9, found: { expected: 99 } });
    const endless: Explainer = { ...gradient, exact: () => Promise.reject(tooMany) };
    expect(await measure('exact-error', subject, endless)).toBeNull();
    const nothing: Explainer = {
      name: 'nothing',
      explain: async (_, images) => images.map((x) => ({ values: new Float32Array(x.length), relativeDelta: 0 })),
    };
    expect(await measure('max-sensitivity', subject, nothing)).toBeNull();
    expect(await measure('sparseness', subject, nothing)).toBe(0);
  });
});
