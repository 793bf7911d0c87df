import { describe, expect, test } from 'vitest';
import { attribute } from '../../src/api/attribute.js';
import { attributionRecord } from '../../src/api/records.js';
import { repair } from '../../src/api/repair.js';
import { createSession } from '../../src/api/session.js';
import { buildModel, floatTensor, type NodeDescription } from '../support/onnx_builder.js';

// Networks whose inputs are no pictures of 1 or 3 channels.

/** Two classes: the sum of all elements times 1, and times -1. */
function summing(shape: readonly number[]): Uint8Array {
  const elements = shape.reduce((product, size) => product * size, 1);
  const signs = Float32Array.from({ length: 2 * elements }, (_, i) => (i % 2 === 0 ? 1 : -1));
  const flat: NodeDescription = { op: 'Flatten', inputs: ['x'], output: 'f', attributes: { axis: shape[0] === 1 ? 1 : 0 } };
  return buildModel({
    inputs: { x: shape },
    initializers: { w: floatTensor([elements, 2], signs) },
    nodes: [flat, { op: 'MatMul', inputs: ['f', 'w'], output: 'y' }],
    outputs: ['y'],
  });
}

const shapes = [[1, 4, 2, 5], [1, 2, 3, 4], [1, 1, 2, 2, 3], [1, 2, 5], [1, 7], [3, 2, 2], [5]] as const;

describe.each(shapes.map((shape) => [shape.join('x'), shape] as const))('%s', (_, shape) => {
  test('is explained: a linear network gives the input itself', async () => {
    const session = await createSession(summing(shape));
    const x = Float32Array.from({ length: shape.reduce<number>((product, size) => product * size, 1) }, (__, i) => i + 1);
    const [result] = await attribute(session, x, { target: 0, steps: 4 });
    expect(Array.from(result.values)).toEqual(Array.from(x));
  });
});

describe('an input of four channels', () => {
  const open = () => createSession(summing([1, 4, 2, 5]));
  const x = new Float32Array(40).fill(1);

  test('is said to be no picture in result.json', async () => {
    const session = await open();
    const [result] = await attribute(session, x, { target: 0, method: 'saliency' });
    const named = {
      model: 'm',
      input: 'x.npy',
      image: x,
      method: 'saliency',
      output: 'logit',
      rule: null,
      baseline: 'zero',
      total: 1,
      quantised: null,
    };
    const record = attributionRecord(session, result, { ...named, device: { kind: 'cpu', adapter: '' } });
    expect(record.preprocessing).toMatchObject({ channels: 4, takesPictures: false });
    expect(record.warnings[0]).toBe(
      "the model's input 1x4x2x5 is no picture of 1 or 3 channels: pictures of it only show the mean of its 4 channels, from the least to the largest, and maps in pictures are summed over channels (the .npy files hold all numbers)",
    );
  });

  test('has no colours as baselines, unless a range says which', async () => {
    const message = "the baseline opposite is a colour, and the model's input 1x4x2x5 is no picture";
    await expect(attribute(await open(), x, { target: 0, baseline: 'opposite' })).rejects.toThrow(message);
    const ranged = await createSession(summing([1, 4, 2, 5]), { preprocessing: { range: [0, 3] } });
    const [{ values }] = await attribute(ranged, x, { target: 0, baseline: 'opposite', steps: 1 });
    expect(values[0]).toBe(-1);
  });

  test.each(['mean', 'blur', 'background'] as const)('can have the baseline %s', async (baseline) => {
    const [{ delta }] = await attribute(await open(), x, { target: 0, baseline, steps: 2 });
    expect(Math.abs(delta)).toBeLessThan(1e-5);
  });

  test('cannot be repaired', async () => {
    await expect(repair(await open(), x, { target: 1 })).rejects.toThrow(
      "the model's input 1x4x2x5 is no picture of 1 or 3 channels, whose pixels could be repainted (attribute, which explains any input)",
    );
  });
});
