import { expect, test } from 'vitest';
import { graphOfCase } from '../../src/doctor/case_graph.js';
import { comparableCases } from '../../src/doctor/cases/index.js';
import { compareImages } from '../../src/doctor/compare.js';
import { TOLERANCE } from '../../src/doctor/examine.js';
import { useDevice } from '../support/gpu.js';

/**
 * Products with tiles in workgroup memory give what the reference gives. `pathlight doctor` asks this of all tiles and all kinds of their kernels; here
 * one case of each kernel stands for them, since each compiles for a second. test/agreement/races.test.ts shows that no barrier is missing.
 */
const shared = useDevice();

test.each([
  ['Conv, stride 2', '32 x 32, 4 slices'],
  ['Dense, rows', '64 x 64'],
  ['MatMul, more than a tile in workgroup memory', '32 x 32 of 8 samples'],
  ['Softmax, longer than a workgroup', 'a row of 16 samples'],
])('%s, %s in workgroup memory', async (name, candidate) => {
  const operatorCase = comparableCases.find((each) => each.name === name);
  if (operatorCase === undefined) throw new Error(`no case is called ${name}`);
  const { graph, images } = graphOfCase(operatorCase, 7);
  const distances = await compareImages(graph, images, 7, shared.source, { plan: 'layered', candidate });
  expect(Math.max(...Object.values(distances)), JSON.stringify(distances)).toBeLessThanOrEqual(TOLERANCE);
});
