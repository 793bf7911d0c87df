import { expect, test } from 'vitest';
import { graphOfNetwork, type Step } from '../../../../src/doctor/networks/network.js';
import { PLANS } from '../../../../src/gpu/plans.js';
import { absorbAffine } from '../../../../src/graph/passes/absorb.js';
import { canonicalise } from '../../../../src/graph/passes/canonicalise.js';

/** The kernels that give samples the cotangent of `s` in a network: `path_spread`, or a product that does its work. `steps` lead from `r` to `s`. */
function spreadsIn(units: number, steps: readonly Step[]): string[] {
  const square = [units, units];
  const graph = graphOfNetwork('products', {
    image: [6],
    constants: { first: [6, units], second: square, other: square, third: [units, 5] },
    steps: [
      { op: 'MatMul', inputs: ['x', 'first'], output: 'h' },
      { op: 'Relu', inputs: ['h'], output: 'r' },
      ...steps,
      { op: 'MatMul', inputs: ['s', 'third'], output: 'y' },
    ],
  });
  const { dispatches } = PLANS.layered.path.schedule(absorbAffine(canonicalise(graph)));
  return dispatches.flatMap(({ kernel, constants }) => (kernel === 'path_spread' || constants?.SPREAD === 1 ? [kernel] : []));
}

const product = (weights: string, output: string): Step => ({ op: 'MatMul', inputs: ['r', weights], output });

test('a product that alone reads what samples are given reads it from their images', () => {
  expect(spreadsIn(16, [product('second', 'a'), { op: 'Relu', inputs: ['a'], output: 's' }])).toEqual(['dense']);
});

test('a large product, one without gates and two products read what path_spread writes', () => {
  expect(spreadsIn(300, [product('second', 'a'), { op: 'Relu', inputs: ['a'], output: 's' }])).toEqual(['path_spread']);
  expect(spreadsIn(16, [product('second', 'a'), { op: 'Sigmoid', inputs: ['a'], output: 's' }])).toEqual(['path_spread']);
  const sum: Step = { op: 'Add', inputs: ['a', 'b'], output: 'c' };
  expect(spreadsIn(16, [product('second', 'a'), product('other', 'b'), sum, { op: 'Relu', inputs: ['c'], output: 's' }])).toEqual([
    'path_spread',
  ]);
});
