import { describe, expect, test } from 'vitest';
import { importModel } from '../../src/onnx/import.js';
import { isComputable } from '../../src/onnx/supported.js';
import { operators } from '../../src/ops/index.js';
import { buildModel, floatTensor, type NodeDescription } from '../support/onnx_builder.js';

// A file that gives a node too few or too many inputs or outputs is refused when it is read, whatever the operator and whether it is computed
// from the image or folded.

const OPSET = 18;

/** A model of one node, on the image or on constants. */
function modelWith(node: Omit<NodeDescription, 'output'> & { readonly outputs: number }, folded: boolean): Uint8Array {
  const inputs = node.inputs?.map((name) => (name === '' ? '' : folded ? 'c' : 'x'));
  const output = Array.from({ length: node.outputs }, (_, i) => `y${i}`);
  const last: NodeDescription = { op: 'Add', inputs: ['x', 'y0'], output: 'z' };
  return buildModel({
    opset: OPSET,
    inputs: { x: [1, 3, 4, 4] },
    initializers: { c: floatTensor([1, 3, 4, 4], new Array(48).fill(1)) },
    nodes: [{ ...node, output, ...(inputs && { inputs }) }, last],
    outputs: ['z'],
  });
}

const listed = Object.entries(operators)
  .filter(([op, { until }]) => isComputable(op) && (until ?? OPSET) >= OPSET)
  .map(([op, { inputs: [least, most] = [1, 1], outputs = 1 }]) => ({ op, least, most, outputs }));

describe.each([false, true])('folded: %s', (folded) => {
  test.each(listed)('$op has $least to $most inputs', ({ op, least, most, outputs }) => {
    const refused = (inputs: readonly string[], given = 1) => expect(() => importModel(modelWith({ op, inputs, outputs: given }, folded)));
    const full = new Array<string>(least).fill('x');
    if (least > 1) {
      refused(full.slice(1)).toThrow(`${op} "${op}_0", opset ${OPSET}: input ${least - 1} is missing`);
      refused(['', ...full.slice(1)]).toThrow(`${op} "${op}_0", opset ${OPSET}: input 0 is missing`);
    }
    if (Number.isFinite(most)) {
      const range = least === most ? `${most}` : `${least} to ${most}`;
      refused(new Array<string>(most + 1).fill('x')).toThrow(`${op} "${op}_0", opset ${OPSET}: ${most + 1} inputs (${range})`);
    } else refused(['x', '', 'x']).toThrow(`${op} "${op}_0", opset ${OPSET}: input 1 is missing`);
    if (Number.isFinite(outputs)) refused(full, outputs + 1).toThrow(`${op} "${op}_0", opset ${OPSET}: ${outputs + 1} outputs`);
  });
});

test('names that are empty at the end count for nothing', () => {
  expect(() => importModel(modelWith({ op: 'Relu', inputs: ['x', '', ''], outputs: 1 }, false))).not.toThrow();
});

test('an Add of one input, as a fuzzer made it', () => {
  const node = { op: 'Add', inputs: ['x'], output: 'y' };
  const bytes = buildModel({ inputs: { x: [1, 4] }, nodes: [node], outputs: ['y'] });
  expect(() => importModel(bytes)).toThrow('Add "Add_0", opset 13: input 1 is missing');
});
