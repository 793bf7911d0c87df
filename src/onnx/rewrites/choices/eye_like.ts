import { castTarget } from '../../../ops/folding/cast.js';
import { typeOf } from '../../../ops/node_reader.js';
import { itemAt } from '../../../tensor/items.js';
import type { RewrittenOperator } from '../rewrite.js';

/**
 * EyeLike: ones on diagonal k of a matrix with the input's shape, and 0 elsewhere. It is a constant, since all shapes are known.
 * https://onnx.ai/onnx/operators/onnx__EyeLike.html
 */
export const eyeLike: RewrittenOperator = {
  since: 9,
  inputs: [1, 1],
  attributes: ['dtype', 'k'],
  rewrite(node, write) {
    const x = node.input(0);
    if (x.shape.length !== 2) throw node.error('eye-like.axes', { axes: x.shape.length });
    const columns = itemAt(x.shape, 1);
    const diagonal = node.int('k', 0);
    const data = new Float64Array(itemAt(x.shape, 0) * columns).map((_, i) => Number((i % columns) - Math.floor(i / columns) === diagonal));
    return [write.addConstant(x.shape, data, node.has('dtype') ? castTarget(node, 'dtype') : typeOf(x))];
  },
};
