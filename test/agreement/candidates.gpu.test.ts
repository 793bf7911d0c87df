import { expect, test } from 'vitest';
import { graphOfCase } from '../../src/doctor/case_graph.js';
import { comparableCases } from '../../src/doctor/cases/index.js';
import { compareImages } from '../../src/doctor/compare.js';
import { TOLERANCE } from '../../src/doctor/examine.js';
import { useDevice } from '../support/gpu.js';

/**
 * Products with tiles in workgroup memory, and rows that a workgroup shares, give what the reference gives. `pathlight doctor` asks this of all tiles and all kinds of their kernels; here
 * one case of each kernel stands for them, since each compiles for a second. test/agreement/races.test.ts shows that no barrier is missing.
 */
const shared = useDevice();

test.each([
  ['Conv, stride 2', '32 x 32, 4 slices'],
  ['Conv, stride 2', '16 x 16, 16 slices'],
  ['Dense, rows', '64 x 64'],
  ['Dense, rows', '16 x 16, 16 slices'],
  ['MatMul, more than a tile in workgroup memory', '32 x 32 of 8 samples'],
  ['Softmax, longer than a workgroup', 'a row of 16 samples'],
  ['LogSoftmax, longer than a workgroup', 'a row of 16 samples'],
  ['LayerNormalization, tokens', 'a row of 4 samples'],
  ['GroupNormalization, one group, long sums', 'a row of 16 samples'],
  ['InstanceNormalization, planes', 'a row of 16 samples'],
  ['ReduceSum, longer than a run of a workgroup', 'a row of 16 samples'],
  ['ReduceMean, two axes apart', 'a row of 4 samples'],
  ['ReduceMax, everything', 'a row of 16 samples'],
  ['ReduceMin, two axes apart', 'a row of 4 samples'],
])('%s, %s in workgroup memory', async (name, candidate) => {
  const operatorCase = comparableCases.find((each) => each.name === name);
  if (operatorCase === undefined) throw new Error(`no case is called ${name}`);
  const { graph, images } = graphOfCase(operatorCase, 7);
  const distances = await compareImages(graph, images, 7, shared.source, { plan: 'layered', candidate });
  expect(Math.max(...Object.values(distances)), JSON.stringify(distances)).toBeLessThanOrEqual(TOLERANCE);
});

test.each(['a row of 16 samples', 'a row of 4 samples'])('of equal elements ReduceMax takes the first, %s', async (candidate) => {
  const operatorCase = comparableCases.find(({ name }) => name === 'ReduceMax, everything');
  if (operatorCase === undefined) throw new Error('no case reduces everything');
  const { graph, images } = graphOfCase(operatorCase, 7);
  // Each number has dozens of equals, with other members of the workgroup.
  const distances = await compareImages(graph, images.map(Math.sign), 7, shared.source, { plan: 'layered', candidate });
  expect(distances).toEqual({ outputs: 0, gradients: expect.closeTo(0, 5), outputsAtInput: 0 });
});
