import { expect, test } from 'vitest';
import { attributionRecord } from '../../../src/api/records.js';
import { attribute, createSession, quantisedReading } from '../../../src/index.js';
import { buildModel, floatTensor, type ModelDescription, type NodeDescription } from '../../support/onnx_builder.js';
import { weights } from '../../support/rewritten/case.js';
import { uint8 } from '../../support/rewritten/quantised.js';

/** The weights of a linear network are quantised, and its input, in steps of 0.5 from 0: only its halves are exact. */
function network(end: readonly NodeDescription[], classes: number): ModelDescription {
  return {
    inputs: { x: [1, 9] },
    outputs: ['y'],
    initializers: {
      s: floatTensor([], [0.5]),
      z: uint8([100]),
      w: weights([9, classes], 1),
      fine: floatTensor([], [1 / 256]),
      least: uint8([0]),
    },
    nodes: [
      { op: 'QuantizeLinear', inputs: ['x', 's', 'z'], output: 'q' },
      { op: 'DequantizeLinear', inputs: ['q', 's', 'z'], output: 'd' },
      { op: 'MatMul', inputs: ['d', 'w'], output: end.length === 0 ? 'y' : 'm' },
      ...end,
    ],
  };
}

/** An image, and what the first quantiser makes of it. */
const IMAGE = Float32Array.of(0.3, -0.6, 1.2, 0.9, -1.1, 0.1, 0.4, 0.6, -0.4);
const ROUNDED = Float32Array.of(0.5, -0.5, 1, 1, -1, 0, 0.5, 0.5, -0.5);

test('a quantised model is measured with its own arithmetic', async () => {
  const session = await createSession(buildModel(network([], 4)));
  const reading = await quantisedReading(session, IMAGE);
  const exact = session.reference('raw');
  const [float, own] = [(await exact.forward(IMAGE, 1)).outputs, (await exact.forward(ROUNDED, 1)).outputs];
  const largest = Math.max(...Array.from(float, (value, k) => Math.abs(value - (own[k] ?? 0))));
  const spread = Math.max(...own) - Math.min(...own);
  expect(largest).toBeGreaterThan(0.05);
  expect(reading).toEqual({
    quantisers: 1,
    prediction: session.predict(own, 'raw'),
    agrees: session.predict(float, 'raw').class === session.predict(own, 'raw').class,
    largestDifference: expect.closeTo(largest, 12),
    relativeDifference: expect.closeTo(largest / spread, 12),
  });
  expect(session.notes.map(({ message }) => message)).toEqual([
    'the model is quantised: explained is the float network that it stands for, in which the weights are those of the file and its quantiser does not round (rounding has no gradient)',
  ]);
});

test('an image that the quantiser keeps makes no difference, and both arithmetics read the same', async () => {
  const session = await createSession(buildModel(network([], 4)));
  expect(await quantisedReading(session, ROUNDED)).toMatchObject({ agrees: true, largestDifference: 0, relativeDifference: 0 });
});

test('a binary model whose probability is quantised has two classes in its own arithmetic, too', async () => {
  const end: NodeDescription[] = [
    { op: 'Sigmoid', inputs: ['m'], output: 'p' },
    { op: 'QuantizeLinear', inputs: ['p', 'fine', 'least'], output: 'y' },
  ];
  const session = await createSession(buildModel(network(end, 1)));
  expect(session.binary).toBe(true);
  const reading = await quantisedReading(session, ROUNDED);
  expect(reading?.quantisers).toBe(2);
  expect(reading?.agrees).toBe(true);
  // Half a step of the last quantiser.
  expect(reading?.largestDifference).toBeLessThan(1 / 512);
  expect((reading?.prediction.probability ?? 0) * 256).toBeCloseTo(Math.round((reading?.prediction.probability ?? 0) * 256), 9);
});

test('a model of floats has no other arithmetic', async () => {
  const session = await createSession(buildModel({ ...network([], 4), nodes: [{ op: 'MatMul', inputs: ['x', 'w'], output: 'y' }] }));
  expect(await quantisedReading(session, IMAGE)).toBeNull();
  expect(session.notes).toEqual([]);
});

test('the record of an attribution has the measurement', async () => {
  const session = await createSession(buildModel(network([], 4)));
  const [result] = await attribute(session, IMAGE, { method: 'saliency', target: 2 });
  const quantised = await quantisedReading(session, IMAGE);
  const record = attributionRecord(session, result, {
    ...{ model: 'm', input: 'i', image: IMAGE, device: { kind: 'cpu', adapter: 'a' }, method: 'saliency', output: 'raw' },
    ...{ rule: null, baseline: 'zero', total: 1, quantised },
  });
  expect(record.quantised).toEqual(quantised);
  // The gradient of the float network is that of the linear layer.
  expect(Math.max(...result.values.map(Math.abs))).toBeGreaterThan(0.1);
});
