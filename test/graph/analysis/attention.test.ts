import { describe, expect, test } from 'vitest';
import { findAttention } from '../../../src/graph/analysis/attention.js';
import { importModel } from '../../../src/onnx/import.js';
import { attentionModels } from '../../support/exported_attention.js';
import { visionTransformer } from '../../support/networks/vision_transformer.js';
import { buildModel, floatTensor, intTensor } from '../../support/onnx_builder.js';
import { residualModel } from '../../support/residual_network.js';
import { TOKENS, transformerModel } from '../../support/small_transformer.js';
import { tokenModel } from '../../support/token_network.js';

const found = (bytes: Uint8Array) => findAttention(importModel(bytes).graph);

test('a class token, or a mean: which tokens the scores are read from, and where blocks end', () => {
  const common = { tokens: TOKENS, rows: 2, columns: 3, first: 1 };
  const layers = [0, 1].map((l) => expect.objectContaining({ value: `a${l}`, heads: 2, behind: `x${l + 1}` }));
  expect(found(buildModel(transformerModel('class token')))).toEqual({ ...common, layers, read: { from: 0, count: 1 } });
  expect(found(buildModel(transformerModel('mean')))).toEqual({ ...common, layers, read: { from: 0, count: TOKENS } });
});

test('as timm exports it, with shape arithmetic', () => {
  const { bytes } = visionTransformer({ patch: 4, width: 8, depth: 3, heads: 2, size: 12, classes: 3 });
  const { layers, ...rest } = found(bytes);
  expect(rest).toEqual({ tokens: 10, rows: 3, columns: 3, first: 1, read: { from: 0, count: 1 } });
  expect(layers.map(({ heads, behind }) => [heads, behind !== undefined])).toEqual(new Array(3).fill([2, true]));
});

describe('whoever wrote the file', () => {
  test.each(attentionModels.slice(0, 2).map((each) => [each.name, each.description] as const))('%s', (_, description) => {
    expect(found(buildModel(description))).toMatchObject({ tokens: 3, rows: 2, columns: 1, first: 1, layers: [{ heads: 2 }] });
  });
});

describe('is refused', () => {
  test('where there is none', () => {
    expect(() => found(buildModel(residualModel))).toThrow(
      'the network has no attention: no Softmax between two products of values (another method)',
    );
  });

  test('where tokens are no places of an image', () => {
    expect(() => found(buildModel(tokenModel))).toThrow(
      /^Softmax ".*" is attention of the shape 1x53x53, not of the same 53 tokens of the whole image/,
    );
  });

  test('where it is within windows', () => {
    const windows = {
      inputs: { image: ['N', 1, 4, 4] },
      initializers: { w: floatTensor([3, 1, 1, 1], [1, 2, 3]), apart: intTensor([4, 4, 3]), all: intTensor([1, -1]) },
      nodes: [
        { op: 'Conv', inputs: ['image', 'w'], output: 'planes' },
        { op: 'Reshape', inputs: ['planes', 'apart'], output: 't' },
        { op: 'Transpose', inputs: ['t'], output: 'k', attributes: { perm: [0, 2, 1] } },
        { op: 'MatMul', inputs: ['t', 'k'], output: 's' },
        { op: 'Softmax', inputs: ['s'], output: 'a', attributes: { axis: -1 } },
        { op: 'MatMul', inputs: ['a', 't'], output: 'm' },
        { op: 'Reshape', inputs: ['m', 'all'], output: 'y' },
      ],
      outputs: ['y'],
    };
    expect(() => found(buildModel(windows))).toThrow(/attention of the shape 4x4x4, .* \(attn-lrp, ig, grad-cam and/);
  });
});
