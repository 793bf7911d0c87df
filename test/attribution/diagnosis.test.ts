import { expect, test } from 'vitest';
import { attributionRecord } from '../../src/api/records.js';
import { diagnoseGradient, diagnoseLayers } from '../../src/attribution/diagnosis.js';
import { withOutput } from '../../src/graph/passes/head.js';
import { createSession, saliency } from '../../src/index.js';
import { buildModel, floatTensor, intTensor } from '../support/onnx_builder.js';

// Where gradients vanish, layer by layer.

/** Two layers of four units each. At (1, 1) the units of the first are 2, -2, 0 and 1: two are dead. Class 1 reads none that lives. */
const bytes = buildModel({
  inputs: { x: [1, 2] },
  initializers: {
    w: floatTensor([2, 4], [1, -1, 1, 0, 1, -1, -1, 1]),
    v: floatTensor([4, 2], [1, 0, 1, 1, 1, 1, 1, 0]),
  },
  nodes: [
    { op: 'MatMul', inputs: ['x', 'w'], output: 'first' },
    { op: 'Relu', inputs: ['first'], output: 'alive' },
    { op: 'MatMul', inputs: ['alive', 'v'], output: 'scores' },
  ],
  outputs: ['scores'],
});

test('dead units and zero gradients are those that can be counted by hand', async () => {
  const graph = withOutput((await createSession(bytes)).graph, 'logit');
  const image = Float32Array.of(1, 1);
  // ReLU'(0) = 0: the unit at 0 is dead, too.
  expect(diagnoseLayers(graph, image, 0)).toEqual([
    { output: 'first', dead: null, zeroGradients: 0.5 },
    { output: 'alive', dead: 0.5, zeroGradients: 0 },
    { output: 'scores', dead: null, zeroGradients: 0.5 },
  ]);
  expect(diagnoseLayers(graph, image, 1)).toEqual([
    { output: 'first', dead: null, zeroGradients: 1 },
    { output: 'alive', dead: 0.5, zeroGradients: 0.5 },
    { output: 'scores', dead: null, zeroGradients: 0.5 },
  ]);
  const { zeroGradients, deadUnits } = diagnoseGradient(graph, image, Float32Array.of(0, 3));
  expect({ zeroGradients, deadUnits }).toMatchObject({ zeroGradients: 0.5, deadUnits: [{ op: 'Relu', units: 4, dead: 0.5 }] });
});

test('a layer that does not depend on the image is left out, and one that leads nowhere has no gradient', async () => {
  const graph = (
    await createSession(
      buildModel({
        inputs: { x: [1, 2] },
        initializers: { w: floatTensor([2, 2], [1, 2, 3, 4]), flat: floatTensor([1, 2], [0, 0]) },
        nodes: [
          { op: 'MatMul', inputs: ['x', 'w'], output: 'read' },
          { op: 'Mul', inputs: ['read', 'flat'], output: 'lost' },
          { op: 'Relu', inputs: ['read'], output: 'kept' },
          { op: 'Add', inputs: ['lost', 'kept'], output: 'scores' },
        ],
        outputs: ['scores'],
      }),
    )
  ).graph;
  const found = diagnoseLayers(graph, Float32Array.of(1, 1), 0);
  expect(found.find(({ output }) => output === 'lost')).toEqual({ output: 'lost', dead: null, zeroGradients: 0.5 });
  expect(found.find(({ output }) => output === 'kept')).toEqual({ output: 'kept', dead: 0, zeroGradients: 0.5 });
  // The gradient of class 0 at the other unit of each layer is zero, and that of `read` is what its two readers give back.
  expect(found.find(({ output }) => output === 'read')).toEqual({ output: 'read', dead: null, zeroGradients: 0.5 });
});

/** A function of 2^29 numbers, which are 4 GiB in float64, and their mean. No device has to run it for what is asked here. */
async function hugeNetwork(op: string) {
  const nodes = [
    { op: 'Tile', inputs: ['x', 'times'], output: 'many' },
    { op, inputs: ['many'], output: 'large' },
    { op: 'ReduceMean', inputs: ['large'], output: 'scores', attributes: { axes: [0] } },
  ];
  return createSession(buildModel({ inputs: { x: [1, 2] }, initializers: { times: intTensor([2 ** 28, 1]) }, nodes, outputs: ['scores'] }));
}

test('a network whose units cannot die is not run', async () => {
  const { graph } = await hugeNetwork('Sigmoid');
  expect(diagnoseGradient(graph, Float32Array.of(1, 1), Float32Array.of(0, 3))).toEqual({ zeroGradients: 0.5, deadUnits: [] });
});

test('the record of a map says nothing of units in a network that is too large for float64', async () => {
  const small = await createSession(bytes);
  const image = Float32Array.of(1, 1);
  const [result] = await saliency(small, image, { target: 0 });
  const request = {
    method: 'saliency',
    model: 'm.onnx',
    input: 'x.npy',
    image,
    device: { kind: 'software', adapter: '' },
    baseline: 'zero',
    output: 'logit',
    rule: null,
    total: 0,
    quantised: null,
  } as const;
  expect(attributionRecord(small, result, request).diagnosis).toMatchObject({ deadUnits: [{ dead: 0.5 }] });
  expect(attributionRecord(await hugeNetwork('Relu'), result, request)).not.toHaveProperty('diagnosis');
});
