import { resolveAxis } from '../../../ops/shared/axes.js';
import { rootMeanSquareNormal } from '../normalization.js';
import { inputName, type NodeWriter, type RewrittenOperator } from '../rewrite.js';

/* https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md */

/** SimplifiedLayerNormalization: RMSNormalization under its older name, which files also have in the standard domain. */
export const simplifiedLayerNormalization: RewrittenOperator = {
  since: 1,
  inputs: [2, 2],
  outputs: 2,
  attributes: ['axis', 'epsilon'],
  rewrite(node, write) {
    const axis = resolveAxis(node, node.int('axis', -1), node.input(0).shape.length);
    const { y, inverse } = rootMeanSquareNormal(write, node.input(0).name, node.input(1).name, {
      axis,
      epsilon: node.float('epsilon', 1e-5),
    });
    return [y, inverse];
  },
};

/** The sum of the inputs that are there. */
function sumOf(write: NodeWriter, names: readonly (string | undefined)[]): string {
  const [first = '', ...rest] = names.filter((name) => name !== undefined);
  return rest.reduce((sum, name) => write.add('Add', [sum, name]), first);
}

/** SkipLayerNormalization: LayerNormalization of input + skip + bias. Its last output is that sum. */
export const skipLayerNormalization: RewrittenOperator = {
  since: 1,
  inputs: [3, 5],
  outputs: 4,
  attributes: ['epsilon'],
  rewrite(node, write) {
    const sum = sumOf(write, [node.input(0).name, node.input(1).name, inputName(node, 4)]);
    const epsilon = { float: node.float('epsilon', 1e-12) };
    const y = write.add('LayerNormalization', [sum, node.input(2).name, inputName(node, 3)], { axis: -1, epsilon });
    return [y, undefined, undefined, sum];
  },
};

/** SkipSimplifiedLayerNormalization: the same with RMSNormalization. */
export const skipSimplifiedLayerNormalization: RewrittenOperator = {
  since: 1,
  inputs: [3, 4],
  outputs: 4,
  attributes: ['epsilon'],
  rewrite(node, write) {
    const sum = sumOf(write, [node.input(0).name, node.input(1).name, inputName(node, 3)]);
    const axis = node.input(0).shape.length - 1;
    const { y, inverse } = rootMeanSquareNormal(write, sum, node.input(2).name, { axis, epsilon: node.float('epsilon', 1e-5) });
    return [y, undefined, inverse, sum];
  },
};
