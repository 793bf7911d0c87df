import type { NodeReader } from '../../ops/node_reader.js';
import { firstOf } from '../../tensor/items.js';
import { inputName, integers, type NodeWriter, type RewrittenOperator } from './rewrite.js';

/** More inputs than a Loop has. A number, since of any number of inputs none may be absent. */
const MOST_INPUTS = 2 ** 16;

/** The most times that the body of a Loop is put in place. */
const MOST_ITERATIONS = 1024;

/**
 * If on a condition that does not depend on the image: the nodes of the branch that it names. Exports write it where a size decides.
 * https://onnx.ai/onnx/operators/onnx__If.html
 */
export const ifOnConstant: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  outputs: Number.POSITIVE_INFINITY,
  notes: { note: 'the condition must not depend on the image' },
  rewrite(node, write) {
    if (node.input(0).constant === undefined) return undefined;
    return write.inline(isTrue(node, write, node.input(0).name) ? 'then_branch' : 'else_branch', []);
  },
};

/**
 * Loop of a number of iterations that does not depend on the image: its body, as often. Values that the body gives for each iteration are
 * joined in the end. https://onnx.ai/onnx/operators/onnx__Loop.html
 */
export const loopOfConstantLength: RewrittenOperator = {
  since: 1,
  // The number of iterations and the condition may be absent.
  inputs: [0, MOST_INPUTS],
  outputs: Number.POSITIVE_INFINITY,
  notes: { note: 'neither the number of iterations nor the condition may depend on the image' },
  rewrite(node, write) {
    const [limit, condition] = [inputName(node, 0), inputName(node, 1)];
    const isOpen = (name: string | undefined) => name === undefined || (write.constant(name) !== undefined && isTrue(node, write, name));
    if ([limit, condition].some((name) => name !== undefined && write.constant(name) === undefined)) return undefined;
    const most = limit === undefined ? Number.POSITIVE_INFINITY : (node.constant(0).data[0] ?? 0);
    let carried = node.inputs.slice(2).map((_, position) => node.input(position + 2).name);
    const collected: string[][] = [];
    let again = condition;
    let iteration = 0;
    for (; iteration < most && isOpen(again); iteration++) {
      if (iteration === MOST_ITERATIONS) throw node.error('loop.long', { most: MOST_ITERATIONS });
      const number = write.addConstant([], Float64Array.of(iteration), 'int');
      const [next, ...results] = write.inline('body', [number, again ?? write.addConstant([], Float64Array.of(1), 'bool'), ...carried]);
      if (next !== undefined && write.constant(next) === undefined) throw node.error('loop.condition');
      again = next;
      carried = results.slice(0, carried.length);
      results.slice(carried.length).forEach((value, k) => {
        collected[k] ??= [];
        collected[k].push(write.add('Unsqueeze', [value, integers(write, [0])]));
      });
    }
    if (iteration === 0 && write.wanted.slice(carried.length).includes(true)) throw node.error('loop.empty');
    return [...carried, ...collected.map((values) => write.add('Concat', values, { axis: 0 }))];
  },
};

function isTrue(node: NodeReader, write: NodeWriter, name: string): boolean {
  const data = write.constant(name)?.data;
  if (data?.length !== 1) throw node.error('fold.one-number', { position: 0, shape: write.shape(name) });
  return firstOf(data) !== 0;
}
