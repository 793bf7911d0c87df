import type { Shape } from '../../tensor/tensor.js';
import { nodeCase } from './linear.js';
import type { OperatorCase } from './operator_case.js';

type Reduction = `Reduce${'Mean' | 'Sum' | 'Max' | 'Min' | 'L1' | 'L2' | 'SumSquare'}`;

function reduction(op: Reduction, what: string, axes: readonly number[], shape: Shape, outputShape: Shape): OperatorCase {
  return { name: `${op}, ${what}`, op, attributes: { axes }, inputShapes: [shape], outputShape };
}

/** Reductions, and operators made of reductions. */
export const reductionCases: readonly OperatorCase[] = [
  ...(['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceL1', 'ReduceL2', 'ReduceSumSquare'] as const).flatMap((op) => [
    reduction(op, 'planes', [2, 3], [1, 3, 5, 7], [1, 3]),
    reduction(op, 'two axes apart', [1, 3], [1, 3, 5, 7], [1, 1, 5, 1]),
    reduction(op, 'channels', [1], [1, 70, 3], [1, 3]),
    reduction(op, 'everything', [0, 1, 2], [1, 13, 11], []),
  ]),
  ...(['ReduceMean', 'ReduceSum'] as const).map((op) => reduction(op, 'nothing', [], [1, 5], [1, 5])),
  ...(['Softmax', 'LogSoftmax'] as const).flatMap((op) => [
    nodeCase(op, 'the last axis', [[1, 10]]),
    nodeCase(op, 'channels', [[1, 5, 3, 4]], { axis: 1 }),
    nodeCase(op, 'the first axis', [[3, 7]], { axis: 0 }),
    nodeCase(op, 'one class', [[1, 1]]),
    { ...nodeCase(op, 'saturated', [[1, 9]]), range: [-40, 40] as const },
  ]),
  reduction('ReduceSum', 'longer than a run of a workgroup', [1], [1, 1100], [1]),
  ...(['Softmax', 'LogSoftmax'] as const).map((op) => nodeCase(op, 'longer than a workgroup', [[2, 150]])),
  nodeCase('LayerNormalization', 'tokens', [[1, 5, 37], [37], [37]], {}, [1, 2]),
  nodeCase(
    'LayerNormalization',
    'planes, no bias',
    [
      [1, 3, 4, 5],
      [1, 5],
    ],
    { axis: 2 },
    [1],
  ),
  nodeCase('InstanceNormalization', 'planes', [[1, 3, 6, 7], [3], [3]], {}, [1, 2]),
  nodeCase('GroupNormalization', 'two groups of channels', [[1, 6, 3, 5], [6], [6]], { num_groups: 2 }, [1, 2], 21),
  nodeCase('GroupNormalization', 'one group, long sums', [[1, 3, 9, 8], [1], [1]], { num_groups: 1 }, [1, 2], 18),
  nodeCase('LRN', 'a window of five', [[1, 8, 3, 2]], { size: 5, alpha: 0.5, beta: 0.75, bias: 1 }),
  nodeCase('LRN', 'a window of four, wider than the channels', [[1, 3, 4]], { size: 4, alpha: 1, beta: 0.5, bias: 2 }),
];
