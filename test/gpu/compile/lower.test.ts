import { describe, expect, test } from 'vitest';
import { type Lowerings, type LowerNode, lowerOf } from '../../../src/gpu/compile/lowering.js';
import { fusedPathSchedule } from '../../../src/gpu/fused/path.js';
import { forwardSchedule } from '../../../src/gpu/requests/evaluate.js';
import { layerSchedule } from '../../../src/gpu/requests/layers.js';
import { pathSchedule } from '../../../src/gpu/requests/path/path_schedule.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { isOpType, type OpType, operators } from '../../../src/ops/index.js';
import { exportedModels } from '../../support/exported_models.js';
import { buildModel } from '../../support/onnx_builder.js';
import { smallNetworks } from '../../support/small_networks.js';

/** Lowerings of all operators, and how often each node was lowered with each epilogue. */
function counting() {
  const counts = new Map<string, number>();
  const counted = <Op extends OpType>(op: Op): LowerNode<Op> => {
    return (lowering) => {
      const { inputs, output, epilogue } = lowering;
      const key = JSON.stringify([op, inputs.map(({ name }) => name), output.name, epilogue]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return lowerOf(op)(lowering);
    };
  };
  const kernels: Lowerings = Object.fromEntries(
    Object.keys(operators)
      .filter(isOpType)
      .map((op) => [op, counted(op)]),
  );
  return { counts, kernels };
}

describe('a schedule lowers every node at most once with each epilogue', () => {
  const graphs = [
    ...(['M1', 'M2'] as const).map((name) => [name, smallNetworks[name]()] as const),
    ...exportedModels.map(({ name, description }) => [name, canonicalise(importModel(buildModel(description)).graph)] as const),
  ];
  test.each(graphs)('%s', (_, graph) => {
    const layer = graph.nodes.find(({ op }) => op === 'Conv' || op === 'Dense');
    const schedules = [forwardSchedule, pathSchedule, fusedPathSchedule];
    for (const build of schedules) {
      const { counts, kernels } = counting();
      build(graph, { kernels });
      expect([...counts].filter(([, count]) => count > 1)).toEqual([]);
    }
    if (layer === undefined) return;
    const { counts, kernels } = counting();
    layerSchedule(graph, [layer.output], { kernels });
    expect([...counts].filter(([, count]) => count > 1)).toEqual([]);
  });

  test('what differs between slices is what is fused: M1 has each convolution with its epilogue, and alone only where samples need it so', () => {
    const { counts, kernels } = counting();
    pathSchedule(smallNetworks.M1(), { kernels });
    const ofConvolutions = [...counts.keys()].filter((key) => key.startsWith('["Conv"'));
    // The first is the linear prefix, alone; the second takes its Relu and its MaxPool.
    expect(ofConvolutions.map((key) => JSON.parse(key)[3]?.relu)).toEqual([undefined, true]);
  });
});
