import { placesOfRuns } from '../../ops/indexing/runs.js';
import { readScatteredElements } from '../../ops/indexing/scatter_elements.js';
import { readScatteredRows } from '../../ops/indexing/scatter_nd.js';
import type { NodeReader } from '../../ops/node_reader.js';
import { sizeOf } from '../../tensor/tensor.js';
import { integers, type NodeWriter, type Rewrite, reshaped } from './rewrite.js';

const REDUCTIONS = { add: 'Add', mul: 'Mul', max: 'Max', min: 'Min' } as const;

/** The opset that added reductions. */
const REDUCTIONS_SINCE = 16;

/** An update, by its position among all that there are, and the place in the data that it changes. */
interface Update {
  readonly at: number;
  readonly place: number;
}

/**
 * ScatterND and ScatterElements that combine updates with the data, or have none. The elements of the data that have updates are gathered, combined with
 * these, and put back. Updates of one element are combined by pairs first, neighbours with neighbours, so that their number costs nodes only by
 * its logarithm. Of equal updates of a maximum the first takes the gradient, and the data before all of them.
 */
export const reducedScatter: Rewrite = (node, write) => {
  const reduction = node.opset < REDUCTIONS_SINCE ? 'none' : node.string('reduction', 'none');
  const [data, given] = [node.input(0), node.input(2)];
  const isEmpty = sizeOf(given.shape) === 0;
  if (reduction === 'none' && !isEmpty) return undefined;
  const runs = node.op === 'ScatterND' ? readScatteredRows(node) : readScatteredElements(node);
  if (isEmpty) return [data.name];
  const op = operatorOf(node, reduction);
  const flat = (name: string) => reshaped(write, name, [sizeOf(write.shape(name))]);
  const places = Array.from(placesOfRuns(runs), (place, at): Update => ({ at, place }));
  const { values, updates } = combined(write, op, flat(given.name), places.sort(byPlace));
  const names = integers(
    write,
    updates.map(({ place }) => place),
  );
  const old = write.add('Gather', [flat(data.name), names]);
  const changed = write.add(op, [old, gathered(write, values, updates)]);
  return [reshaped(write, write.add('ScatterElements', [flat(data.name), names, changed]), data.shape)];
};

function operatorOf(node: NodeReader, reduction: string): (typeof REDUCTIONS)[keyof typeof REDUCTIONS] {
  const known = Object.entries(REDUCTIONS).find(([name]) => name === reduction);
  if (known === undefined) {
    throw node.error('node.known', { attribute: 'reduction', value: reduction, known: ['none', ...Object.keys(REDUCTIONS)] });
  }
  return known[1];
}

function byPlace(a: Update, b: Update): number {
  return a.place - b.place || a.at - b.at;
}

/** At most one update of each element, in order of their places. `updates` are in this order, too. */
function combined(
  write: NodeWriter,
  op: string,
  values: string,
  updates: readonly Update[],
): { values: string; updates: readonly Update[] } {
  const [firsts, seconds, alone]: [Update[], Update[], Update[]] = [[], [], []];
  for (let i = 0; i < updates.length; i++) {
    const [update, next] = [updates[i], updates[i + 1]];
    if (update === undefined) break;
    if (update.place !== next?.place) alone.push(update);
    else {
      firsts.push(update);
      seconds.push(next);
      i++;
    }
  }
  if (firsts.length === 0) return { values, updates };
  const pairs = write.add(op, [gathered(write, values, firsts), gathered(write, values, seconds)]);
  const all = alone.length === 0 ? pairs : write.add('Concat', [pairs, gathered(write, values, alone)], { axis: 0 });
  // What is left alone comes after the pairs of its place.
  const next = [...firsts, ...alone].map(({ place }, at) => ({ at, place })).sort(byPlace);
  return combined(write, op, all, next);
}

function gathered(write: NodeWriter, values: string, updates: readonly Update[]): string {
  const positions = updates.map(({ at }) => at);
  const all = positions.length === sizeOf(write.shape(values)) && positions.every((at, k) => at === k);
  return all ? values : write.add('Gather', [values, integers(write, positions)]);
}
