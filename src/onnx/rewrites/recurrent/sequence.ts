import type { NodeReader } from '../../../ops/node_reader.js';
import { itemAt } from '../../../tensor/items.js';
import { inputName, type NodeWriter, type RewrittenOperator, reshaped, sliced, transposed } from '../rewrite.js';
import { type Activation, readActivations } from './activations.js';

/*
 * LSTM, GRU and RNN as their steps, one after the other. What a step takes from the sequence is a product with the same weights, so all steps
 * have it from one product, bias included. A step of its own is a product with the state and functions of elements. Shapes as in the
 * specification, https://onnx.ai/onnx/operators/onnx__LSTM.html: S steps, D directions, B sequences side by side, H numbers a state.
 */

/** What distinguishes one recurrent operator from another. */
export interface Cell {
  /** How many rows of weights there are for each number of the state. */
  readonly gates: number;
  /** The activations of one direction. */
  readonly activations: readonly string[];
  /** How many of them are of gates, and not of the state. */
  readonly activationsOfGates: number;
  /** How many values a state has: h, and of an LSTM c. */
  readonly states: 1 | 2;
  /** Whether an input after the initial state gives weights of peepholes. */
  readonly peepholes?: true;
  readonly attributes?: readonly string[];
  /** The step of one direction. */
  step(direction: Direction): Step;
}

/** From the state and the step's part of the sequence's product, [1, B, gates H], to the next state, each of its values [1, B, H]. */
export type Step = (fromSequence: string, state: readonly string[]) => string[];

/** One direction of a node. */
export interface Direction {
  readonly node: NodeReader;
  readonly write: NodeWriter;
  readonly hidden: number;
  readonly activations: readonly Activation[];
  /** [H, gates H] */
  readonly recurrent: string;
  /** [gates H], the bias of the state's product, which is part of the sequence's unless `takesBias`. */
  readonly recurrentBias: string | undefined;
  /** [3 H] */
  readonly peepholes: string | undefined;
}

export function recurrentOperator(cell: Cell, takesBias: (node: NodeReader) => boolean = () => false): RewrittenOperator {
  return {
    since: 1,
    inputs: [3, cell.peepholes ? 8 : 6],
    outputs: cell.states + 1,
    attributes: [
      'activation_alpha',
      'activation_beta',
      'activations',
      'clip',
      'direction',
      'hidden_size',
      ...(cell.attributes ?? []),
      'layout',
    ].sort(),
    notes: { note: 'its steps one after the other; lengths of sequences constant' },
    rewrite: (node, write) => unrolled(node, write, cell, takesBias(node)),
  };
}

function unrolled(node: NodeReader, write: NodeWriter, cell: Cell, takesBias: boolean): readonly string[] {
  const sideways = node.int('layout', 0) !== 0;
  const direction = node.string('direction', 'forward');
  const choices = ['forward', 'reverse', 'bidirectional'];
  if (!choices.includes(direction)) throw node.error('node.choice', { attribute: 'direction', value: direction, choices });
  const ways = direction === 'bidirectional' ? ['forward', 'reverse'] : [direction];
  const [x, w, r] = [node.input(0), node.input(1), node.input(2)];
  const hidden = r.shape[2] ?? 0;
  const rows = cell.gates * hidden;
  const inputs = w.shape[2] ?? 0;
  const fit =
    x.shape.length === 3 &&
    x.shape[2] === inputs &&
    w.shape.join() === [ways.length, rows, inputs].join() &&
    r.shape.join() === [ways.length, rows, hidden].join();
  if (!fit || node.int('hidden_size', hidden) !== hidden) {
    throw node.error('recurrent.weights', { x: x.shape, w: w.shape, r: r.shape, directions: ways.length, gates: cell.gates });
  }
  const sequence = sideways ? transposed(write, x.name, [1, 0, 2]) : x.name;
  const [steps = 0, batch = 0] = write.shape(sequence);
  const masks = masksOf(node, write, steps, batch);
  const activations = readActivations(node, ways.length, cell.activations, cell.activationsOfGates);
  const states = Array.from({ length: cell.states }, (_, k) => {
    const given = inputName(node, 5 + k);
    if (given === undefined) return write.addConstant([ways.length, batch, hidden], new Float64Array(ways.length * batch * hidden));
    return sideways ? transposed(write, given, [1, 0, 2]) : given;
  });
  const results = ways.map((way, d) => {
    const own = (position: number) => ofDirection(write, inputName(node, position), d);
    const bias = own(3);
    const [ofSequence, ofState] = bias === undefined ? [] : [sliced(write, bias, 0, 0, rows), sliced(write, bias, 0, rows, 2 * rows)];
    const recurrentBias = takesBias ? ofState : undefined;
    const biases = takesBias ? [ofSequence] : [ofSequence, ofState];
    const weights = write.add('Transpose', [own(1)], { perm: [1, 0] });
    const product = biases.reduce<string>(
      (sum, each) => (each === undefined ? sum : write.add('Add', [sum, each])),
      write.add('MatMul', [sequence, weights]),
    );
    const step = cell.step({
      node,
      write,
      hidden,
      activations: itemAt(activations, d),
      recurrent: write.add('Transpose', [own(2)], { perm: [1, 0] }),
      recurrentBias,
      peepholes: cell.peepholes ? own(7) : undefined,
    });
    const start = states.map((state) => sliced(write, state, 0, d, d + 1));
    return run(
      write,
      step,
      steps === 1 ? [product] : write.addSeveral('Split', [product], steps, { axis: 0, num_outputs: steps }),
      start,
      masks,
      way,
    );
  });
  const joined = (parts: readonly string[], axis: number) => (parts.length === 1 ? itemAt(parts, 0) : write.add('Concat', parts, { axis }));
  const last = Array.from({ length: cell.states }, (_, k) => {
    const value = joined(
      results.map(({ state }) => itemAt(state, k)),
      0,
    );
    return sideways ? transposed(write, value, [1, 0, 2]) : value;
  });
  if (!write.wanted[0]) return ['', ...last];
  const each = results.map(({ outputs }) => reshaped(write, joined(outputs, 0), [steps, 1, batch, hidden]));
  const y = joined(each, 1);
  return [sideways ? transposed(write, y, [2, 0, 1, 3]) : y, ...last];
}

/** Runs over a sequence. Where a sequence is over, its state stays, and its output is 0. */
function run(
  write: NodeWriter,
  step: Step,
  sequence: readonly string[],
  start: readonly string[],
  masks: readonly (string | undefined)[] | undefined,
  way: string,
): { readonly outputs: readonly string[]; readonly state: readonly string[] } {
  let state = start;
  const outputs = sequence.map(() => '');
  const order = sequence.map((_, t) => t);
  for (const t of way === 'reverse' ? order.reverse() : order) {
    const next = step(itemAt(sequence, t), state);
    const mask = masks?.[t];
    if (mask === undefined) {
      state = next;
      outputs[t] = itemAt(next, 0);
      continue;
    }
    const before = state;
    state = next.map((value, k) => write.add('Where', [mask, value, itemAt(before, k)]));
    outputs[t] = write.add('Where', [mask, itemAt(next, 0), write.addConstant([], Float64Array.of(0))]);
  }
  return { outputs, state };
}

/** For each step which sequences still go on, [1, B, 1]; undefined where all do. */
function masksOf(node: NodeReader, write: NodeWriter, steps: number, batch: number): (string | undefined)[] | undefined {
  if (node.inputs[4] === undefined) return undefined;
  const lengths = Array.from(node.constant(4).data);
  if (lengths.length !== batch) throw node.error('recurrent.lengths', { lengths: lengths.length, sequences: batch });
  return Array.from({ length: steps }, (_, t) => {
    const going = lengths.map((length) => Number(t < length));
    return going.includes(0) ? write.addConstant([1, batch, 1], Float64Array.from(going), 'bool') : undefined;
  });
}

/** The part of weights for a direction, without their first axis. */
function ofDirection(write: NodeWriter, name: string | undefined, d: number): string | undefined {
  if (name === undefined) return undefined;
  const part = sliced(write, name, 0, d, d + 1);
  return reshaped(write, part, write.shape(part).slice(1));
}

/** The `k`-th of the parts of H numbers of the last of three axes, or several of them. */
export function gate(write: NodeWriter, x: string, hidden: number, k: number, count = 1): string {
  return sliced(write, x, 2, k * hidden, (k + count) * hidden);
}
