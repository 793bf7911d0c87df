import { expect, test } from 'vitest';
import { gatherRegions } from '../../../../src/attribution/methods/regions/xrai.js';
import { attributeTasks } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { gridPatches } from '../../../../src/image/patches.js';
import { importModel } from '../../../../src/onnx/import.js';
import { buildModel } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';
import { residualModel } from '../../../support/residual_network.js';
import { spaceOf } from '../../../support/spaces.js';

test('regions: the largest mean first, each pixel by the first segment that covers it', () => {
  const map = Float64Array.of(4, 2, 1, -3, 0, 8);
  const segments = [[0, 1], [1, 2], [0, 1, 2, 3], [5]].map((pixels) => Uint32Array.from(pixels));
  // 8; then 0 and 1 with 3; then 2 alone with 1; then 3; 4 is in no segment.
  expect([...gatherRegions(map, segments, 1)]).toEqual([3, 3, 1, -3, 0, 8]);
  // With at least two new pixels, the last of the first segments takes 2 and 3 together, and 4 and 5 are left.
  expect([...gatherRegions(map, segments, 2)]).toEqual([3, 3, -1, -1, 4, 4]);
});

test('the map is that of integrated gradients from black and from white, gathered; its sum stays', async () => {
  const { graph } = importModel(buildModel(residualModel));
  const executor = new CpuExecutor(graph);
  const image = Float32Array.from(uniformArray(mulberry32(83), 72, 0, 1));
  const space = spaceOf(6, 6, 2);
  const all = { steps: 5, space, cut: () => gridPatches(6, 6, 2) } as const;
  const run = async (method: 'ig' | 'xrai', level: number) =>
    (await attributeTasks(executor, [{ image, baseline: new Float32Array(72).fill(level), target: 0 }], { ...all, method }))
      .attributions[0]!;
  const [black, white, found] = [await run('ig', 0), await run('ig', 1), await run('xrai', 0)];
  const map = Float64Array.from({ length: 36 }, (_, p) =>
    [0, 36].reduce((sum, c) => sum + (black.values[p + c]! + white.values[p + c]!) / 2, 0),
  );
  const labels = gridPatches(6, 6, 2).labels;
  const segments = Array.from({ length: 9 }, (_, patch) => Uint32Array.from(labels.keys()).filter((pixel) => labels[pixel] === patch));
  const expected = gatherRegions(map, segments, 1);
  expect([...found.values]).toEqual([...expected, ...expected].map((value) => expect.closeTo(value / 2, 5)));
  expect(found.parameters).toEqual({ segments: 9 });
  expect(found.outputAtBaseline).toBeCloseTo((black.outputAtBaseline + white.outputAtBaseline) / 2, 6);
  expect(found.delta).toBeCloseTo((black.delta + white.delta) / 2, 5);
});
