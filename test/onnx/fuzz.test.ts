import { beforeEach, describe, expect, test } from 'vitest';
import { PathlightError } from '../../src/errors.js';
import { importModel } from '../../src/onnx/import.js';
import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { buildModel, floatTensor, intTensor, rawTensor } from '../support/onnx_builder.js';
import { processorTime } from '../support/processor_time.js';
import { mulberry32 } from '../support/random.js';
import { hasShared, needsShared, readShared } from '../support/shared.js';

/** A LeNet with shape arithmetic, raw and listed weights: the fields that real files use, small enough to be hit everywhere. */
const bytes = buildModel({
  producer: 'fuzz',
  inputs: { x: ['N', 1, 8, 8] },
  initializers: {
    w: rawTensor(DataType.FLOAT, [2, 1, 3, 3], new Float32Array(18).fill(0.5)),
    b: floatTensor([2], [0, 1]),
    dense: rawTensor(DataType.FLOAT, [18, 3], new Float32Array(54).fill(0.25)),
    zero: intTensor([0], []),
    axes: intTensor([0]),
    rest: intTensor([-1]),
  },
  nodes: [
    {
      op: 'Conv',
      name: 'conv',
      inputs: ['x', 'w', 'b'],
      output: 'c',
      attributes: { strides: [1, 1], pads: [0, 0, 0, 0], kernel_shape: [3, 3] },
    },
    { op: 'Relu', name: 'relu', inputs: ['c'], output: 'r' },
    { op: 'MaxPool', name: 'pool', inputs: ['r'], output: 'p', attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { op: 'Shape', inputs: ['p'], output: 's' },
    { op: 'Gather', inputs: ['s', 'zero'], output: 'n', attributes: { axis: 0 } },
    { op: 'Unsqueeze', inputs: ['n', 'axes'], output: 'first' },
    { op: 'Concat', inputs: ['first', 'rest'], output: 'target', attributes: { axis: 0 } },
    { op: 'Reshape', inputs: ['p', 'target'], output: 'f' },
    { op: 'MatMul', inputs: ['f', 'dense'], output: 'y' },
  ],
  outputs: ['y'],
});

/** Imports, and lets nothing out but a graph or a one-line message, within a second of the processor. */
function survives(file: Uint8Array): 'graph' | 'error' {
  let outcome: 'graph' | 'error' = 'graph';
  const spent = processorTime(() => {
    try {
      importModel(file);
    } catch (error) {
      expect(error).toBeInstanceOf(PathlightError);
      expect((error as Error).message).not.toMatch(/\p{Cc}/u);
      outcome = 'error';
    }
  });
  expect(spent).toBeLessThan(1000);
  return outcome;
}

describe('a damaged file gives a graph or a message, never anything else', () => {
  test('the whole file is a graph', () => {
    expect(survives(bytes)).toBe('graph');
  });

  test('cut off at 50 places', () => {
    const outcomes = Array.from({ length: 50 }, (_, i) => survives(bytes.subarray(0, Math.floor((i * bytes.length) / 50))));
    // Every field that a cut can lose, the opset being last in the file, is needed.
    expect(outcomes).not.toContain('graph');
  });

  test('with a flipped byte at 1,000 seeded places', () => {
    const random = mulberry32(2);
    const outcomes = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      const damaged = bytes.slice();
      damaged[Math.floor(random() * bytes.length)]! ^= 1 + Math.floor(random() * 255);
      outcomes.add(survives(damaged));
    }
    expect([...outcomes].sort()).toEqual(['error', 'graph']);
  });
});

/** Real files, where they lie beside the checkout; their weights are most of their bytes, so the flips keep to both ends. */
describe.each(['models/opt-mnist.onnx', 'models/mnist2x10.onnx', 'cases/mini_vit/model.onnx'])('%s', (path) => {
  beforeEach(needsShared);
  const real = hasShared ? readShared(...path.split('/')) : Buffer.alloc(0);

  test('cut off at 50 places', () => {
    for (let i = 0; i < 50; i++) {
      survives(real.subarray(0, Math.floor((i * real.length) / 50)));
    }
  });

  test('with a flipped byte at 200 seeded places', () => {
    const random = mulberry32(3);
    for (let i = 0; i < 200; i++) {
      const damaged = new Uint8Array(real);
      const place = Math.floor(random() * 2000);
      damaged[i % 2 === 0 ? place : real.length - 1 - place]! ^= 1 + Math.floor(random() * 255);
      survives(damaged);
    }
  });
});
