import type { NodeReader } from '../../ops/node_reader.js';
import { resolveAxis } from '../../ops/shared/axes.js';
import { itemAt } from '../../tensor/items.js';
import { integer, integers, type RewrittenOperator } from './rewrite.js';

/** The most times that the body of a Scan is put in place. */
const MOST_STEPS = 1024;

/**
 * Scan: its body, once for each place along an axis of what it scans. The body carries values on from one step to the next, reads a slice of each
 * scanned input, and gives values, which are joined in the end. Before opset 9 it had a batch axis of its own, and is not read.
 * https://onnx.ai/onnx/operators/onnx__Scan.html
 */
export const scanOfConstantLength: RewrittenOperator = {
  since: 9,
  inputs: [1, 2 ** 16],
  outputs: Number.POSITIVE_INFINITY,
  attributes: ['num_scan_inputs', 'scan_input_axes', 'scan_input_directions', 'scan_output_axes', 'scan_output_directions'],
  notes: { note: 'its steps one after the other' },
  rewrite(node, write) {
    if (node.opset < 9) return undefined;
    const count = node.int('num_scan_inputs');
    const states = node.inputs.length - count;
    const results = write.wanted.length - states;
    if (!(count >= 1) || states < 0 || results < 0) throw node.error('scan.inputs', { scanned: count, inputs: node.inputs.length });
    const axes = listOf(node, 'scan_input_axes', count);
    const directions = listOf(node, 'scan_input_directions', count);
    const scanned = axes.map((axis, k) => {
      const { name, shape } = node.input(states + k);
      const along = resolveAxis(node, axis, shape.length);
      return { name, axis: along, steps: itemAt(shape, along), backwards: directions[k] === 1 };
    });
    const { steps } = itemAt(scanned, 0);
    const lengths = scanned.map((each) => each.steps);
    if (lengths.some((length) => length !== steps)) throw node.error('scan.lengths', { lengths });
    if (steps > MOST_STEPS) throw node.error('loop.long', { most: MOST_STEPS });
    if (steps === 0) throw node.error('loop.empty');
    let carried = node.inputs.slice(0, states).map((_, position) => node.input(position).name);
    const given: string[][] = Array.from({ length: results }, () => []);
    for (let step = 0; step < steps; step++) {
      const slices = scanned.map(({ name, axis, backwards }) => {
        return write.add('Gather', [name, integer(write, backwards ? steps - 1 - step : step)], { axis });
      });
      const values = write.inline('body', [...carried, ...slices]);
      carried = values.slice(0, states);
      for (const [k, value] of values.slice(states).entries()) given[k]?.push(value);
    }
    const outputAxes = listOf(node, 'scan_output_axes', results);
    const outputDirections = listOf(node, 'scan_output_directions', results);
    const joined = given.map((values, k) => {
      const ordered = outputDirections[k] === 1 ? values.reverse() : values;
      const axis = resolveAxis(node, itemAt(outputAxes, k), write.shape(itemAt(ordered, 0)).length + 1);
      const slices = ordered.map((value) => write.add('Unsqueeze', [value, integers(write, [axis])]));
      return write.add('Concat', slices, { axis });
    });
    return [...carried, ...joined];
  },
};

/** A list of numbers, one for each of `count` inputs or outputs; zeros where it is absent. */
function listOf(node: NodeReader, attribute: string, count: number): readonly number[] {
  const values = node.ints(attribute) ?? Array.from({ length: count }, () => 0);
  if (values.length !== count) throw node.error('window.list', { attribute, values, length: count });
  return values;
}
