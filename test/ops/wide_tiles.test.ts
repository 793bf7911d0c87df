import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { graphOfCase } from '../../src/doctor/case_graph.js';
import { convolutionNetworks } from '../../src/doctor/networks/index.js';
import { layoutOf } from '../../src/gpu/compile/layout.js';
import type { ScheduledDispatch } from '../../src/gpu/compile/schedule.js';
import { chooseVariant } from '../../src/gpu/kernels/variant.js';
import { forwardSchedule } from '../../src/gpu/requests/evaluate.js';
import { pathSchedule } from '../../src/gpu/requests/path/path_schedule.js';
import type { Graph } from '../../src/graph/graph.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { placements } from '../support/compare_executors.js';
import { exportedModels } from '../support/exported_models.js';
import { generatedNetworks } from '../support/networks/network.js';
import { buildModel } from '../support/onnx_builder.js';
import { CASES, MODELS, needsShared, readCase, readShared } from '../support/shared.js';
import { smallNetworks } from '../support/small_networks.js';
import { fewTokensModel, tokenModel } from '../support/token_network.js';
import { pairsOf } from '../support/variants.js';

const imported = (bytes: Uint8Array) => canonicalise(importModel(bytes).graph);
const forward = (graph: Graph) => forwardSchedule(graph).dispatches;
const bothWays = (graph: Graph) => [...forward(graph), ...pathSchedule(graph).dispatches];

/** The size of a workgroup stands in one line (shaders/lib/tile/place.wgsl), with no other constant. */
const isAboutTwo = (pair: string) => !/WORKGROUP=/.test(pair) || / (WORKGROUP=\d+) \1$/.test(pair);

/** The pairs of constants of tiles of convolutions and products, in the variants for these numbers of samples. */
function pairs(
  graphs: readonly Graph[],
  samples: readonly number[],
  dispatchesOf: (graph: Graph) => readonly ScheduledDispatch[] = bothWays,
): string[] {
  const tiles = graphs.flatMap(dispatchesOf).filter(({ kernel }) => /^(conv_tile|dense$)/.test(kernel));
  return tiles.flatMap((dispatch) =>
    samples.flatMap((count) => {
      const { constants } = chooseVariant(dispatch, layoutOf(count), { broadcasts: true });
      return pairsOf({ kernel: dispatch.kernel, constants: { ...dispatch.constants, ...constants } }).filter(isAboutTwo);
    }),
  );
}

describe('the project gpu-wide compares with the reference every pair of constants of what runs with narrow tiles elsewhere', () => {
  const cases = Object.values(placements()).flatMap((placed) =>
    placed
      .filter(([{ op }]) => /^(Conv|Gemm|MatMul)/.test(op))
      .map(([each, around]) => canonicalise(graphOfCase(each, 1, 7, around).graph)),
  );
  const graphs = exportedModels.map(({ description }) => imported(buildModel(description)));
  // Numbers of samples in test/agreement/conv_epilogues, operators, graphs and products.
  const compared = new Set([
    ...pairs(convolutionNetworks().map(canonicalise), [3, 14]),
    ...pairs(cases, [7]),
    ...pairs(graphs, [1, 4, 5, 20]),
    ...pairs([imported(buildModel(tokenModel))], [1, 4, 5, 7, 20]),
    ...pairs([imported(buildModel(fewTokensModel))], [1, 4]),
    ...pairs([smallNetworks.M2()], [1, 2, 16, 64, 2 * 64, 16 * 80]),
  ]);
  const missing = (...wanted: Parameters<typeof pairs>) => [...new Set(pairs(...wanted))].filter((pair) => !compared.has(pair));

  test('of our own', () => {
    const shipped = ['digits', 'digits-naive'].map((name) => imported(readFileSync(`models/${name}.onnx`)));
    const small = Object.values(smallNetworks).map((network) => network());
    const generated = generatedNetworks.map(({ tiny }) => imported(tiny().bytes));
    expect(missing([...shipped, ...small, ...generated], [1, 64])).toEqual([]);
  });

  test('of others', (context) => {
    needsShared(context);
    const cases = CASES.map((name) => imported(readCase(name).model));
    expect(missing(cases, [1, 64])).toEqual([]);
    const models = MODELS.map((name) => imported(readShared('models', `${name}.onnx`)));
    expect(missing(models, [1, 7], forward)).toEqual([]);
  });
});
